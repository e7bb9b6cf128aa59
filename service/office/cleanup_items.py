"""The documents of a clean-up: proposals page by page with filters, and what people decide on each.

The program proposes; a person confirms, changes to one of the four, or puts off, with a reason. Every decision is a
row that is never changed and a line of the audit log, as with the findings of a review.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from ...corpora.errors import BadArgument
from ...review.cleanup.card import remade
from ...review.cleanup.decision import FINAL, Verdict
from ...review.cleanup.proposal import Action, Proposal, kinds
from ...review.render import cleanup_words
from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from . import cleanups
from .desk import Desk
from .permission import require

MOST, MOST_AT_ONCE = 200, 200
VERDICTS = {Verdict.CONFIRM.value: "已确认", Verdict.CHANGE.value: "已更改", Verdict.DEFER.value: "暂缓"}
UNDECIDED = "none"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; empty means all. `verdict` is confirm, change, defer or none; `q` is part of title or number."""

    action: str = ""
    settled: str = ""
    reason: str = ""
    organ: str = ""
    verdict: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A reason as shown: code, name, what it speaks for, words for this document, basis, and what shows it."""

    code: str
    name: str
    action: str
    words: str
    confidence: float
    basis: tuple[str, ...]
    place: str
    quote: str
    file: str
    day: str


@dataclass(frozen=True, slots=True)
class Item:
    """A document with its proposal and what holds now; `revision` counts decisions and is its ETag.

    `proposed` was proposed when the last decision was taken.
    """

    id: int
    cleanup_id: int
    seq: int
    file: str
    sha256: str
    title: str
    number: str
    organ: str
    published: str
    effective: str
    expires: str
    validity: str
    action: str
    confidence: float
    reasons: tuple[Reasoned, ...]
    notes: tuple[str, ...]
    settled: str
    verdict: str
    note: str
    decided_by: str
    decided: datetime | None
    proposed: str
    revision: int
    reported: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in the order of the set; `next` is the cursor of the page after, empty at the end."""

    rows: tuple[Item, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, with the reader's code and reason."""

    id: int
    file: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision in the history of a document."""

    revision: int
    verdict: str
    action: str
    proposed: str
    note: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """What to decide: `verdict` is confirm, change (`to` one of the four, with `note`) or defer (with `note`)."""

    verdict: str
    to: str = ""
    note: str = ""


def page(desk: Desk, cleanup_id: int, chosen: Filter, cursor: str = "", limit: int = 50) -> Page:
    """One page of the list. NotFound, BadArgument for a cursor that is not ours."""
    require(desk.actor, "cleanup.read")
    cleanups.row(desk, cleanup_id)
    limit = max(1, min(limit, MOST))
    query = _filtered(select(t.CleanupItem), cleanup_id, chosen)
    if cursor:
        query = query.where(t.CleanupItem.seq > cleanups.place(cursor))
    found = list(desk.session.scalars(query.order_by(t.CleanupItem.seq, t.CleanupItem.part).limit(limit + 1)))
    following = str(found[limit - 1].seq) if len(found) > limit else ""
    return Page(tuple(_views(desk, found[:limit])), following)


def count(desk: Desk, cleanup_id: int, chosen: Filter) -> int:
    """How many documents the filter finds."""
    require(desk.actor, "cleanup.read")
    query = _filtered(select(func.count()).select_from(t.CleanupItem), cleanup_id, chosen)
    return int(desk.session.scalar(query) or 0)


def get(desk: Desk, cleanup_id: int, item_id: int) -> Item:
    """One document. NotFound where it is absent, unread or of another clean-up."""
    require(desk.actor, "cleanup.read")
    return next(_views(desk, [_row(desk, cleanup_id, item_id)]))


def decide(desk: Desk, cleanup_id: int, item_id: int, choice: Choice, expected: int | None = None) -> Item:
    """Confirm, change or put off. Stale where another came before `expected`, StateConflict, BadArgument."""
    require(desk.actor, "cleanup.decide")
    found = cleanups.row(desk, cleanup_id, "share")
    if found.state != "ready":
        raise StateConflict(f"该次清理现在是“{cleanups.STATES[found.state]}”，不能处理", "请刷新后核对")
    row = _row(desk, cleanup_id, item_id, lock=True)
    if expected is not None and row.revision != expected:
        raise Stale(f"“{row.title[:60]}”已被他人处理", "请刷新后重新操作")
    action = _action(row, choice)
    row.verdict, row.settled, row.revision = choice.verdict, action or row.action, row.revision + 1
    desk.session.add(
        t.CleanupRuling(
            cleanup_id=found.id, item_id=row.id, revision=row.revision, verdict=choice.verdict, action=action,
            proposed=row.action, note=choice.note, account_id=desk.actor.id, at=desk.now,
        )
    )  # fmt: skip
    desk.session.flush()
    said = {"verdict": choice.verdict, "to": action, "proposed": row.action}
    audit.record(desk, "cleanup.decide", f"cleanup:{found.id}/{row.id}", **said)
    return next(_views(desk, [row]))


def confirm_many(desk: Desk, cleanup_id: int, chosen: Sequence[tuple[int, int]]) -> tuple[Item, ...]:
    """Confirm several at once, each (id, revision seen): all of them, or none where one does not fit."""
    if not 0 < len(chosen) <= MOST_AT_ONCE:
        raise BadArgument(f"一次可确认 1 到 {MOST_AT_ONCE} 件", "请分次确认")
    act = Choice(Verdict.CONFIRM.value)
    return tuple(decide(desk, cleanup_id, item_id, act, revision) for item_id, revision in sorted(set(chosen)))


def history(desk: Desk, cleanup_id: int, item_id: int) -> tuple[Ruling, ...]:
    """Every decision on a document, oldest first."""
    require(desk.actor, "cleanup.read")
    row = _row(desk, cleanup_id, item_id)
    query = (
        select(t.CleanupRuling, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.CleanupRuling.account_id)
        .where(t.CleanupRuling.item_id == row.id)
        .order_by(t.CleanupRuling.revision)
    )
    return tuple(
        Ruling(r.revision, r.verdict, r.action, r.proposed, r.note, display or name, r.at)
        for r, display, name in desk.session.execute(query)
    )


def report(desk: Desk, cleanup_id: int, item_id: int) -> str:
    """The report of the review of a document as HTML. NotFound where there is none, or none any more."""
    require(desk.actor, "cleanup.read")
    row = _row(desk, cleanup_id, item_id)
    if not row.report or cleanups.row(desk, cleanup_id).purged is not None:
        raise NotFound("该件没有审查报告", "未能读取的文件没有报告；办结已久的按保存期限清除")
    return desk.blobs.get(row.report).decode("utf-8")


def unread(desk: Desk, cleanup_id: int, cursor: str = "", limit: int = 200) -> tuple[Unread, ...]:
    """Files that could not be read, in the order of the set, after the place of the cursor."""
    require(desk.actor, "cleanup.read")
    cleanups.row(desk, cleanup_id)
    item = t.CleanupItem
    query = select(item).where(item.cleanup_id == cleanup_id, item.readable.is_(False))
    if cursor:
        query = query.where(item.id > cleanups.place(cursor))
    query = query.order_by(item.id).limit(max(1, min(limit, MOST)))
    return tuple(Unread(row.id, row.file, row.code, row.message) for row in desk.session.scalars(query))


def organs(desk: Desk, cleanup_id: int, most: int = 300) -> tuple[str, ...]:
    """The organs of the list, those with most documents first."""
    require(desk.actor, "cleanup.read")
    item = t.CleanupItem
    query = select(item.organ).where(item.cleanup_id == cleanup_id, item.listed, item.organ != "")
    return tuple(desk.session.scalars(query.group_by(item.organ).order_by(func.count().desc(), item.organ).limit(most)))


def proposal_of(row: t.CleanupItem) -> Proposal:
    """The proposal of a row that was judged."""
    return remade(Proposal, {**row.proposal, "card": row.card})


def _action(row: t.CleanupItem, choice: Choice) -> str:
    """What holds by a choice, empty where it is put off. BadArgument for one that makes no sense."""
    if choice.verdict not in VERDICTS:
        raise BadArgument(f"没有处理方式“{choice.verdict[:20]}”", f"可用的方式：{'、'.join(VERDICTS)}")
    if choice.verdict == Verdict.CONFIRM and row.action == Action.PERSON:
        raise BadArgument(f"“{row.title[:60]}”没有处理建议，不能确认", "请更改为四种处理之一，或者暂缓")
    if choice.verdict != Verdict.CONFIRM and not choice.note.strip():
        raise BadArgument("更改和暂缓须写明理由", "请填写理由")
    if choice.verdict == Verdict.CHANGE and choice.to not in FINAL:
        raise BadArgument("没有写明更改为什么", f"可用的处理：{'、'.join(FINAL)}")
    if choice.verdict == Verdict.CHANGE and choice.to == row.action:
        raise BadArgument(f"“{row.title[:60]}”的建议就是“{choice.to}”", "如同意建议，请用确认")
    return {Verdict.CONFIRM.value: row.action, Verdict.CHANGE.value: choice.to}.get(choice.verdict, "")


def _filtered(query: Select[Any], cleanup_id: int, chosen: Filter) -> Select[Any]:
    item = t.CleanupItem
    query = query.where(item.cleanup_id == cleanup_id, item.listed)
    for column, value in ((item.action, chosen.action), (item.settled, chosen.settled), (item.organ, chosen.organ)):
        if value:
            query = query.where(column == value)
    if chosen.verdict:
        query = query.where(item.verdict == ("" if chosen.verdict == UNDECIDED else chosen.verdict))
    if chosen.reason:
        query = query.where(item.reasons.contains(f"|{chosen.reason}|", autoescape=True))
    if chosen.q:
        words = [column.contains(chosen.q, autoescape=True) for column in (item.title, item.number, item.file)]
        query = query.where(or_(*words))
    return query


def _row(desk: Desk, cleanup_id: int, item_id: int, lock: bool = False) -> t.CleanupItem:
    item = t.CleanupItem
    query = select(item).where(item.id == item_id, item.cleanup_id == cleanup_id, item.listed)
    found: t.CleanupItem | None = desk.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound(f"该次清理的清单中没有编号为 {item_id} 的文件", "请核对编号")
    return found


def _views(desk: Desk, found: Sequence[t.CleanupItem]) -> Iterator[Item]:
    """Documents with their newest decisions."""
    ruling = t.CleanupRuling
    query = (
        select(ruling, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == ruling.account_id)
        .where(ruling.item_id.in_([row.id for row in found if row.revision]))
    )
    last = {(r.item_id, r.revision): (r, display or name) for r, display, name in desk.session.execute(query)}
    for row in found:
        made, person = last.get((row.id, row.revision), (None, ""))
        yield _view(row, made, person)


def _view(row: t.CleanupItem, ruling: t.CleanupRuling | None, person: str) -> Item:
    proposal = proposal_of(row)
    own = proposal.card
    published = own.published or own.issued
    return Item(
        id=row.id, cleanup_id=row.cleanup_id, seq=row.seq, file=row.file, sha256=own.sha256, title=row.title,
        number=row.number, organ="、".join(own.organs), published=published.isoformat() if published else "",
        effective=own.effective.isoformat() if own.effective else "",
        expires=proposal.expires.isoformat() if proposal.expires else "", validity=cleanup_words.validity(proposal),
        action=row.action, confidence=proposal.confidence, reasons=tuple(_reasons(proposal)), notes=proposal.notes,
        settled=row.settled, verdict=row.verdict, note=ruling.note if ruling else "", decided_by=person,
        decided=ruling.at if ruling else None, proposed=ruling.proposed if ruling else "", revision=row.revision,
        reported=bool(row.report),
    )  # fmt: skip


def _reasons(proposal: Proposal) -> Iterator[Reasoned]:
    for found in proposal.reasons:
        quote = " ".join(found.at.quote.split())
        yield Reasoned(
            code=found.code, name=found.name, action=found.action.value, words=found.words,
            confidence=found.confidence, basis=found.basis, place=found.at.place, quote=quote, file=found.file,
            day=found.day.isoformat() if found.day else "",
        )  # fmt: skip


def place_of(cleanup_id: int, item_id: int) -> str:
    """The path of the report of a document on the pages."""
    return f"/cleanups/{cleanup_id}/items/{item_id}/report"


def reason_names() -> Mapping[str, str]:
    """Every kind of reason by its code."""
    return {code: kind.name for code, kind in kinds().items()}
