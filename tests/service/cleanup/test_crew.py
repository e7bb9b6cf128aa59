"""A clean-up done by `beishen worker`: the same files as on one machine, whoever is killed on the way."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service.cleanup_crew import PLACE, Crew, forsaken
from beishen.service.cleanup_journal import Journal, Task
from beishen.service.cleanup_work import Bench
from beishen.service.settings import load
from beishen.service.store.blobs import open_blobs
from beishen.service.store.database import Database
from beishen.service.store.schema import upgrade

DAY = "2026-11-23"
Cli = Callable[..., Any]
Made = Callable[[Path], dict[str, bytes]]


@contextmanager
def worker(log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the office, ready; killed at the end."""
    with log.open("wb") as out:
        run = subprocess.Popen([sys.executable, "-m", "beishen.service.cli.main", "worker"], stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 120
        while b"worker ready" not in log.read_bytes():
            assert run.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, "the worker is not ready"
            time.sleep(0.1)
        yield run
    finally:
        run.kill()
        run.wait()


@pytest.fixture
def office(home: Path, result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """A home with the engine of the session, and databases and blobs of its own."""
    mine = tmp_path / "home"
    (mine / "office").mkdir(parents=True)
    for built in home.iterdir():
        if built.name != "office":
            (mine / built.name).symlink_to(built)
    monkeypatch.setenv("BEISHEN_HOME", str(mine))
    monkeypatch.setenv("BEISHEN_THREADS", "1")
    database = Database.open(load().database_url, 2)
    upgrade(database)
    database.close()
    return mine / "office"


def test_workers_give_what_one_machine_gives(
    cli: Cli, office: Path, folder: Path, result: Path, made: Made, tmp_path: Path
) -> None:
    out = tmp_path / "结果"
    with worker(tmp_path / "one.log") as first:
        command = [sys.executable, "-m", "beishen.service.cli.main", "cleanup", str(folder), "--out", str(out)]
        with subprocess.Popen([*command, "--as-of", DAY, "--shared"], env=dict(os.environ)) as caller:
            deadline = time.monotonic() + 60
            while not list((office / "files").rglob("*")) and time.monotonic() < deadline:
                time.sleep(0.05)
            # Both are killed while files are handed over: what was done meanwhile is found, the rest is done again.
            first.kill()
            caller.kill()
    with worker(tmp_path / "two.log"):
        outcome = cli("cleanup", folder, "--out", out, "--as-of", DAY, "--shared", "--resume")
    assert outcome.code == 1, outcome.err
    assert made(out) == made(result)
    # A caller killed behind its last file leaves its blobs to the next.
    with Journal.open(out) as journal:
        left = open_blobs(load().blob_store).within(PLACE).within(journal.meta()["run"])
    left.put(b"left")
    assert cli("cleanup", folder, "--out", out, "--as-of", DAY, "--shared", "--resume").code == 1
    assert left.parts() == ()
    # With the workers gone a caller does not wait for ever.
    task = Task(1, "a停车.txt", str(folder / "a停车.txt"))
    bench = Bench(load(), date.fromisoformat(DAY), tmp_path)
    with Crew(bench, "other", patience=0.1) as crew, pytest.raises(BadArgument, match="没有处理进程"):
        list(crew.results(iter([task]), lambda _task: 1))
    # Nothing stays of what the killed caller handed over; what a caller left that never comes back goes by purge.
    kept = [path for path in (office / "files").rglob("*") if path.is_file()]
    assert [path.parts[-4] for path in kept] == ["other"]
    assert forsaken(load(), timedelta(days=7)) == ()
    assert forsaken(load(), timedelta(0)) == ("other",)
    assert not [path for path in (office / "files").rglob("*") if path.is_file()]


def test_a_finished_clean_up_asks_for_the_office_it_left_things_with(
    cli: Cli, office: Path, folder: Path, done: Path
) -> None:
    with Journal.open(done) as journal:
        journal.describe({"run": "abc"})
    (office / "jobs.sqlite").mkdir()
    away = cli("cleanup", folder, "--out", done, "--as-of", DAY, "--shared", "--resume")
    assert (away.code, "beishen worker" in away.err) == (2, True)
