"""What a review does: read the package, name what it holds, review the text, keep the outcome. May run twice.

The outcome travels from the step that makes it to the step that keeps it as a blob, so that a review done is never
done again, and the engine's own tables never hold text of a document.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ...corpora.errors import BeishenError
from ...corpora.intake import Overrides, read
from ...corpora.readers.formats import accept
from ...corpora.text import Document, Problem
from ...review.engine import Engine
from ...review.finding import Report, failed
from ...review.pipeline import problem_of, provenance_of, review_document
from ...review.profile import Profile
from ...review.render.json import dumps, inspection, to_json
from ..errors import JobPoisonous, OfficeError, problem, trace
from ..office import powers, recording
from ..office.desk import SYSTEM, Office, local_day
from ..office.reports import overrides_of
from ..store.tables import FiledFile, Job

log = logging.getLogger("beishen.jobs")
MAX_ATTEMPTS = 3
_NONE = Overrides()


class Hung(RuntimeError):
    """A review took longer than any review may: the process that holds it must end."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker holds: office and engine. The engine is used by one thread only, its own."""

    office: Office
    engine: Engine
    seconds: float
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "review"))

    def close(self) -> None:
        self.thread.shutdown(wait=True, cancel_futures=True)
        self.engine.close()
        self.office.close()


def examine(bench: Bench, job_id: str) -> str:
    """Review a job's document; the hash of the outcome, or empty where the job has ended already.

    An attempt is counted before the file is touched, so that a file which kills its worker is tried MAX_ATTEMPTS
    times. Raises DatabaseGone and DiskFull (try again later) and Hung.
    """
    with bench.office.desk(SYSTEM) as desk:
        begun = recording.begin(desk, job_id)
    if begun.finished:
        return ""
    if begun.attempt > MAX_ATTEMPTS:
        error = JobPoisonous(f"审查该文件时程序 {MAX_ATTEMPTS} 次异常中止，已停止重试", "请将文件另存为 DOCX 后重试")
        return _put(bench, {"job": job_id, "problem": _plain(problem(error))})
    try:
        outcome = bench.thread.submit(_outcome, bench, begun).result(timeout=bench.seconds)
    except Late as error:
        raise Hung(job_id) from error
    except OfficeError:
        raise
    except BeishenError as error:
        outcome = {"problem": _plain(problem(error))}
    except Exception as error:
        log.error("review failed", extra={"job": job_id, "trace": trace(error)})
        outcome = {
            "problem": _plain(Problem("error.unknown", f"审查遇到未预料的错误，任务编号 {job_id}。请交给维护人员"))
        }
    return _put(bench, {"job": job_id, **outcome})


def keep(bench: Bench, job_id: str, sha256: str) -> None:
    """Keep the outcome and end the job; the blob that carried it goes. Raises DatabaseGone (try again later)."""
    if not sha256:
        return
    with bench.office.desk(SYSTEM) as desk:
        job = desk.session.get(Job, job_id)
        if job is not None and job.state not in ("done", "failed"):
            outcome = json.loads(bench.office.blobs.get(sha256))
            if "problem" in outcome:
                recording.fail(desk, job_id, Problem(**outcome["problem"]))
            else:
                recording.store(desk, job_id, outcome["report"], outcome["inspection"])
    bench.office.blobs.remove(sha256)


def _outcome(bench: Bench, begun: recording.Begun) -> dict[str, Any]:
    """Report and inspection of a job's document."""
    overrides = overrides_of(begun.options)
    documents: dict[str, Document] = {}
    sha256 = begun.sha256
    if begun.version_id is not None:
        sha256, documents = _package(bench, begun, overrides)
    as_of = begun.options.get("as_of")
    day = date.fromisoformat(as_of) if as_of else local_day(bench.office.clock())
    report = _report(bench, begun, (sha256, documents.get(sha256)), overrides, day)
    seen = inspection(report.document) if report.document else None
    return {"report": to_json(report), "inspection": seen}


def _report(
    bench: Bench, begun: recording.Begun, text: tuple[str, Document | None], overrides: Overrides, day: date
) -> Report:
    """The report on one text, read here unless it was read with its package; by the power list of who filed it."""
    sha256, document = text
    name = begun.name
    with bench.office.look(SYSTEM) as desk:
        listed = powers.in_use(desk, begun.organ_id)
    try:
        if document is None:
            source = accept(name, bench.office.blobs.get(sha256), bench.office.limits)
            document = read(source, bench.office.limits, overrides)
    except OfficeError:
        raise
    except BeishenError as error:
        return failed(name, problem_of(error), provenance_of(bench.engine, day))
    return review_document(document, bench.engine, day, Profile(powers=listed))


def _package(bench: Bench, begun: recording.Begun, overrides: Overrides) -> tuple[str, dict[str, Document]]:
    """Read every file of the version and write down what it is; hash of the text, and texts read as the text."""
    with bench.office.desk(SYSTEM) as desk:
        files = recording.package_files(desk, begun.version_id or 0)
    documents: list[tuple[int, Document]] = []
    refused: dict[int, str] = {}
    texts: dict[str, Document] = {}
    for file in files:
        is_text = file.sha256 == begun.sha256
        try:
            documents.append((file.id, _read(bench, file, overrides if is_text else _NONE)))
        except OfficeError:
            raise
        except BeishenError as error:
            refused[file.id] = error.message
        else:
            texts |= {file.sha256: documents[-1][1]} if is_text else {}
    with bench.office.desk(SYSTEM) as desk:
        return recording.describe(desk, begun.job_id, documents, refused), texts


def _read(bench: Bench, file: FiledFile, overrides: Overrides) -> Document:
    source = accept(file.name, bench.office.blobs.get(file.sha256), bench.office.limits)
    return read(source, bench.office.limits, overrides)


def _put(bench: Bench, outcome: dict[str, Any]) -> str:
    # PostgreSQL takes no NUL and UTF-8 no half of a pair: one character stands in, so that offsets stay.
    text = dumps(outcome).replace("\\u0000", "\\ufffd")
    return bench.office.blobs.put(text.encode("utf-8", "replace"))


def _plain(found: Problem) -> dict[str, str]:
    return {"code": found.code, "message": found.message}
