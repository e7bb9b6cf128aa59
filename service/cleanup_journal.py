"""The journal of a clean-up: which files there are, which are done, and their cards. One SQLite file, one truth.

A file is done when its cards are committed, in one transaction each: a kill at any moment loses nothing that was done
and repeats nothing that was done. After a power cut the last files may be open again (the log is flushed at
checkpoints, not at each file: that would take longer than a small file itself). A full disk raises DiskFull and leaves
the journal as it was.
"""

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ..corpora.errors import BadArgument
from .errors import DiskFull

NAME = "cleanup.journal"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS task (
  seq INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, path TEXT NOT NULL, size INTEGER NOT NULL, stamp INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS open_task ON task (seq) WHERE done = 0;
CREATE TABLE IF NOT EXISTS card (
  seq INTEGER NOT NULL, part INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (seq, part)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One file of the set: its place, the name people see, where it lies, how often it was tried."""

    seq: int
    name: str
    path: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as found on disk."""

    name: str
    path: str
    size: int
    stamp: int


class Journal:
    """Opened with `Journal.open`; close it or use `with`. One process writes."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The journal of an output folder, made where absent. Raises BadArgument where it is none, DiskFull."""
        path = folder / NAME
        with guarded(path):
            connection = sqlite3.connect(path, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.executescript(_SCHEMA)
            except sqlite3.DatabaseError as error:
                connection.close()
                if isinstance(error, sqlite3.OperationalError):
                    raise
                raise BadArgument(f"{path} 不是清理进度文件或已损坏", "请换一个输出文件夹") from error
        return cls(connection, path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def meta(self) -> dict[str, str]:
        return dict(self._connection.execute("SELECT key, value FROM meta ORDER BY key"))

    def describe(self, facts: dict[str, str]) -> None:
        """Write down what the run is made with."""
        with self._transaction():
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", sorted(facts.items()))

    def enlist(self, files: Iterable[Listed]) -> None:
        """Add files to the set in the given order. A done file that was changed since is open again."""
        with self._transaction():
            self._connection.executemany(
                "INSERT INTO task (name, path, size, stamp) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "path = excluded.path, size = excluded.size, stamp = excluded.stamp, tries = 0, "
                "done = task.done AND task.size = excluded.size AND task.stamp = excluded.stamp",
                ((file.name, file.path, file.size, file.stamp) for file in files),
            )

    def counts(self) -> tuple[int, int]:
        """Files done, and files in all."""
        done, total = self._connection.execute("SELECT coalesce(sum(done), 0), count(*) FROM task").fetchone()
        return int(done), int(total)

    def waiting(self, after: int, most: int) -> tuple[Task, ...]:
        """Open files in order, behind the place `after`."""
        rows = self._connection.execute(
            "SELECT seq, name, path, tries FROM task WHERE done = 0 AND seq > ? ORDER BY seq LIMIT ?", (after, most)
        )
        return tuple(Task(*row) for row in rows)

    def tried(self, seq: int) -> int:
        """Count a try that ended the worker; how many there were."""
        with self._transaction():
            self._connection.execute("UPDATE task SET tries = tries + 1 WHERE seq = ?", (seq,))
        return int(self._connection.execute("SELECT tries FROM task WHERE seq = ?", (seq,)).fetchone()[0])

    def finish(self, seq: int, cards: tuple[str, ...]) -> None:
        """Keep the cards of a file and mark it done: both or neither."""
        with self._transaction():
            self._connection.execute("DELETE FROM card WHERE seq = ?", (seq,))
            self._connection.executemany(
                "INSERT INTO card VALUES (?, ?, ?)", [(seq, part, body) for part, body in enumerate(cards)]
            )
            self._connection.execute("UPDATE task SET done = 1 WHERE seq = ?", (seq,))

    def cards(self) -> Iterator[dict[str, object]]:
        """The cards of done files in the order of the set."""
        for (body,) in self._connection.execute(
            "SELECT c.body FROM card c JOIN task t ON t.seq = c.seq WHERE t.done = 1 ORDER BY t.name, c.part"
        ):
            yield json.loads(body)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with guarded(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise


def full(error: BaseException) -> bool:
    """Whether an error says that nothing more can be written there."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, sqlite3.OperationalError) and any(
        words in str(error) for words in ("full", "disk I/O error", "unable to open", "readonly")
    )


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Errors of a place that takes no more become DiskFull: stop, make room, resume."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if not full(error):
            raise
        raise DiskFull(
            f"输出位置 {path.parent} 写不下去了（{error}），已完成的文件都已保存", "请腾出空间后加 --resume 继续"
        ) from error
