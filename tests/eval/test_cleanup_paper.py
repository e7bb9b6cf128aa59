"""The paper of a larger clean-up: limits by arithmetic that a reader can do by hand."""

from dataclasses import replace

import pytest
from beishen.eval.cleanup_paper import PAUSE, POLL, SERVER_CORES, Constants, Place, limits, told

KNOWN = Constants(
    worker=0.9, server=0.01, caller=0.009, commit=0.001, flush=0.004, commits=10, poll=0.02, polls=80, judged=0.003,
    bytes=30_000, window=400,
)  # fmt: skip


def rates(known: Constants, place: Place) -> dict[str, float]:
    return {limit.name: limit.rate for limit in limits(known, place)}


def test_the_processors_come_first_and_grow_with_the_machines() -> None:
    small, large = Place(1000, 2, 2), Place(1000, 4, 2)
    assert limits(KNOWN, small)[0].name == "processors of the machines"
    assert rates(KNOWN, small)["processors of the machines"] == pytest.approx(4 / (0.9 + POLL / 2))
    assert rates(KNOWN, large)["processors of the machines"] == pytest.approx(8.0)


def test_every_other_limit_is_what_its_constants_say() -> None:
    found = rates(KNOWN, Place(1000, 20, 8))
    assert found["the process that hands over and keeps the journal"] == pytest.approx(100)
    assert found["processors of the database server"] == pytest.approx((SERVER_CORES - 160 * 0.02) / 0.01)
    assert found["commits of the database server"] == pytest.approx(80 / 0.04)
    assert found["window of files handed over"] == pytest.approx(400 / (0.9 + POLL / 2 + PAUSE / 2))
    order = [limit.rate for limit in limits(KNOWN, Place(1000, 20, 8))]
    assert order == sorted(order)


def test_many_machines_wait_for_the_database() -> None:
    lines = "\n".join(told(KNOWN, [Place(100_000, 20, 2), Place(100_000, 20, 8)]))
    assert "20 machines of 2 processors: 0.69 h at 40.0 documents a second" in lines
    assert "20 machines of 8 processors: 0.35 h at 80.0 documents a second" in lines
    assert "first limit: processors of the database server; next: the process that hands over" in lines


def test_a_server_that_only_answers_looks_has_nothing_left() -> None:
    place = Place(1000, 100, 8)
    assert rates(replace(KNOWN, poll=0.05), place)["processors of the database server"] == 0
    assert "inf h" in "\n".join(told(replace(KNOWN, poll=0.05), [place]))
