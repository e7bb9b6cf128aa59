"""What the worker writes: a review begun, a document read, its one report, its failure. Each may run twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...corpora.package import TEXT, check
from ...corpora.text import Document, Problem
from .. import audit
from ..errors import NotFound
from ..store import tables as t
from . import fingerprint, webhooks
from .desk import Desk, local_day
from .findings import BY_HAND, place_of

MATERIALS = {
    "备案报告": "report",
    "说明": "explanation",
    "合法性审核意见": "review",
    "制定依据": "basis",
    "公平竞争审查意见": "fairness",
    "规范性文件正式文本": TEXT,
}
NAMES = {key: name for name, key in MATERIALS.items()}


@dataclass(frozen=True, slots=True)
class Begun:
    """A review to do: attempt number, the file to read, and the other files of its package (name, hash, role)."""

    job_id: str
    attempt: int
    finished: bool
    name: str
    sha256: str
    version_id: int | None
    options: dict[str, Any]
    organ_id: int | None = None


def begin(desk: Desk, job_id: str) -> Begun:
    """Count an attempt and mark the job as running; nothing changes once it has ended."""
    job = _job(desk, job_id)
    ended = job.state in ("done", "failed")
    if not ended:
        job.state = "running"
        job.attempts = (job.attempts or 0) + 1
        job.started = job.started or desk.now
    organ = job.organ_id if job.filing_id is not None else None
    return Begun(job.id, job.attempts, ended, job.name, job.sha256, job.version_id, dict(job.options), organ)


def package_files(desk: Desk, version_id: int) -> tuple[t.FiledFile, ...]:
    """The files of a version in the order they came."""
    query = select(t.FiledFile).where(t.FiledFile.version_id == version_id).order_by(t.FiledFile.id)
    return tuple(desk.session.scalars(query))


def describe(desk: Desk, job_id: str, documents: Sequence[tuple[int, Document]], refused: Mapping[int, str]) -> str:
    """After the formal reading: roles of files, missing materials, and the facts that the submitter left open.

    `documents` pairs file ids with what was read; `refused` says why others could not be. Returns the hash of the
    file to review.
    """
    job = _job(desk, job_id)
    if job.filing_id is None or job.version_id is None or job.state in ("done", "failed"):
        return job.sha256
    filing = desk.session.scalars(select(t.Filing).where(t.Filing.id == job.filing_id).with_for_update()).one()
    files = package_files(desk, job.version_id)
    package = check([document for _, document in documents], local_day(filing.received))
    _roles(files, documents, [found.material for found in package.recognised])
    for file in files:
        if file.id in refused:
            file.reason = f"未能读取：{refused[file.id]}"[:200]
    main = next((file for file in files if file.role == TEXT), None)
    if main is not None and (main.sha256, main.name) != (job.sha256, job.name):
        job.sha256, job.name, job.media = main.sha256, main.name, main.media
    present = {file.role for file in files}
    wanted = desk.profile.kind(filing.kind).materials
    filing.missing = [NAMES[key] for key in wanted if key not in present]
    if main is not None:
        _facts(desk, filing, dict(documents).get(main.id))
    desk.session.flush()
    return job.sha256


def store(desk: Desk, job_id: str, body: dict[str, Any], inspection: dict[str, Any] | None) -> int:
    """Keep the one report of a job with its findings and end the job. A second call changes nothing."""
    job = _job(desk, job_id)
    known = desk.session.scalars(select(t.ReportRow.id).where(t.ReportRow.job_id == job.id)).one_or_none()
    if known is not None:
        return known
    row = t.ReportRow(
        job_id=job.id, version_id=job.version_id, status=body["status"], body=body, inspection=inspection,
        laws=str(body["provenance"]["laws"])[:64], created=desk.now,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    if job.filing_id is not None and job.version_id is not None and inspection is not None:
        _findings(desk, job, row, inspection)
        _reliances(desk, job, body, inspection)
    if body["status"] == "failed":
        job.code, job.message = body["problems"][0]["code"], body["problems"][0]["message"]
    _end(desk, job, "failed" if body["status"] == "failed" else "done")
    return row.id


def fail(desk: Desk, job_id: str, problem: Problem) -> None:
    """End a job without a report, with a coded problem. Nothing changes once it has ended."""
    job = _job(desk, job_id)
    if job.state in ("done", "failed"):
        return
    job.code, job.message = problem.code, problem.message
    _end(desk, job, "failed")


def _end(desk: Desk, job: t.Job, state: str) -> None:
    job.state, job.finished = state, desk.now
    desk.session.flush()
    event = "review.done" if state == "done" else "review.failed"
    webhooks.announce(desk, event, f"job:{job.id}", (job.account_id, job.organ_id), {"filing": job.filing_id})
    audit.record(desk, event, f"job:{job.id}", attempts=job.attempts, code=job.code)


def _job(desk: Desk, job_id: str) -> t.Job:
    job = desk.session.scalars(select(t.Job).where(t.Job.id == job_id).with_for_update()).one_or_none()
    if job is None:
        raise NotFound(f"没有编号为 {job_id[:40]} 的审查任务", "请核对编号")
    return job


def _roles(
    files: Sequence[t.FiledFile], documents: Sequence[tuple[int, Document]], found: Sequence[str | None]
) -> None:
    """Roles by content, except those the submitter fixed."""
    by_id = {file.id: file for file in files}
    fixed = {file.role for file in files if file.reason == "报送时指定"}
    for (ident, _), name in zip(documents, found, strict=True):
        file, role = by_id[ident], MATERIALS.get(name or "")
        if file.reason == "报送时指定" or role is None or (role == TEXT and TEXT in fixed):
            continue
        if role == TEXT:
            for other in files:
                if other.role == TEXT and other.id != ident:
                    other.role, other.reason = "other", "按内容识别"
        file.role, file.reason = role, "按内容识别"


def _facts(desk: Desk, filing: t.Filing, document: Document | None) -> None:
    """Title, number and dates as read, where the submitter stated none; lateness by the filing clock."""
    if document is None:
        return
    stated = filing.facts.get("stated", {})
    values = {
        "title": document.title.value[:300] if document.title else None,
        "number": document.number.value[:120] if document.number else None,
        "issued": document.issued.value if document.issued else None,
        "published": document.published.value if document.published else None,
        "effective": document.effective.value if document.effective else None,
    }
    for name, value in values.items():
        if value is not None and not (isinstance(stated, dict) and stated.get(name)):
            setattr(filing, name, value)
    filing.instrument, filing.expires = document.instrument.value, document.expires
    start = filing.published or filing.issued
    if start is not None:
        filing.late = local_day(filing.received) > desk.profile.clock("filing").due(start)


def _findings(desk: Desk, job: t.Job, report: t.ReportRow, inspection: dict[str, Any]) -> None:
    """Findings of the report as rows, with the fingerprints of the version before where they are the same."""
    clauses = {row["id"]: row for row in inspection["clauses"]}
    rows = report.body["findings"]
    assert isinstance(rows, list)
    prints = fingerprint.numbered(row["fingerprint"] for row in rows)
    before = _before(desk, job)
    keys = fingerprint.carried(
        [(key, row["rule"], row["quote"]) for key, row in zip(prints, rows, strict=True)],
        [{"fingerprint": old.fingerprint, "rule": old.rule, "quote": old.quote} for old in before],
    )
    present = set(
        desk.session.scalars(select(t.FindingRow.fingerprint).where(t.FindingRow.version_id == job.version_id))
    )
    for key, row in zip(keys, rows, strict=True):
        if key not in present:
            place = place_of(clauses[row["clause"]]["path"]) if row["clause"] in clauses else ""
            desk.session.add(_row(desk, job, report, (key, place), row))
    notes = [old for old in before if old.rule == BY_HAND and old.fingerprint not in present]
    _carry_by_hand(desk, job, report, notes, inspection)


def _row(desk: Desk, job: t.Job, report: t.ReportRow, at: tuple[str, str], row: dict[str, Any]) -> t.FindingRow:
    return t.FindingRow(
        filing_id=job.filing_id, version_id=job.version_id, report_id=report.id, fingerprint=at[0], place=at[1],
        rule=row["rule"], level=row["level"], types=row["types"], clause=row["clause"], begin=row["start"],
        end=row["end"], quote=row["quote"], message=row["message"], advice=row["advice"],
        confidence=row["confidence"], why=row["why"], citations=row["citations"], created=desk.now,
    )  # fmt: skip


def _before(desk: Desk, job: t.Job) -> tuple[t.FindingRow, ...]:
    """The findings on the version before this one."""
    here = desk.session.get_one(t.DocumentVersion, job.version_id)
    query = (
        select(t.FindingRow)
        .join(t.DocumentVersion, t.DocumentVersion.id == t.FindingRow.version_id)
        .where(t.DocumentVersion.filing_id == here.filing_id, t.DocumentVersion.number == here.number - 1)
        .order_by(t.FindingRow.id)
    )
    return tuple(desk.session.scalars(query))


def _carry_by_hand(
    desk: Desk, job: t.Job, report: t.ReportRow, notes: Sequence[t.FindingRow], inspection: dict[str, Any]
) -> None:
    """Findings added by people go on where their words still stand."""
    text: str = inspection["text"]
    for old in notes:
        begin = text.find(old.quote) if old.quote else 0
        if begin < 0:
            continue
        inside = (row for row in inspection["clauses"] if old.quote and row["start"] <= begin < row["end"])
        clause = next(inside, None)
        values: dict[str, Any] = {
            "id": "", "rule": BY_HAND, "level": old.level, "types": old.types, "start": begin,
            "clause": clause["id"] if clause else "", "end": begin + len(old.quote), "quote": old.quote,
            "message": old.message, "advice": old.advice, "confidence": 1.0, "why": {}, "citations": old.citations,
        }  # fmt: skip
        row = _row(desk, job, report, (old.fingerprint, place_of(clause["path"]) if clause else ""), values)
        row.account_id = old.account_id
        desk.session.add(row)


def _reliances(desk: Desk, job: t.Job, body: dict[str, Any], inspection: dict[str, Any]) -> None:
    """Which laws the document names: one row per law, article and role."""
    found = {
        (row["name"][:200], number[:40], row["role"])
        for row in inspection["mentions"]
        for number in (row["numbers"] or [""])
    }
    found |= {
        (law["law"][:200], law["article"][:40], "finding") for row in body["findings"] for law in row["citations"]
    }
    known = {
        (row.law, row.article, row.role)
        for row in desk.session.scalars(select(t.Reliance).where(t.Reliance.version_id == job.version_id))
    }
    for law, article, role in sorted(found - known):
        desk.session.add(
            t.Reliance(filing_id=job.filing_id, version_id=job.version_id, law=law, article=article, role=role)
        )
