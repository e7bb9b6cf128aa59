"""What the workbench asks beside findings: the report with its text, the remarks of reviewers, the reviewed file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from ..errors import NotFound
from ..store import tables as t
from . import filings, findings, reports
from .desk import Desk, local_day
from .permission import require


def report(desk: Desk, filing_id: int, number: int | None = None) -> reports.Stored:
    """The report on a version, with its text. NotFound where there is none yet, or none any more."""
    require(desk.actor, "finding.read")
    stored = reports.latest(desk, filing_id, number)
    if stored is None:
        raise NotFound("这一版还没有审查报告", "请等待审查结束")
    if "document" not in stored.body:
        raise NotFound("该件的文件和正文已按保存期限清除", "登记、决定和审计记录仍可查阅")
    return stored


def remarks(desk: Desk, filing_id: int) -> Mapping[str, tuple[str, ...]]:
    """Every remark on the findings of a filing, oldest first, by fingerprint: who, when, what."""
    require(desk.actor, "finding.read")
    filing = filings.row(desk, filing_id)
    query = (
        select(t.Decision.fingerprint, t.Decision.comment, t.Decision.at, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.Decision.account_id)
        .where(t.Decision.filing_id == filing.id, t.Decision.comment != "")
        .order_by(t.Decision.id)
    )
    found = defaultdict(list)
    for key, comment, at, display, name in desk.session.execute(query):
        found[key].append(f"{display or name}　{local_day(at).isoformat()}：{comment}")
    return {key: tuple(said) for key, said in found.items()}


def reviewed_file(desk: Desk, stored: reports.Stored) -> tuple[str, bytes]:
    """Name and bytes of the file that a report is about. BlobMissing where they are gone."""
    job = desk.session.get_one(t.Job, stored.job_id)
    return job.name, desk.blobs.get(job.sha256)


def standing(desk: Desk, filing_id: int, stored: reports.Stored, version: int | None) -> tuple[str, ...]:
    """Ids (within the report) of the findings that nobody rejected."""
    rejected = {
        (found.rule, found.start, found.end)
        for found in findings.of_version(desk, filing_id, version)
        if found.verdict == "rejected"
    }
    return tuple(_kept(stored.body["findings"], rejected))


def _kept(rows: list[dict[str, Any]], rejected: set[tuple[str, int, int]]) -> Iterator[str]:
    for row in rows:
        if (row["rule"], row["start"], row["end"]) not in rejected:
            yield row["id"]
