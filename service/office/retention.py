"""Retention: the bytes and texts of filings closed long ago are removed, with a line in the audit log for each."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update

from .. import audit
from ..store import tables as t
from . import preferences
from .desk import Desk
from .permission import require


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


def remove_files(desk: Desk) -> int:
    """Remove the bytes that only purged filings named; how many. After the purge was committed, never before it."""
    require(desk.actor, "setting.manage")
    query = (
        select(t.FiledFile.sha256)
        .join(t.DocumentVersion, t.DocumentVersion.id == t.FiledFile.version_id)
        .join(t.Filing, t.Filing.id == t.DocumentVersion.filing_id)
        .where(t.Filing.purged.is_not(None))
        .distinct()
    )
    names = sorted(name for name in desk.session.scalars(query) if desk.blobs.has(name) and not _used(desk, name))
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
    jobs = select(func.count()).where(t.Job.sha256 == sha256, t.Job.filing_id.is_(None))
    return bool(desk.session.scalar(query)) or bool(desk.session.scalar(jobs))
