"""Clean-ups in backup, restore and retention, on both databases; the second revision goes up and down."""

import json
from pathlib import Path

import pytest
from beishen.review.cleanup.card import Card, plain
from beishen.service import audit
from beishen.service.jobs import cleanups as jobs
from beishen.service.office import cleanup_items as items
from beishen.service.office import cleanup_record as record
from beishen.service.office import cleanup_results as results
from beishen.service.office import cleanup_set, cleanups, preferences, profile, retention
from beishen.service.office.desk import SYSTEM, Office
from beishen.service.office.submission import Upload
from beishen.service.store import archive, schema
from beishen.service.store.blobs import DiskBlobs
from beishen.service.store.database import Database
from beishen.service.store.tables import Cleanup, CleanupFile, CleanupItem
from sqlalchemy import inspect

NAMES = ("甲办法.txt", "乙办法.txt")


@pytest.fixture
def judged(staff) -> int:
    """A clean-up of two documents, one of them confirmed. No engine: their cards are written here."""
    uploads = [Upload(name, name.encode() * 9) for name in NAMES]
    prepared = cleanup_set.prepare(staff.office, staff["registrar"], uploads)
    with staff.office.desk(staff["registrar"]) as desk:
        ident = cleanups.start(desk, cleanups.Wanted(), prepared).id
        waiting = {row.id: row.name for row in desk.session.query(CleanupFile)}
    for seq, (file, name) in enumerate(waiting.items(), 1):
        card = Card(name, title=name, organs=("石桥县人民政府",), report=f"reports/{seq}.html", instrument="notice")
        pages = {card.report: staff.office.blobs.put(f"<p>{name}的报告</p>".encode())}
        with staff.office.desk(SYSTEM) as desk:
            record.keep(desk, file, [json.dumps(plain(card))], pages, {"code": "1"})
    jobs.judge(staff.office, ident)
    with staff.office.desk(staff["first"]) as desk:
        first = items.page(desk, ident, items.Filter()).rows[0]
        items.decide(desk, ident, first.id, items.Choice("change", "废止", "任务已完成"), 0)
    return ident


def shown(office: Office, actor, ident: int):  # type: ignore[no-untyped-def]
    with office.look(actor) as desk:
        return cleanups.get(desk, ident), items.page(desk, ident, items.Filter()), results.statistics(desk, ident)


@pytest.fixture
def target(empty_url: str, tmp_path: Path):
    office = Office(
        Database.open(empty_url.replace("office.sqlite", "other.sqlite")), DiskBlobs(tmp_path / "other"), profile.load()
    )
    yield office
    office.close()


def test_a_clean_up_comes_back_whole(staff, judged: int, target: Office, tmp_path: Path) -> None:
    kept = archive.backup(staff.office.database, staff.office.blobs, tmp_path / "backup")
    assert kept.files == 4, "two documents and two reports"
    archive.restore(target.database, target.blobs, tmp_path / "backup")
    assert shown(target, staff["first"], judged) == shown(staff.office, staff["first"], judged)
    with target.look(staff["first"]) as desk:
        found = items.page(desk, judged, items.Filter(verdict="change")).rows[0]
        assert items.report(desk, judged, found.id) == f"<p>{found.file}的报告</p>"
        assert items.history(desk, judged, found.id)[0].note == "任务已完成"
        assert audit.verify(desk.session) > 0
        assert results.package(desk, judged).data[:2] == b"PK"


def test_what_was_running_goes_on_after_a_restore(staff, target: Office, tmp_path: Path) -> None:
    prepared = cleanup_set.prepare(staff.office, staff["registrar"], [Upload("甲.txt", b"abc")])
    with staff.office.desk(staff["registrar"]) as desk:
        ident = cleanups.start(desk, cleanups.Wanted(), prepared).id
        file = desk.session.query(CleanupFile).one()
        file.state, file.attempts, file.dispatched = "running", 2, desk.now
    archive.backup(staff.office.database, staff.office.blobs, tmp_path / "backup")
    archive.restore(target.database, target.blobs, tmp_path / "backup")
    with target.look(SYSTEM) as desk:
        file = desk.session.query(CleanupFile).one()
        assert (file.state, file.attempts, file.dispatched) == ("queued", 0, None)
        assert cleanups.get(desk, ident).state == "examining"


def test_retention_keeps_the_list_and_gives_up_the_texts(staff, judged: int) -> None:
    office = staff.office
    with office.desk(staff["first"]) as desk:
        left = items.page(desk, judged, items.Filter(verdict="none")).rows[0]
        items.decide(desk, judged, left.id, items.Choice("defer", "", "待核"), 0)
    with office.desk(staff["final"]) as desk:
        cleanups.close(desk, judged)
    with office.desk(staff["administrator"]) as desk:
        preferences.put(desk, "retention", {"days": 30})
    with office.look(SYSTEM) as desk:
        assert retention.due_cleanups(desk) == ()
        held = {*desk.session.scalars(retention.of_cleanups(False)[0]), desk.session.query(CleanupItem).first().report}
    staff.clock.later(days=31)
    with office.desk(SYSTEM) as desk:
        assert retention.due_cleanups(desk) == (judged,)
        retention.purge_cleanup(desk, judged)
    with office.desk(SYSTEM) as desk:
        assert retention.remove_files(desk) == 4
        assert retention.due_cleanups(desk) == ()
    assert not any(office.blobs.has(name) for name in held)
    with office.look(staff["first"]) as desk:
        rows = items.page(desk, judged, items.Filter()).rows
        assert {(row.title, row.settled, row.note) for row in rows} == {
            (rows[0].title, "废止", "任务已完成"), (rows[1].title, rows[1].action, "待核"),
        }  # fmt: skip
        assert desk.session.query(Cleanup).one().purged is not None
        assert audit.verify(desk.session) > 0


def test_a_file_that_a_filing_needs_too_stays(staff, judged: int) -> None:
    from beishen.service.office import submission

    with staff.office.desk(staff["submitter"]) as desk:
        submission.submit(desk, submission.Submission(), [Upload(NAMES[0], NAMES[0].encode() * 9)])
    with staff.office.desk(SYSTEM) as desk:
        retention.purge_cleanup(desk, judged)
    with staff.office.desk(SYSTEM) as desk:
        assert retention.remove_files(desk) == 3


def test_the_second_revision_up_and_down(empty_url: str) -> None:
    database = Database.open(empty_url)
    schema.upgrade(database, "0001")
    before = set(inspect(database.engine).get_table_names())
    schema.upgrade(database, "0002")
    added = set(inspect(database.engine).get_table_names()) - before
    assert added == {"cleanup", "cleanup_file", "cleanup_item", "cleanup_ruling"}
    schema.downgrade(database, "0001")
    assert set(inspect(database.engine).get_table_names()) == before
    database.close()
