"""Law watch: which filed documents rely on a law, and which to look at again when a version of it was imported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from .. import audit
from ..errors import NotFound
from ..store import tables as t
from . import filings
from .desk import Desk
from .permission import require, scoped

STATE = "中华人民共和国"
ROLE_NAMES = {
    "basis": "制定依据", "apply": "适用", "repeal": "废止", "mention": "提及", "finding": "审查发现引用",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relying:
    """A filed document (its current version) that names a law: articles and roles."""

    filing: filings.Filed
    articles: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watched:
    """A filed document to look at again because a version of a law came in."""

    id: int
    filing: filings.Filed
    law: str
    version: str
    noticed: datetime
    done: datetime | None


def relying(desk: Desk, law: str) -> tuple[Relying, ...]:
    """Filed documents that name the law in their current version, newest first."""
    require(desk.actor, "filing.read")
    query = (
        scoped(select(t.Filing, t.Reliance.article, t.Reliance.role), desk.actor)
        .join(t.DocumentVersion, t.DocumentVersion.filing_id == t.Filing.id)
        .join(t.Reliance, t.Reliance.version_id == t.DocumentVersion.id)
        .where(t.DocumentVersion.number == t.Filing.current, t.Reliance.law.in_(_spellings(law)))
        .order_by(t.Filing.id.desc(), t.Reliance.article, t.Reliance.role)
    )
    found: dict[int, tuple[t.Filing, list[str], list[str]]] = {}
    for filing, article, role in desk.session.execute(query):
        entry = found.setdefault(filing.id, (filing, [], []))
        entry[1].extend([article] if article else [])
        entry[2].append(role)
    return tuple(
        Relying(filings.shown(desk, filing), tuple(dict.fromkeys(articles)), tuple(dict.fromkeys(roles)))
        for filing, articles, roles in found.values()
    )


def _spellings(law: str) -> tuple[str, ...]:
    """A law's name with and without the state's, as documents cite it."""
    short = law.removeprefix(STATE)
    return (short, STATE + short)


def imported_texts(names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Law and version of the texts an import names: “行政许可法（2019-04-23）”."""
    pairs = (name.rpartition("（") for name in names)
    return tuple((law, version.rstrip("）")) for law, _, version in pairs if law)


def notice(desk: Desk, imported: Sequence[tuple[str, str]]) -> int:
    """Put the filed documents that rely on imported laws on the list: pairs (law, version date). How many were put."""
    require(desk.actor, "law.watch")
    put = 0
    for law, version in imported:
        for found in relying(desk, law):
            if set(found.roles) == {"finding"}:
                continue
            known = select(t.LawWatch.id).where(
                t.LawWatch.filing_id == found.filing.id, t.LawWatch.law == law, t.LawWatch.version == version
            )
            if desk.session.scalars(known).one_or_none() is None:
                desk.session.add(t.LawWatch(filing_id=found.filing.id, law=law, version=version, noticed=desk.now))
                put += 1
        desk.session.flush()
    audit.record(desk, "law.notice", "laws", laws=len(imported), filings=put)
    return put


def watched(desk: Desk, open_only: bool = True, limit: int = 500) -> tuple[Watched, ...]:
    """The list, newest first."""
    require(desk.actor, "law.watch")
    query = scoped(select(t.LawWatch, t.Filing), desk.actor).join(t.Filing, t.Filing.id == t.LawWatch.filing_id)
    if open_only:
        query = query.where(t.LawWatch.done.is_(None))
    query = query.order_by(t.LawWatch.id.desc()).limit(limit)
    return tuple(
        Watched(row.id, filings.shown(desk, filing), row.law, row.version, row.noticed, row.done)
        for row, filing in desk.session.execute(query)
    )


def settle(desk: Desk, watch_id: int) -> None:
    """Mark an entry as looked at. NotFound."""
    require(desk.actor, "law.watch")
    row = desk.session.get(t.LawWatch, watch_id)
    if row is None:
        raise NotFound(f"没有编号为 {watch_id} 的复查事项", "请刷新后重试")
    filings.row(desk, row.filing_id)
    row.done, row.done_by = desk.now, desk.actor.id or None
    audit.record(desk, "law.settle", f"filing:{row.filing_id}", law=row.law, version=row.version)
