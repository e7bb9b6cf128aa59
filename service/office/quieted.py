"""Findings that a person answered “not a problem, because …”: what keeps quiet in the next version, and who said so.

An answer is a decision `rejected` with its reason; it counts for the finding on the current version of its filing.
To take it back is a decision of its own (`findings.decide`, undecided), within the states that allow decisions.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from ...corpora.errors import BadArgument
from ..store import tables as t
from . import findings
from .desk import Desk
from .permission import require, scoped

MOST = 200


@dataclass(frozen=True, slots=True)
class Quieted:
    """A finding kept quiet. `revision` is its ETag; `open` says that the answer can be taken back now.

    `earlier` is true where the answer was given on an earlier version of the document.
    """

    finding_id: int
    filing_id: int
    registration: str | None
    title: str
    organ: str
    rule: str
    level: str
    types: tuple[str, ...]
    place: str
    quote: str
    message: str
    reason: str
    person: str
    at: datetime
    revision: int
    earlier: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Answers, newest first; `next` is the cursor of the page after, empty at the end."""

    rows: tuple[Quieted, ...]
    next: str


def page(desk: Desk, q: str = "", organ_id: int | None = None, cursor: str = "", limit: int = 50) -> Page:
    """One page; `q` is part of the title, the message, the reason or the rule. BadArgument for a cursor not ours."""
    require(desk.actor, "finding.read")
    limit = max(1, min(limit, MOST))
    query = _chosen(desk, _columns(), q, organ_id)
    if cursor:
        query = query.where(t.Decision.id < _place(cursor))
    found = list(desk.session.execute(query.order_by(t.Decision.id.desc()).limit(limit + 1)))
    following = str(found[limit - 1][1].id) if len(found) > limit else ""
    return Page(tuple(_view(*row) for row in found[:limit]), following)


def count(desk: Desk, q: str = "", organ_id: int | None = None) -> int:
    """How many there are."""
    require(desk.actor, "finding.read")
    query = _chosen(desk, select(func.count()).select_from(t.FindingRow), q, organ_id)
    return int(desk.session.scalar(query) or 0)


def release(desk: Desk, finding_id: int, expected: int | None = None) -> findings.Judged:
    """Take the answer back: the finding is undecided again. NotFound, Stale, StateConflict, BadArgument."""
    found = findings.get(desk, finding_id)
    if found.verdict != "rejected":
        raise BadArgument("这条发现没有“不是问题”的答复", "请刷新后核对")
    return findings.decide(desk, finding_id, "undecided", "", "重新列入", expected)


def _columns() -> Any:
    return select(
        t.FindingRow, t.Decision, t.Filing.registration, t.Filing.title, t.Filing.state, t.Organ.name,
        t.Account.display, t.Account.name,
    )  # fmt: skip


def _chosen(desk: Desk, query: Select[Any], q: str, organ_id: int | None) -> Select[Any]:
    """Joined and narrowed: the newest decision on a finding of the current version, where it is a rejection."""
    finding, made, later = t.FindingRow, t.Decision, aliased(t.Decision)
    same = and_(made.filing_id == finding.filing_id, made.fingerprint == finding.fingerprint)
    newer = select(later.id).where(
        later.filing_id == made.filing_id, later.fingerprint == made.fingerprint, later.revision > made.revision
    )
    query = (
        query.join(made, same)
        .join(t.Filing, t.Filing.id == finding.filing_id)
        .join(
            t.DocumentVersion,
            and_(t.DocumentVersion.id == finding.version_id, t.DocumentVersion.number == t.Filing.current),
        )
        .join(t.Organ, t.Organ.id == t.Filing.organ_id)
        .join(t.Account, t.Account.id == made.account_id)
        .where(made.verdict == "rejected", ~newer.exists())
    )
    if q:
        columns = (t.Filing.title, finding.message, made.reason, finding.rule)
        query = query.where(or_(*(column.contains(q, autoescape=True) for column in columns)))
    if organ_id is not None:
        query = query.where(t.Filing.organ_id == organ_id)
    return scoped(query, desk.actor)


def _place(cursor: str) -> int:
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise BadArgument("翻页标记无效", "请从第一页重新开始")
    return int(cursor)


def _view(row: t.FindingRow, made: t.Decision, *about: Any) -> Quieted:
    registration, title, state, organ, display, name = about
    return Quieted(
        finding_id=row.id, filing_id=row.filing_id, registration=registration, title=title, organ=organ,
        rule=row.rule, level=row.level, types=tuple(row.types), place=row.place, quote=row.quote,
        message=row.message, reason=made.reason, person=display or name, at=made.at, revision=made.revision,
        earlier=made.version_id != row.version_id, open=state in findings.OPEN,
    )  # fmt: skip
