"""Workers that are killed: processes forked from one that holds the real engine, each ended by SIGKILL at its point.

A point is a write: before and after every statement that writes, before and after every commit, in the office's
database and in that of the job engine, and every move or removal of a blob. The product knows nothing of this.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from beishen.review.engine import Engine
from beishen.service.jobs import worker
from beishen.service.settings import Settings
from sqlalchemy import event
from sqlalchemy.engine import Engine as Database

PACE = worker.Pace(tick=0.05, beat=0.2, sweep=1.0, silent=timedelta(seconds=30))
# Statements of the worker's own housekeeping, not of any job.
HOUSEKEEPING = ("worker", "queues", "application_versions", "dbos_migrations", "PRAGMA", "CREATE", "BEGIN")


@dataclass(slots=True)
class Points:
    """Counts points and kills the process at one of them (0: never)."""

    last: int
    seen: int = 0
    names: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _dirty: set[int] = field(default_factory=set)

    def pass_by(self, name: str) -> None:
        with self._lock:
            self.seen += 1
            self.names.append(name)
            if self.seen == self.last:
                os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """Listen to every database and to the files of this process."""
        event.listen(Database, "before_cursor_execute", self._before)
        event.listen(Database, "after_cursor_execute", self._after)
        event.listen(Database, "commit", self._commit)
        sys.addaudithook(self._file)

    def _before(self, connection, _cursor, statement, *_rest) -> None:
        if writes(statement):
            self._dirty.add(id(connection))
            self.pass_by(f"before {statement[:30]}")

    def _after(self, _connection, _cursor, statement, *_rest) -> None:
        if writes(statement):
            self.pass_by(f"after {statement[:30]}")

    def _commit(self, connection) -> None:
        if id(connection) in self._dirty:
            self._dirty.discard(id(connection))
            self.pass_by("before commit")

    def _file(self, name: str, args: tuple[object, ...]) -> None:
        if name in ("os.rename", "os.remove") and "/files/" in str(args[0]):
            self.pass_by(name)


def writes(statement: str) -> bool:
    words = statement.lstrip().split(None, 3)
    if not words or words[0].upper() not in ("INSERT", "UPDATE", "DELETE"):
        return False
    return not any(name in " ".join(words[:3]) for name in HOUSEKEEPING)


@dataclass(slots=True)
class Crew:
    """Forks workers and collects them."""

    settings: Settings
    engine: Engine
    alive: dict[int, int] = field(default_factory=dict)
    killed: list[int] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)

    def fork(self, point: int) -> None:
        """A worker that is killed at a point; 0: one that lives until it is told to stop."""
        pid = os.fork()
        if pid == 0:
            os._exit(self._work(point))
        self.alive[pid] = point

    def _work(self, point: int) -> int:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        points = Points(point)
        points.watch()
        try:
            with worker.working(self.settings, stop, PACE, self.engine) as shift:
                worker.attend(shift)
        except BaseException as error:
            sys.stderr.write(f"worker: {type(error).__name__}: {error}\n")
            return 3
        return 0

    def collect(self) -> None:
        """Reap who has ended; one that ended by itself is broken."""
        for pid in list(self.alive):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                point = self.alive.pop(pid)
                (self.killed if os.WIFSIGNALED(status) else self.broken).append(point)

    def end(self) -> None:
        """Stop everybody, the hard way where the soft one takes too long."""
        for pid in self.alive:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 120
        while self.alive and time.monotonic() < deadline:
            self.collect()
            time.sleep(0.05)
        for pid in self.alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self.alive.clear()


@pytest.fixture
def settings(home: Path, tmp_path: Path, database_url: str) -> Settings:
    """A data folder with the law store and index of the tests, and an office of its own."""
    own = tmp_path / "home"
    own.mkdir()
    for entry in home.iterdir():
        if entry.name != "office":
            (own / entry.name).symlink_to(entry)
    return Settings(home=own, database=database_url, blobs=str(tmp_path / "files"))


@pytest.fixture
def kill_at() -> Callable[[int], None]:
    """Arms this process to be killed at a point."""
    return lambda point: Points(point).watch()


@pytest.fixture
def crew(engine: Engine) -> Iterator[Callable[[Settings], Crew]]:
    made: list[Crew] = []

    def make(settings: Settings) -> Crew:
        made.append(Crew(settings, engine))
        return made[-1]

    yield make
    for found in made:
        found.end()
