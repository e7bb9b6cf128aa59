"""Reports as stored, and as the review's own type for the renderers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from ...corpora.intake import Overrides, read
from ...corpora.readers.formats import accept
from ...corpora.text import Document, Instrument, Level, Problem, Span
from ...review.finding import Citation, Finding, FindingLevel, Provenance, Report, Status, Why
from ..errors import NotFound
from ..store import tables as t
from . import filings, jobs
from .desk import Desk
from .permission import require


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored report: `body` is review/render/json, `inspection` the document as read (with `text` and clauses)."""

    id: int
    job_id: str
    version_id: int | None
    status: str
    body: Mapping[str, Any]
    inspection: Mapping[str, Any] | None
    created: datetime


def of_job(desk: Desk, job_id: str) -> Stored:
    """The report of a job. NotFound where there is none (yet) or it is not the actor's to see.

    The report on a filing is for the reviewing office; a submitting organ gets the letter, and reports only of the
    reviews it asked for without a filing.
    """
    job = jobs.row(desk, job_id)
    require(desk.actor, "review.run" if job.filing_id is None else "finding.read")
    found = desk.session.scalars(select(t.ReportRow).where(t.ReportRow.job_id == job.id)).one_or_none()
    if found is None:
        raise NotFound("该任务还没有报告", "请等待审查结束，或查看任务的错误说明")
    return _stored(found)


def latest(desk: Desk, filing_id: int, version: int | None = None) -> Stored | None:
    """The newest report on a version (by its number; None: the current one), None where none is stored."""
    require(desk.actor, "finding.read")
    filing = filings.row(desk, filing_id)
    query = (
        select(t.ReportRow)
        .join(t.DocumentVersion, t.DocumentVersion.id == t.ReportRow.version_id)
        .where(t.DocumentVersion.filing_id == filing.id, t.DocumentVersion.number == (version or filing.current))
        .order_by(t.ReportRow.id.desc())
        .limit(1)
    )
    found = desk.session.scalars(query).one_or_none()
    return _stored(found) if found else None


def rebuilt(desk: Desk, stored: Stored) -> Report:
    """The report as the review gave it, its document read again from the bytes kept: what renderers take.

    Raises NotFound where the text was purged, BlobMissing where the bytes are gone, and the readers' errors.
    """
    if "document" not in stored.body:
        raise NotFound("该件的文件和正文已按保存期限清除", "登记、决定和审计记录仍可查阅")
    job = desk.session.get_one(t.Job, stored.job_id)
    body = stored.body
    document: Document | None = None
    if stored.status != Status.FAILED:
        source = accept(job.name, desk.blobs.get(job.sha256), desk.limits)
        document = read(source, desk.limits, overrides_of(job.options))
    return Report(
        file=body["file"],
        status=Status(body["status"]),
        problems=tuple(Problem(row["code"], row["message"]) for row in body["problems"]),
        document=document,
        findings=tuple(finding_of(row) for row in body["findings"]),
        provenance=_provenance(body["provenance"]),
    )


def overrides_of(options: Mapping[str, Any]) -> Overrides:
    """The facts fixed by the asker, from a job's options."""
    level, instrument = options.get("level"), options.get("instrument")
    return Overrides(
        options.get("issuer") or None, Level(level) if level else None, Instrument(instrument) if instrument else None
    )


def finding_of(row: Mapping[str, Any]) -> Finding:
    """A finding from its JSON."""
    return Finding(
        id=row["id"],
        rule=row["rule"],
        level=FindingLevel(row["level"]),
        types=tuple(row["types"]),
        clause=row["clause"],
        span=Span(row["start"], row["end"]),
        quote=row["quote"],
        message=row["message"],
        why=Why(row["why"]),
        citations=tuple(_citation(found) for found in row["citations"]),
        confidence=row["confidence"],
        advice=row["advice"],
    )


def _citation(row: Mapping[str, Any]) -> Citation:
    names = ("law", "article", "text", "quote", "version", "in_force", "rank", "role")
    return Citation(**{name: row[name] for name in names}, stored=bool(row["text"]), since=row.get("since") or "")


def _provenance(row: Mapping[str, Any]) -> Provenance:
    return Provenance(
        row["code"], row["laws"], row["index"], tuple(row["models"].items()), row["standards"],
        date.fromisoformat(row["as_of"]),
    )  # fmt: skip


def _stored(row: t.ReportRow) -> Stored:
    return Stored(row.id, row.job_id, row.version_id, row.status, row.body, row.inspection, row.created)
