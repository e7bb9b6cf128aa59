"""The files of a filing, version by version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..errors import NotFound
from ..store import tables as t
from . import filings
from .desk import Desk
from .permission import require


@dataclass(frozen=True, slots=True)
class File:
    """A file as listed. `role` is a key of submission.ROLES; `reason` says why it was taken for that."""

    id: int
    role: str
    reason: str
    name: str
    media: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the filed document with its files, in the order they came."""

    id: int
    number: int
    note: str
    created: datetime
    person: str
    files: tuple[File, ...]


def versions(desk: Desk, filing_id: int) -> tuple[Version, ...]:
    """Every version of a filing, oldest first."""
    require(desk.actor, "filing.read")
    filing = filings.row(desk, filing_id)
    query = (
        select(t.DocumentVersion, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.DocumentVersion.created_by)
        .where(t.DocumentVersion.filing_id == filing.id)
        .order_by(t.DocumentVersion.number)
    )
    return tuple(
        Version(row.id, row.number, row.note, row.created, display or name, _files(desk, row.id))
        for row, display, name in desk.session.execute(query)
    )


def content(desk: Desk, file_id: int) -> tuple[File, bytes]:
    """A file with its bytes. NotFound where it is absent or not the actor's to see; BlobMissing where purged."""
    require(desk.actor, "filing.read")
    row = desk.session.get(t.FiledFile, file_id)
    if row is None:
        raise NotFound(f"没有编号为 {file_id} 的文件", "请核对编号")
    filings.row(desk, desk.session.get_one(t.DocumentVersion, row.version_id).filing_id)
    return _view(row), desk.blobs.get(row.sha256)


def _files(desk: Desk, version_id: int) -> tuple[File, ...]:
    query = select(t.FiledFile).where(t.FiledFile.version_id == version_id).order_by(t.FiledFile.id)
    return tuple(_view(row) for row in desk.session.scalars(query))


def _view(row: t.FiledFile) -> File:
    return File(row.id, row.role, row.reason, row.name, row.media, row.size, row.sha256)
