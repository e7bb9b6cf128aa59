"""Expected numbers of the corpora: well-formed rows, the comparison, and the cheap measures against them."""

from pathlib import Path

import pytest
from beishen.eval import corpora_all, corpora_numbers


def test_rows_name_command_denominator_and_direction() -> None:
    rows = corpora_all.expected()
    assert len({row["id"] for row in rows}) == len(rows) > 20
    for row in rows:
        assert row["command"].startswith("python -m beishen.eval.corpora_")
        assert row["better"] in ("more", "less")
        assert row["over"] and row["what"] and row["tolerance"] >= 0


@pytest.mark.parametrize(
    ("better", "value", "good"),
    [("more", 0.95, True), ("more", 0.89, False), ("more", None, False), ("less", 0.95, True), ("less", 0.99, False)],
)
def test_a_value_may_be_worse_by_the_tolerance(better: str, value: float | None, good: bool) -> None:
    row = {"better": better, "value": 0.94, "tolerance": 0.03}
    assert corpora_all.holds(row, value) is good


@pytest.mark.shared
def test_document_numbers_are_as_expected(shared: Path) -> None:
    found = corpora_numbers.score(shared)
    rows = {row["id"]: row for row in corpora_all.expected()}
    assert corpora_all.holds(rows["number.exact"], found.exact / found.held)
    assert rows["number.exact"]["over"] == f"{found.exact}/{found.held}"
    assert found.spurious == 0
