"""Backup and restore between databases of both kinds: everything comes back, damage is told."""

import json
from pathlib import Path

import pytest
from beishen.corpora.errors import FileDamaged, FileMissing
from beishen.service import audit
from beishen.service.errors import StateConflict
from beishen.service.office import accounts, filings, profile, submission
from beishen.service.office.desk import SYSTEM, Office
from beishen.service.store import archive
from beishen.service.store.blobs import DiskBlobs
from beishen.service.store.database import Database
from beishen.service.store.tables import Job


@pytest.fixture
def kept(staff, tmp_path: Path) -> Path:
    """A backup of an office with two filings, one registered, and a review that was running."""
    for name in ("甲办法.txt", "乙办法.txt"):
        with staff.office.desk(staff["submitter"]) as desk:
            made = submission.submit(desk, submission.Submission(), [submission.Upload(name, name.encode() * 9)])
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, made.filing.id, "register")
        row = desk.session.get_one(Job, made.job.id)
        row.state, row.attempts, row.dispatched = "running", 2, desk.now
    folder = tmp_path / "backup"
    found = archive.backup(staff.office.database, staff.office.blobs, folder)
    assert (found.rows["filing"], found.files) == (2, 2)
    return folder


@pytest.fixture
def target(empty_url: str, tmp_path: Path):
    url = empty_url.replace("office.sqlite", "other.sqlite")
    office = Office(Database.open(url), DiskBlobs(tmp_path / "other"), profile.load())
    yield office
    office.close()


def test_what_was_kept_comes_back_in_either_database(staff, kept: Path, target: Office) -> None:
    archive.restore(target.database, target.blobs, kept)
    with staff.office.look(staff["registrar"]) as before, target.look(staff["registrar"]) as after:
        for number in (1, 2):
            assert filings.get(after, number) == filings.get(before, number)
            assert filings.history(after, number) == filings.history(before, number)
        assert audit.verify(after.session) == audit.verify(before.session)
        jobs = {job.state: job.dispatched for job in after.session.query(Job)}
    assert jobs == {"queued": None}
    with target.desk(staff["submitter"]) as desk:
        fresh = submission.submit(desk, submission.Submission(), [submission.Upload("丙.txt", b"abcdef")])
    assert fresh.filing.id == 3


def test_an_office_in_use_is_never_overwritten(kept: Path, target: Office) -> None:
    archive.restore(target.database, target.blobs, kept)
    with pytest.raises(StateConflict):
        archive.restore(target.database, target.blobs, kept)


def test_a_second_backup_into_the_same_folder_is_whole(staff, kept: Path, target: Office) -> None:
    with staff.office.desk(SYSTEM) as desk:
        accounts.add(desk, accounts.NewAccount("later", ("first",)))
    archive.backup(staff.office.database, staff.office.blobs, kept)
    archive.restore(target.database, target.blobs, kept)
    with target.look(SYSTEM) as desk:
        assert "later" in [row.name for row in accounts.list_all(desk)]


def test_damage_is_told_before_anything_is_written(kept: Path, target: Office) -> None:
    table = kept / "tables" / "filing.jsonl"
    table.write_text(table.read_text("utf-8").replace("registered", "closed"), "utf-8")
    with pytest.raises(FileDamaged):
        archive.restore(target.database, target.blobs, kept)
    (kept / "manifest.json").unlink()
    with pytest.raises(FileMissing):
        archive.restore(target.database, target.blobs, kept)


def test_a_backup_holds_no_sessions(kept: Path) -> None:
    rows = json.loads((kept / "manifest.json").read_text("utf-8"))["rows"]
    assert "auth_session" not in rows and "worker" not in rows
