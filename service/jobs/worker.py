"""The worker process: hands jobs over to the engine, shows that it lives, takes over from the silent, stops well."""

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from dbos import DBOS
from sqlalchemy import delete, select, update

from ...corpora.text import Problem
from ..errors import OfficeError, trace
from ..office import recording
from ..office.desk import SYSTEM, Office
from ..settings import Settings
from ..store.tables import Delivery, Job, Worker
from . import cleaning, cleanups
from .examining import Bench
from .opening import open_engine, open_office
from .workflows import DELIVERIES, REVIEWS, Flows, config, register

if TYPE_CHECKING:
    from ...review.engine import Engine

log = logging.getLogger("beishen.worker")
Row = TypeVar("Row", Job, Delivery)
TICK, BEAT, SWEEP = 0.5, 3.0, 30.0
# Seconds between looks while the database is away.
LONGEST = 5.0
SILENT = timedelta(seconds=20)
BATCH = 200
GRACE = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """How often the worker looks: seconds between ticks, beats and sweeps, and when another counts as silent."""

    tick: float = TICK
    beat: float = BEAT
    sweep: float = SWEEP
    silent: timedelta = SILENT


@dataclass(frozen=True, slots=True)
class Shift:
    """A worker at work."""

    bench: Bench
    flows: Flows
    cleanups: cleanups.Flows
    ident: str
    stop: threading.Event
    pace: Pace


@dataclass(slots=True)
class Laws:
    """The file of the law store, watched: a worker reviews by the laws it opened with."""

    path: Path
    begun: tuple[int, int]
    last: tuple[int, int]

    @classmethod
    def watched(cls, path: Path) -> "Laws":
        stamp = _stamp(path)
        return cls(path, stamp, stamp)

    def renewed(self) -> bool:
        """Whether laws were imported since the start, and the file has come to rest since the last look."""
        stamp, before = _stamp(self.path), self.last
        self.last = stamp
        return stamp != self.begun and stamp == before


def run(settings: Settings, stop: threading.Event, pace: Pace | None = None) -> bool:
    """Work until told to stop; reviews begun are finished first, for up to GRACE seconds.

    True where laws were imported: the caller starts a fresh process, which opens the new store and index.
    """
    with working(settings, stop, pace or Pace()) as shift:
        log.info("worker ready", extra={"worker": shift.ident})
        return attend(shift)


@contextmanager
def working(settings: Settings, stop: threading.Event, pace: Pace, engine: "Engine | None" = None) -> Iterator[Shift]:
    """A bench opened and the engine of jobs launched; both closed at the end. Raises EngineErrors, DatabaseGone.

    `engine` is a review engine opened already.
    """
    office = open_office(settings)
    longest = settings.limits.seconds + settings.limits.ocr_seconds + 120
    bench = Bench(office, engine or open_engine(settings), longest)
    ident = f"{place()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"[:60]
    DBOS(config=config(settings.queue_url, ident))
    flows = register(bench, stop)
    cleaning.register(bench, stop)
    shift = Shift(bench, flows, cleanups.register(bench, stop), ident, stop, pace)
    beat(shift)
    DBOS.launch()
    DBOS.register_queue(REVIEWS, worker_concurrency=2, polling_interval_sec=pace.tick, on_conflict="always_update")
    DBOS.register_queue(DELIVERIES, worker_concurrency=8, polling_interval_sec=1.0, on_conflict="always_update")
    DBOS.register_queue(
        cleaning.QUEUE, worker_concurrency=1, polling_interval_sec=pace.tick, on_conflict="always_update"
    )
    try:
        yield shift
    finally:
        stop.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=GRACE)
        _leave(shift)
        bench.close()


def attend(shift: Shift) -> bool:
    """The loop of a worker: every tick new jobs, every beat the others, every sweep what got lost and new laws."""
    beaten = swept = 0.0
    pause = shift.pace.tick
    laws = Laws.watched(shift.bench.engine.store.path)
    while not shift.stop.wait(pause):
        now = time.monotonic()
        try:
            dispatch(shift)
            if now - beaten >= shift.pace.beat:
                beaten = now
                beat(shift)
                take_over(shift)
            if now - swept >= shift.pace.sweep:
                swept = now
                sweep(shift)
                if laws.renewed():
                    log.info("laws imported", extra={"worker": shift.ident})
                    return True
            pause = shift.pace.tick
        except Exception as error:
            pause = min(pause * 2, LONGEST)
            _tell(error)
    return False


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat() if path.is_file() else None
    return (found.st_mtime_ns, found.st_size) if found else (0, 0)


def _tell(error: Exception) -> None:
    if isinstance(error, OfficeError):
        log.warning("store away", extra={"code": error.code})
    else:
        log.error("worker loop", extra={"trace": trace(error)})


def dispatch(shift: Shift) -> int:
    """Hand over jobs, deliveries and clean-ups that no worker has handed over; how many."""
    handed = _hand_over(shift, Job, REVIEWS) + _hand_over(shift, Delivery, DELIVERIES)
    return handed + cleanups.dispatch(shift.bench.office, shift.cleanups)


def _hand_over(shift: Shift, table: type[Row], queue: str) -> int:
    office = shift.bench.office
    query = select(table.id).where(table.state == "queued", table.dispatched.is_(None))
    with office.look(SYSTEM) as desk:
        waiting = list(desk.session.scalars(query.order_by(table.created, table.id).limit(BATCH)))
    for ident in waiting:
        shift.flows.hand_over(queue, ident)
    if waiting:
        with office.desk(SYSTEM) as desk:
            desk.session.execute(update(table).where(table.id.in_(waiting)).values(dispatched=desk.now))
    return len(waiting)


def beat(shift: Shift) -> None:
    """Say that this worker lives."""
    with shift.bench.office.desk(SYSTEM) as desk:
        row = desk.session.get(Worker, shift.ident)
        if row is None:
            desk.session.add(Worker(id=shift.ident, place=place(), pid=os.getpid(), started=desk.now, beat=desk.now))
        else:
            row.beat = desk.now


def take_over(shift: Shift) -> tuple[str, ...]:
    """Put the running jobs of silent or ended workers back into their queue; the ids of those workers.

    Their rows go last: a worker that is killed while taking over leaves the work to the next.
    """
    office = shift.bench.office
    with office.look(SYSTEM) as desk:
        others = [row for row in desk.session.scalars(select(Worker).order_by(Worker.id)) if row.id != shift.ident]
        gone = tuple(row.id for row in others if desk.now - row.beat > shift.pace.silent or _ended(row))
    if gone:
        DBOS._recover_pending_workflows(list(gone))
        with office.desk(SYSTEM) as desk:
            desk.session.execute(delete(Worker).where(Worker.id.in_(gone)))
        log.warning("took over", extra={"workers": len(gone)})
    return gone


def sweep(shift: Shift) -> None:
    """Every job ends: one whose workflow ended without it is failed, one the engine does not know is handed over."""
    office = shift.bench.office
    with office.look(SYSTEM) as desk:
        old = desk.now - timedelta(seconds=shift.pace.sweep)
        query = select(Job.id).where(Job.state.in_(("queued", "running")), Job.dispatched < old).limit(BATCH)
        waiting = list(desk.session.scalars(query))
    for ident in waiting:
        status = DBOS.get_workflow_status(ident)
        if status is None:
            shift.flows.hand_over(REVIEWS, ident)
        elif status.status in ("ERROR", "CANCELLED", "SUCCESS", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"):
            with office.desk(SYSTEM) as desk:
                recording.fail(desk, ident, Problem("job.lost", "审查任务意外中止。请重新提交"))
    cleanups.sweep(office, shift.cleanups, timedelta(seconds=shift.pace.sweep))


def place() -> str:
    """This machine since it started, as the kernel names it; the process namespace tells containers apart."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii")[:8]
        space = os.readlink("/proc/self/ns/pid").strip("pid:[]")
    except OSError:
        return socket.gethostname()[:40]
    return f"{boot}-{space}"


def _ended(row: Worker) -> bool:
    """Whether a worker of this very machine has ended."""
    if row.place != place():
        return False
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _leave(shift: Shift) -> None:
    """Running work goes back to the queue for the others, then the row goes."""
    office: Office = shift.bench.office
    try:
        with office.desk(SYSTEM) as desk:
            row = desk.session.get(Worker, shift.ident)
            if row is not None:
                # Kept, but long silent: whoever looks next takes over what was not finished.
                row.beat = desk.now - timedelta(days=1)
    except OfficeError as error:
        log.warning("left without notice", extra={"code": error.code})
