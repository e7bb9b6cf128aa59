"""What the pages count in one pass is what the office's own statistics count, one filing at a time."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from beishen.service.errors import Forbidden
from beishen.service.jobs.opening import open_office
from beishen.service.office import accounts, filings, organs, pages_home, pages_statistics, statistics, submission
from beishen.service.office.desk import SYSTEM, Actor, Desk
from beishen.service.settings import load
from beishen.service.store import schema

TEXT = "关于停车的通知\n各单位：\n　　请遵照执行。\n".encode()
STAFF = ("registrar", "first", "second", "final")
DAYS = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A year of forty filings in all sorts of states, some on the last evening of a month, on both databases."""
    environ = {"BEISHEN_HOME": str(tmp_path_factory.mktemp("counting"))}
    if request.param == "postgres":
        environ["BEISHEN_DATABASE_URL"] = request.getfixturevalue("postgres").database()
    office = open_office(load(environ))
    schema.upgrade(office.database)
    with office.desk(SYSTEM) as opened:
        bodies = [organs.add(opened, name) for name in ("青岭县人民政府", "临河市民政局", "白石镇人民政府")]
        person = accounts.add(opened, accounts.NewAccount("office", STAFF, "long-enough-31"))
    actor = Actor(person.id, "office", "office", STAFF)
    draw = random.Random(7)
    for number in range(40):
        moment = datetime(2025, 12, 31, 15, 59, 30, tzinfo=UTC) + timedelta(hours=draw.randrange(0, 364 * 24))
        with replace(office, clock=lambda now=moment: now).desk(actor) as opened:
            _filed(opened, draw, bodies[number % 3].id, number)
    with office.look(actor) as opened:
        yield opened
    office.close()


def _filed(desk: Desk, draw: random.Random, organ: int, number: int) -> None:
    stated = submission.Submission(
        kind=draw.choice(["normative", "penalty"]),
        organ_id=organ,
        field=draw.choice(["", "民政", "教育"]),
        title=f"第{number}号文件",
    )
    filed = submission.submit(desk, stated, [submission.Upload("正文.txt", TEXT)]).filing
    for key in draw.choice([(), ("return",), ("refuse",), ("register",), ("register", "start")]):
        filings.step(desk, filed.id, key, "理由")


@pytest.mark.parametrize("key", ["organ", "level", "field"])
def test_counts_by_key(desk: Desk, key: str) -> None:
    counted = pages_statistics.groups(desk, 2026)
    mine = pages_statistics.summed(counted, lambda group: getattr(group, key) or "未填写")
    assert mine == statistics.tally(desk, key, *DAYS)
    assert sum(row.filed for row in mine) >= 35


def test_the_whole_and_the_yearly_table(desk: Desk) -> None:
    counted = pages_statistics.groups(desk, 2026)
    assert pages_statistics.total("合计", counted) == statistics.total(desk, *DAYS)
    mine, theirs = pages_statistics.yearly(desk, 2026, counted), statistics.yearly(desk, 2026)
    assert (mine.title, mine.header) == (theirs.title, theirs.header)
    assert sorted(mine.rows, key=str) == sorted(theirs.rows, key=str)
    levels = [row[1] for row in mine.rows if row[0] == "行政规范性文件"]
    assert levels == ["市级部门", "县级政府", "乡镇", "小计"], "from the highest down"


def test_months_on_the_office_calendar(desk: Desk) -> None:
    mine: Counter[str] = Counter()
    for month, _, number in pages_statistics.months(desk, 2026):
        mine[f"2026-{month:02d}"] += number
    assert mine == {row.key: row.filed for row in statistics.tally(desk, "month", *DAYS)}


def test_states_and_what_waits(desk: Desk) -> None:
    tally = pages_home.tally(desk)
    assert sum(tally.states.values()) == 40
    waiting = pages_home.waiting(desk, 100)
    assert {filed.state for filed in waiting} <= {"received", "registered", "first_review"}
    assert len(waiting) == tally.of("received", "registered", "first_review")
    assert [filed.due for filed in waiting] == sorted(filed.due for filed in waiting if filed.due)


def test_a_submitter_counts_nothing(desk: Desk) -> None:
    outside = replace(desk, actor=Actor(desk.actor.id, "x", "x", ("submitter",), 1))
    with pytest.raises(Forbidden):
        pages_statistics.groups(outside, 2026)
    assert sum(pages_home.tally(outside).states.values()) == 14
