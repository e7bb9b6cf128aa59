"""A disk that is really full: a small file system of its own, filled to the last byte, for uploads and for a worker."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from beishen.service import audit
from beishen.service.errors import DatabaseGone, DiskFull
from beishen.service.jobs.opening import open_office
from beishen.service.office import accounts, organs, submission
from beishen.service.office.desk import SYSTEM, Actor, Office
from beishen.service.settings import Settings
from beishen.service.store import schema
from beishen.service.store.tables import FiledFile, Filing, Job, ReportRow
from sqlalchemy import func, select

TEXT = "青岭县灯会管理办法\n第一条 制定本办法。\n第二条 未经许可设摊的，处三千元罚款。\n"
PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system of a few megabytes and the ballast on it."""

    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Ballast until so many bytes are free, to the page; others may write meanwhile."""
        self.clear()
        with open(self.folder / "ballast", "wb") as file:
            for size in (2**16, 2**12):
                while os.statvfs(self.folder).f_bavail * 2**12 >= leave + size:
                    try:
                        os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size)
                    except OSError:
                        break

    def clear(self) -> None:
        (self.folder / "ballast").unlink(missing_ok=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system cannot be mounted here")
    yield Disk(place)
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def settings(disk: Disk, home: Path) -> Settings:
    """Embedded database, queue and files on the small disk; laws and index elsewhere."""
    for entry in home.iterdir():
        if entry.name != "office":
            os.symlink(entry, disk.folder / entry.name)
    return Settings(home=disk.folder, threads=1)


@pytest.fixture
def office(settings: Settings) -> Iterator[Office]:
    opened = open_office(settings)
    schema.upgrade(opened.database)
    yield opened
    opened.close()


@pytest.fixture
def submitter(office: Office) -> Actor:
    with office.desk(SYSTEM) as desk:
        organ = organs.add(desk, "青岭县人民政府").id
        person = accounts.add(desk, accounts.NewAccount("qingling", ("submitter",), organ_id=organ))
    return Actor(person.id, person.name, person.display, person.roles, organ)


def file_one(office: Office, submitter: Actor, number: int, lines: int = 1) -> int:
    with office.desk(submitter) as desk:
        text = TEXT + f"　　灯会场地{number}由乡镇管理。\n" * lines
        upload = submission.Upload(f"办法{number}.txt", text.encode())
        return submission.submit(desk, submission.Submission(), [upload]).filing.id


def test_an_upload_to_a_full_disk_is_refused_whole(disk: Disk, office: Office, submitter: Actor) -> None:
    """With any room left, from none to plenty: a filing is there with its bytes, or not at all and told by code."""
    kept, refused = [file_one(office, submitter, 0)], set()
    for number, leave in enumerate(range(0, 240_000, 12_288), 1):
        disk.fill(leave)
        try:
            kept.append(file_one(office, submitter, number, 200))
        except (DiskFull, DatabaseGone) as error:
            refused.add(error.code)
            assert "满" in error.message or "无法保存" in error.message, error.message
    disk.clear()
    assert "storage.full" in refused and len(kept) > 1, (refused, kept)
    kept.append(file_one(office, submitter, 99))
    with office.look(SYSTEM) as desk:
        assert list(desk.session.scalars(select(Filing.id).order_by(Filing.id))) == kept
        assert desk.session.scalar(select(func.count()).select_from(Job)) == len(kept)
        hashes = set(desk.session.scalars(select(FiledFile.sha256)))
        assert all(office.blobs.get(sha256) for sha256 in hashes)
        assert audit.verify(desk.session)
    assert not list((disk.folder / "office" / "files").rglob(".part-*"))


def test_a_worker_waits_out_a_full_disk(disk: Disk, office: Office, submitter: Actor, settings, crew) -> None:
    """Reviews under way when the last byte goes end by themselves once there is room again, each with one report."""
    workers = crew(settings)
    workers.fork(0)
    first = file_one(office, submitter, 0)
    until(workers, lambda: ended(office) == 1)
    filed = [first, *(file_one(office, submitter, number) for number in range(1, 5))]
    disk.fill()
    with pytest.raises((DiskFull, DatabaseGone)):
        file_one(office, submitter, 77)
    time.sleep(2)  # for the worker to meet the full disk; on a slow machine it meets it later, or not at all
    disk.clear()
    until(workers, lambda: ended(office) == len(filed))
    with office.look(SYSTEM) as desk:
        assert list(desk.session.scalars(select(Filing.id).order_by(Filing.id))) == filed
        assert set(desk.session.scalars(select(Job.state))) == {"done"}
        assert desk.session.scalar(select(func.count()).select_from(ReportRow)) == len(filed)


def ended(office: Office) -> int:
    with office.look(SYSTEM) as desk:
        return int(desk.session.scalar(select(func.count()).where(Job.state.in_(("done", "failed")))) or 0)


def until(workers, true: Callable[[], bool]) -> None:  # type: ignore[no-untyped-def]
    """Wait for a state; a worker that ended is started again, as its supervisor would."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        workers.collect()
        if not workers.alive:
            workers.fork(0)
        time.sleep(0.1)
