"""A larger clean-up on paper: from what one document costs, how long many take on many machines, and what gives first.

Every part of the path has a rate of its own (documents a second) that it cannot exceed: the processors of the machines,
the one process that hands files over and keeps the journal, the processors of the database server, its commits, the
network of the blob store, and the window of files handed over at a time. The slowest sets the pace; the others are
loaded by the ratio of the two. No queueing theory is needed as long as the first is far below the second.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# What is assumed and not measured: a database server of its own, a gigabit for the blobs, a journal on a disk as here.
SERVER_CORES = 4
NETWORK = 1e9 / 8
POLL = 0.2
PAUSE = 0.5


@dataclass(frozen=True, slots=True)
class Constants:
    """What was measured: processor seconds a document of `worker`, `server`, `caller`; and

    `commit`: seconds a commit of the journal waits for the disk, `flush`: seconds a flush of a log does (each commit of
    the database, or of some at once); `commits`: transactions a document; `poll`, `polls`: processor seconds and
    transactions of the server for a second of one idle worker; `judged`: processor seconds a document of the judgement
    at the end; `bytes`: through the blob store a document; `window`: files handed over at a time.
    """

    worker: float
    server: float
    caller: float
    commit: float
    flush: float
    commits: float
    poll: float
    polls: float
    judged: float
    bytes: float
    window: int


@dataclass(frozen=True, slots=True)
class Place:
    """A clean-up to think about: documents, machines, processors a machine (one worker each)."""

    documents: int
    machines: int
    cores: int

    @property
    def workers(self) -> int:
        return self.machines * self.cores


@dataclass(frozen=True, slots=True)
class Limit:
    """One part of the path and the documents a second it can do at most."""

    name: str
    rate: float


def limits(known: Constants, place: Place) -> tuple[Limit, ...]:
    """Every limit, the tightest first; ties by name."""
    workers = place.workers
    polling = workers * known.poll
    # A file handed over comes back after its own time, the worker's next look and the caller's.
    round_trip = known.worker + POLL / 2 + PAUSE / 2
    found = (
        Limit("processors of the machines", workers / (known.worker + POLL / 2)),
        Limit("the process that hands over and keeps the journal", 1 / (known.caller + known.commit)),
        Limit("processors of the database server", max(SERVER_CORES - polling, 0.0) / known.server),
        Limit("commits of the database server", _grouped(workers) / (known.commits * known.flush)),
        Limit("network of the blob store", NETWORK / known.bytes),
        Limit("window of files handed over", known.window / round_trip),
    )
    return tuple(sorted(found, key=lambda limit: (limit.rate, limit.name)))


def _grouped(workers: int) -> float:
    """How many commits share one flush of the log: those that wait together, half of the workers."""
    return max(workers / 2, 1.0)


def told(known: Constants, places: Iterable[Place]) -> Iterator[str]:
    """The paper as lines of text."""
    yield "on paper, from the constants of the first row:"
    yield (
        f"  a document: worker {known.worker:.3f} CPU-s, server {1000 * known.server:.1f} ms, caller"
        f" {1000 * known.caller:.1f} ms, {known.commits:.1f} transactions, {known.bytes / 1024:.0f} KiB of blobs,"
        f" judgement {1000 * known.judged:.1f} ms"
    )
    yield (
        f"  the disk: {1000 * known.commit:.2f} ms a commit of the journal, {1000 * known.flush:.2f} ms a flush;"
        f" an idle worker {1000 * known.poll:.2f} ms of the server and"
        f" {known.polls:.1f} transactions a second"
    )
    yield f"  assumed: {SERVER_CORES} processors for the database, 1 Gbit/s for the blobs"
    for place in places:
        yield from _told(known, place)


def _told(known: Constants, place: Place) -> Iterator[str]:
    found = limits(known, place)
    first, second = found[0], found[1]
    hours = place.documents / first.rate / 3600 if first.rate else float("inf")
    load = (first.rate * known.server + place.workers * known.poll) / SERVER_CORES
    yield (
        f"{place.documents:,} documents, {place.machines} machines of {place.cores} processors: {hours:.2f} h at"
        f" {first.rate:.1f} documents a second, then {place.documents * known.judged / 60:.0f} minutes of judgement"
    )
    yield f"  first limit: {first.name}; next: {second.name} at {second.rate:.0f} a second"
    yield (
        f"  database: {first.rate * known.commits + place.workers * known.polls:.0f} transactions a second,"
        f" {load:.0%} of its processors; blobs {first.rate * known.bytes / 1e6:.1f} MB/s;"
        f" caller {first.rate * (known.caller + known.commit):.0%} of a processor"
    )
    cap = min((limit for limit in found if limit.name != "processors of the machines"), key=lambda limit: limit.rate)
    most = cap.rate * (known.worker + POLL / 2) / place.cores
    yield f"  more machines help up to {most:.0f}: then {cap.name}"
