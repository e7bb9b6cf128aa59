"""Clean-ups of the office as durable workflows: a file examined and kept, a set judged once its files are done.

Rows are the truth, as with reviews: a worker hands over what no worker has, under the row's own id, and whatever is
killed is taken up again by that id. Only so many files are handed over at a time that a stop takes hold soon.
"""

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from dbos import DBOS, SetWorkflowID
from sqlalchemy import func, select, update

from ...corpora.errors import BeishenError
from ...corpora.text import Problem
from ...review.cleanup.outcome import Outcome
from .. import cleanup_run
from ..errors import OfficeError, problem, trace
from ..office import cleanup_record as record
from ..office.desk import SYSTEM, Office
from ..store import tables as t
from . import cleaning
from .examining import MAX_ATTEMPTS, Bench
from .workflows import EXIT_HUNG, patiently

log = logging.getLogger("beishen.cleanups")
WINDOW = 256
Standing = Callable[[list[str]], dict[str, str]]
_OVER = ("ERROR", "CANCELLED", "SUCCESS", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(frozen=True, slots=True)
class Flows:
    """The registered workflows: a file by its id, a judgement by clean-up and round."""

    clean: Callable[[str], None]
    judge: Callable[[int, int], None]

    def hand_over(self, file_id: str) -> None:
        with SetWorkflowID(file_id):
            DBOS.enqueue_workflow(cleaning.QUEUE, self.clean, file_id)

    def hand_over_judgement(self, cleanup_id: int, turn: int) -> None:
        with SetWorkflowID(judgement(cleanup_id, turn)):
            DBOS.enqueue_workflow(cleaning.QUEUE, self.judge, cleanup_id, turn)


def judgement(cleanup_id: int, turn: int) -> str:
    """The id of the workflow that judges a set for the so-manieth time."""
    return f"judge-{cleanup_id}-{turn}"


def register(bench: Bench, stop: threading.Event) -> Flows:
    """Register the workflows with the engine of jobs. Call once per process, before launch."""

    @DBOS.step(name="clean_examine")
    def clean_examine(file_id: str) -> str:
        try:
            return patiently(lambda: examine(bench, file_id), stop)
        except Late:
            log.error("clean-up of a file hung, leaving", extra={"file": file_id})
            os._exit(EXIT_HUNG)

    @DBOS.step(name="clean_keep")
    def clean_keep(file_id: str, outcome: str) -> None:
        patiently(lambda: keep(bench.office, file_id, outcome), stop)

    @DBOS.workflow(name="clean", max_recovery_attempts=None)
    def clean(file_id: str) -> None:
        clean_keep(file_id, clean_examine(file_id))

    @DBOS.step(name="judge_set")
    def judge_set(cleanup_id: int) -> None:
        patiently(lambda: judge(bench.office, cleanup_id), stop)

    @DBOS.workflow(name="judge", max_recovery_attempts=None)
    def judge_flow(cleanup_id: int, _turn: int) -> None:
        judge_set(cleanup_id)

    return Flows(clean, judge_flow)


def examine(bench: Bench, file_id: str) -> str:
    """Examine a file; the hash of the outcome, or empty where nothing is to be done any more.

    An attempt is counted before the file is touched, so that one which ends its workers is listed as unread after
    MAX_ATTEMPTS. Raises Late, DatabaseGone, DiskFull.
    """
    with bench.office.desk(SYSTEM) as desk:
        begun = record.begin(desk, file_id)
    if begun.finished:
        return ""
    if begun.attempt > MAX_ATTEMPTS:
        told = f"审查“{begun.name}”时程序 {MAX_ATTEMPTS} 次异常中止，已停止重试。请另存为 DOCX 后另行审查"
        return _refused(bench.office, "job.poisonous", told)
    parcel = cleaning.Parcel(begun.seq, begun.name, begun.sha256, begun.day.isoformat())
    made = bench.thread.submit(lambda: cleaning.outcome(bench, parcel, bench.office.blobs.get(begun.sha256)))
    return bench.office.blobs.put(made.result(timeout=bench.seconds))


def keep(office: Office, file_id: str, outcome: str) -> None:
    """Keep the outcome of a file and end it; the blob that carried it goes. DatabaseGone, DiskFull: try again later."""
    if not outcome:
        return
    if office.blobs.has(outcome):
        made: dict[str, Any] = json.loads(office.blobs.get(outcome))
        if "problem" in made:
            with office.desk(SYSTEM) as desk:
                record.give_up(desk, file_id, Problem(**made["problem"]))
        else:
            reports = {name: office.blobs.put(page.encode()) for name, page in made["reports"].items()}
            with office.desk(SYSTEM) as desk:
                record.keep(desk, file_id, made["cards"], reports, made["identity"])
        office.blobs.remove(outcome)


def judge(office: Office, cleanup_id: int) -> None:
    """Judge a set as a whole and keep the proposals, a batch at a time; what cannot be judged is told."""
    with office.desk(SYSTEM) as desk:
        whole = record.judging(desk, cleanup_id)
    if whole is None:
        return
    try:
        outcome = _judged(office, whole)
    except OfficeError:
        raise
    except BeishenError as error:
        with office.desk(SYSTEM) as desk:
            record.fail(desk, cleanup_id, problem(error))
        return
    except Exception as error:
        log.error("judgement failed", extra={"cleanup": cleanup_id, "trace": trace(error)})
        with office.desk(SYSTEM) as desk:
            record.fail(desk, cleanup_id, Problem("error.unknown", "汇总时遇到未预料的错误。请交给维护人员"))
        return
    rows = record.judged_rows(whole, outcome)
    while batch := list(islice(rows, record.BATCH)):
        with office.desk(SYSTEM) as desk:
            record.write_rows(desk, batch)
    with office.desk(SYSTEM) as desk:
        record.finish(desk, cleanup_id, outcome)


def _judged(office: Office, whole: record.Set) -> Outcome:
    """The outcome of a set, as the command line judges it."""
    found = whole.cleanup
    with tempfile.TemporaryDirectory(prefix="judging-") as folder:
        place = Path(folder)
        listed = None
        if found.catalogue:
            listed = place / "catalogue.xlsx"
            listed.write_bytes(office.blobs.get(found.catalogue))
        wanted = cleanup_run.Request(place, place, found.day, listed, found.profile, found.theme, found.law)
        return cleanup_run.judged(wanted, tuple(card for _, card in whole.cards), {})


def _refused(office: Office, code: str, message: str) -> str:
    """An outcome that says why a file was not examined."""
    told = {"problem": {"code": code, "message": message}}
    return office.blobs.put(json.dumps(told, ensure_ascii=False).encode())


def dispatch(office: Office, flows: Flows) -> int:
    """Hand over files while there is room, and sets whose files are done; how many."""
    with office.look(SYSTEM) as desk:
        file, owner = t.CleanupFile, t.Cleanup
        if desk.session.scalar(select(owner.id).where(owner.state == "examining").limit(1)) is None:
            return 0
        open_ = file.state.in_(("queued", "running"))
        out = desk.session.scalar(select(func.count()).where(open_, file.dispatched.is_not(None))) or 0
        query = select(file.id).where(file.state == "queued", file.dispatched.is_(None)).order_by(file.seq, file.id)
        files = list(desk.session.scalars(query.limit(WINDOW - out))) if out < WINDOW else []
        sets = record.ready_to_judge(desk)
    for ident in files:
        flows.hand_over(ident)
    for cleanup_id, turn in sets:
        flows.hand_over_judgement(cleanup_id, turn)
    if files or sets:
        with office.desk(SYSTEM) as desk:
            now = {"dispatched": desk.now}
            desk.session.execute(update(t.CleanupFile).where(t.CleanupFile.id.in_(files)).values(now))
            ids = [cleanup_id for cleanup_id, _ in sets]
            desk.session.execute(update(t.Cleanup).where(t.Cleanup.id.in_(ids)).values(now))
    return len(files) + len(sets)


def sweep(office: Office, flows: Flows, age: timedelta, standing: Standing | None = None) -> None:
    """Every file ends: one the engine does not know is handed over again, one whose workflow ended without it is told.

    The same for a judgement. `age` is how long ago a thing was handed over at least; `standing` asks the engine.
    """
    with office.look(SYSTEM) as desk:
        file, owner = t.CleanupFile, t.Cleanup
        old = desk.now - age
        waiting = select(file.id).where(file.state.in_(("queued", "running")), file.dispatched < old)
        files = list(desk.session.scalars(waiting.order_by(file.seq, file.id).limit(WINDOW)))
        query = select(owner.id, owner.round).where(owner.state.in_(("examining", "judging")), owner.dispatched < old)
        sets = {judgement(row[0], row[1]): (row[0], row[1]) for row in desk.session.execute(query)}
    known = (standing or _standing)([*files, *sets])
    for ident in files:
        if ident not in known:
            flows.hand_over(ident)
        elif known[ident] in _OVER:
            with office.desk(SYSTEM) as desk:
                record.give_up(desk, ident, Problem("job.lost", "审查该文件的任务意外中止，请另行审查"))
    for ident, (cleanup_id, turn) in sets.items():
        if ident not in known:
            flows.hand_over_judgement(cleanup_id, turn)
        elif known[ident] in _OVER:
            with office.desk(SYSTEM) as desk:
                record.fail(desk, cleanup_id, Problem("job.lost", "汇总任务意外中止，请重新汇总"))


def _standing(idents: list[str]) -> dict[str, str]:
    """The state of workflows by id, those that the engine knows."""
    if not idents:
        return {}
    found = DBOS.list_workflows(workflow_ids=idents, load_input=False, load_output=False)
    return {status.workflow_id: status.status for status in found}
