"""Retention: bytes and texts of filings, reviews and clean-ups ended long ago are removed, an audit line for each.

A review without a filing that was purged has no name any more: by that it is told from the others.
"""

from datetime import timedelta

from sqlalchemy import Select, delete, func, select, update

from .. import audit
from ..store import tables as t
from . import preferences
from .desk import Desk
from .permission import require

PURGED = ""
_HASHES = (t.CleanupFile.sha256, t.Cleanup.catalogue, t.CleanupItem.report)
# What the list still shows of a document whose text was removed.
_KEPT_OF_CARD = frozenset(
    {"file", "sha256", "read", "title", "number", "organs", "level", "issued", "published", "effective"}
)


def due(desk: Desk) -> tuple[int, ...]:
    """Filings closed longer ago than the setting `retention` says (0 days: never), oldest first."""
    days = preferences.get(desk, "retention")["days"]
    if not isinstance(days, int) or days == 0:
        return ()
    query = (
        select(t.Filing.id)
        .where(t.Filing.finished < desk.now - timedelta(days=days), t.Filing.purged.is_(None))
        .order_by(t.Filing.id)
    )
    return tuple(desk.session.scalars(query))


def purge(desk: Desk, filing_id: int) -> None:
    """Remove texts and quotes of one filing and give up its files; ledger row, steps, decisions and audit stay."""
    require(desk.actor, "setting.manage")
    filing = desk.session.scalars(select(t.Filing).where(t.Filing.id == filing_id).with_for_update()).one()
    versions = select(t.DocumentVersion.id).where(t.DocumentVersion.filing_id == filing.id)
    hashes = set(desk.session.scalars(select(t.FiledFile.sha256).where(t.FiledFile.version_id.in_(versions))))
    desk.session.execute(
        update(t.ReportRow).where(t.ReportRow.version_id.in_(versions)).values(body={"purged": True}, inspection=None)
    )
    desk.session.execute(
        update(t.FindingRow)
        .where(t.FindingRow.filing_id == filing.id)
        .values(quote="", message="", advice="", why={}, citations=[])
    )
    letters = select(t.Letter.id).where(t.Letter.filing_id == filing.id)
    desk.session.execute(delete(t.LetterVersion).where(t.LetterVersion.letter_id.in_(letters)))
    filing.purged = desk.now
    desk.session.flush()
    audit.record(desk, "retention.purge", f"filing:{filing.id}", files=len(hashes))


def due_reviews(desk: Desk) -> tuple[str, ...]:
    """Reviews without a filing ended longer ago than the setting `retention` says, oldest first."""
    days = preferences.get(desk, "retention")["days"]
    if not isinstance(days, int) or days == 0:
        return ()
    job = t.Job
    query = select(job.id).where(
        job.filing_id.is_(None), job.finished < desk.now - timedelta(days=days), job.name != PURGED
    )
    return tuple(desk.session.scalars(query.order_by(job.finished, job.id)))


def purge_review(desk: Desk, job_id: str) -> None:
    """Remove the report and the name of one review without a filing and give up its file; who asked when stays."""
    require(desk.actor, "setting.manage")
    query = select(t.Job).where(t.Job.id == job_id, t.Job.filing_id.is_(None), t.Job.finished.is_not(None))
    job = desk.session.scalars(query.with_for_update()).one()
    desk.session.execute(
        update(t.ReportRow).where(t.ReportRow.job_id == job.id).values(body={"purged": True}, inspection=None)
    )
    job.name, job.message, job.options = PURGED, "", {}
    desk.session.flush()
    audit.record(desk, "retention.purge", f"job:{job.id}", files=1)


def due_cleanups(desk: Desk) -> tuple[int, ...]:
    """Clean-ups closed or stopped longer ago than the setting `retention` says, oldest first."""
    days = preferences.get(desk, "retention")["days"]
    if not isinstance(days, int) or days == 0:
        return ()
    query = select(t.Cleanup.id).where(
        t.Cleanup.state.in_(("closed", "stopped")),
        t.Cleanup.finished < desk.now - timedelta(days=days),
        t.Cleanup.purged.is_(None),
    )
    return tuple(desk.session.scalars(query.order_by(t.Cleanup.id)))


def purge_cleanup(desk: Desk, cleanup_id: int) -> None:
    """Remove what a clean-up quotes and give up its files; the list, the decisions and the audit stay."""
    require(desk.actor, "setting.manage")
    found = desk.session.scalars(select(t.Cleanup).where(t.Cleanup.id == cleanup_id).with_for_update()).one()
    item = t.CleanupItem
    for row in desk.session.scalars(select(item).where(item.cleanup_id == cleanup_id).order_by(item.id)):
        row.card = {key: value for key, value in row.card.items() if key in _KEPT_OF_CARD}
        reasons = row.proposal.get("reasons")
        shown = [{key: value for key, value in reason.items() if key != "at"} for reason in reasons or ()]  # type: ignore[attr-defined]
        row.proposal = row.proposal | {"reasons": shown}
    found.purged = desk.now
    files = desk.session.scalar(select(func.count()).where(t.CleanupFile.cleanup_id == cleanup_id))
    desk.session.flush()
    audit.record(desk, "retention.purge", f"cleanup:{cleanup_id}", files=files)


def remove_files(desk: Desk) -> int:
    """Remove the bytes that only purged filings and clean-ups named; how many. After the purge was committed."""
    require(desk.actor, "setting.manage")
    query = (
        select(t.FiledFile.sha256)
        .join(t.DocumentVersion, t.DocumentVersion.id == t.FiledFile.version_id)
        .join(t.Filing, t.Filing.id == t.DocumentVersion.filing_id)
        .where(t.Filing.purged.is_not(None))
        .distinct()
    )
    reviews = select(t.Job.sha256).where(t.Job.filing_id.is_(None), t.Job.name == PURGED)
    given_up = {
        *desk.session.scalars(query),
        *desk.session.scalars(reviews),
        *(name for each in of_cleanups(True) for name in desk.session.scalars(each)),
    }
    names = sorted(name for name in given_up if desk.blobs.has(name) and not _used(desk, name))
    for name in names:
        desk.blobs.remove(name)
    return len(names)


def _used(desk: Desk, sha256: str) -> bool:
    """Whether a filing not purged, or a review without a filing, still needs the bytes."""
    query = (
        select(func.count())
        .select_from(t.FiledFile)
        .join(t.DocumentVersion, t.DocumentVersion.id == t.FiledFile.version_id)
        .join(t.Filing, t.Filing.id == t.DocumentVersion.filing_id)
        .where(t.FiledFile.sha256 == sha256, t.Filing.purged.is_(None))
    )
    jobs = select(func.count()).where(t.Job.sha256 == sha256, t.Job.filing_id.is_(None), t.Job.name != PURGED)
    if desk.session.scalar(query) or desk.session.scalar(jobs):
        return True
    kept = (query.where(column == sha256).limit(1) for query, column in zip(of_cleanups(False), _HASHES, strict=True))
    return any(desk.session.scalars(each).first() is not None for each in kept)


def of_cleanups(purged: bool) -> tuple[Select[str], ...]:
    """The hashes that clean-ups name (files, lists, reports), of those purged or those not purged."""
    mark = t.Cleanup.purged.is_not(None) if purged else t.Cleanup.purged.is_(None)
    file, listed, report = _HASHES
    return (
        select(file).join(t.Cleanup, t.Cleanup.id == t.CleanupFile.cleanup_id).where(mark, file != ""),
        select(listed).where(mark, listed != ""),
        select(report).join(t.Cleanup, t.Cleanup.id == t.CleanupItem.cleanup_id).where(mark, report != ""),
    )
