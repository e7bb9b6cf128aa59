"""Where the time of a clean-up goes: processor time and waiting of processes (/proc), waits in PostgreSQL (sampled)."""

import os
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psycopg

_TICKS = os.sysconf("SC_CLK_TCK")
_EVERY = 0.1
_LOOK = """
SELECT coalesce(wait_event_type, ''), coalesce(wait_event, ''), count(*) FROM pg_stat_activity
WHERE datname = current_database() AND backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()
GROUP BY 1, 2
"""
_UNGRANTED = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_QUEUE = "SELECT status, count(*) FROM dbos.workflow_status WHERE queue_name = 'cleanups' GROUP BY status"
_TOTALS = "SELECT xact_commit + xact_rollback, deadlocks FROM pg_stat_database WHERE datname = current_database()"


@dataclass(frozen=True, slots=True)
class Reading:
    """Seconds of a stretch of time: on the clock, and on the processor by whom.

    Shares of the stretch: `busy` of the processors' time at work, `others` at work for somebody else; `short` of
    the clock in which somebody stood ready and had no processor, `disk` in which somebody waited for the disk.
    """

    wall: float
    workers: float
    server: float
    caller: float
    busy: float
    others: float
    short: float
    disk: float


@dataclass(frozen=True, slots=True)
class Waits:
    """What was seen in the database: counts over all samples.

    `active` backends, of them waiting for a `locks` (heavyweight) or `light` lock; `named` says every wait with its
    count; `without_task` is the share of worker time with no file in hand.
    """

    samples: int
    active: int
    locks: int
    light: int
    ungranted: int
    deadlocks: int
    commits: int
    without_task: float
    named: str


@dataclass(frozen=True, slots=True)
class _Point:
    wall: float
    workers: float
    server: float
    caller: float
    machine: tuple[float, float]
    pressure: tuple[float, float]


class Sampler:
    """Looks into a database ten times a second between `start` and `stop`. Use with `with`."""

    def __init__(self, url: str, workers: int) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._workers = workers
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen: Counter[str] = Counter()
        self._waits: Counter[str] = Counter()
        self._first = (0, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._connection.close()

    def start(self) -> None:
        self._first = self._totals()
        self._thread = threading.Thread(target=self._look, name="sampler", daemon=True)
        self._thread.start()

    def stop(self) -> Waits:
        """What was seen since the start."""
        assert self._thread is not None
        self._stop.set()
        self._thread.join()
        last = self._totals()
        seen = self._seen
        return Waits(
            samples=seen["samples"],
            active=seen["active"],
            locks=seen["Lock"],
            light=seen["LWLock"],
            ungranted=seen["ungranted"],
            deadlocks=last[1] - self._first[1],
            commits=last[0] - self._first[0],
            without_task=seen["without"] / max(seen["samples"] * self._workers, 1),
            named=", ".join(f"{name} {count}" for name, count in self._waits.most_common()),
        )

    def commits(self) -> int:
        return self._totals()[0]

    def _totals(self) -> tuple[int, int]:
        row = self._connection.execute(_TOTALS).fetchone()
        assert row is not None
        return int(row[0]), int(row[1])

    def _look(self) -> None:
        while not self._stop.wait(_EVERY):
            self._seen["samples"] += 1
            for kind, event, count in self._connection.execute(_LOOK).fetchall():
                self._seen["active"] += count
                if kind:
                    self._seen[kind] += count
                    self._waits[f"{kind}/{event}"] += count
            row = self._connection.execute(_UNGRANTED).fetchone()
            self._seen["ungranted"] += row[0] if row else 0
            states = self._connection.execute(_QUEUE).fetchall()
            pending = sum(count for status, count in states if status == "PENDING")
            self._seen["without"] += max(self._workers - pending, 0)


@dataclass(slots=True)
class Meter:
    """Readings at the first and the last file finished; `progress` goes to the clean-up."""

    server: int
    pids: tuple[int, ...]
    sampler: Sampler
    documents: int = 0
    memory: int = 0
    _points: list[_Point] = field(default_factory=list)
    _waits: Waits | None = None

    def progress(self, done: int, total: int) -> None:
        if done == 1:
            self.sampler.start()
            self._points.append(self._point())
        if done == total and self._points:
            self._points.append(self._point())
            self._waits = self.sampler.stop()
            self.documents = total - 1
            self.memory = max(_resident(pid) for pid in self.pids)

    @property
    def waits(self) -> Waits:
        assert self._waits is not None
        return self._waits

    @property
    def spent(self) -> Reading:
        """From the first file to the last."""
        one, other = self._points
        wall = other.wall - one.wall
        own = sum(getattr(other, name) - getattr(one, name) for name in ("workers", "server", "caller"))
        busy, whole = (there - here for here, there in zip(one.machine, other.machine, strict=True))
        return Reading(
            wall=wall,
            workers=other.workers - one.workers,
            server=other.server - one.server,
            caller=other.caller - one.caller,
            busy=busy / whole,
            others=max(busy - own, 0.0) / whole,
            short=(other.pressure[0] - one.pressure[0]) / wall,
            disk=(other.pressure[1] - one.pressure[1]) / wall,
        )

    def _point(self) -> _Point:
        return _Point(
            time.monotonic(),
            sum(processor(pid) for pid in self.pids),
            family(self.server),
            time.thread_time(),
            _machine(),
            (_pressure("cpu"), _pressure("io")),
        )


def idle_polls(server: int, sampler: Sampler, workers: int, seconds: float = 10.0) -> tuple[float, float]:
    """What one worker without work costs: processor seconds of the server, and transactions, each a second."""
    used, count = family(server), sampler.commits()
    time.sleep(seconds)
    return (family(server) - used) / seconds / workers, (sampler.commits() - count) / seconds / workers


def processor(pid: int, children: bool = False) -> float:
    """Seconds on the processor of a process; with those of its children that ended."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii", errors="replace").rpartition(")")[2].split()
    return sum(int(word) for word in words[11 : 15 if children else 13]) / _TICKS


def family(pid: int) -> float:
    """Seconds on the processor of a process with its children, running and ended."""
    total = processor(pid, children=True)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text("ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            total += sum(int(word) for word in words[11:15]) / _TICKS
    return total


def _pressure(of: str) -> float:
    """Seconds since the start in which somebody waited for the processor or the disk (Linux pressure information)."""
    return int(Path(f"/proc/pressure/{of}").read_text("ascii").splitlines()[0].rpartition("=")[2]) / 1e6


def _resident(pid: int) -> int:
    """Resident memory in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def _machine() -> tuple[float, float]:
    """Processor seconds of the machine since it started: at work, and in all."""
    words = [int(word) for word in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:9]]
    return (sum(words) - words[3] - words[4]) / _TICKS, sum(words) / _TICKS
