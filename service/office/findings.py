"""Findings on filed documents and what people decided; a decision follows its finding into later versions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from ...corpora.errors import BadArgument
from ...review.standard import TYPES
from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from . import filings, fingerprint, reports
from .desk import Desk
from .permission import require

Verdict = Literal["accepted", "rejected", "undecided"]
VERDICTS: tuple[Verdict, ...] = ("accepted", "rejected", "undecided")
VERDICT_NAMES = {"accepted": "采纳", "rejected": "不采纳", "undecided": "待定"}
LEVELS = ("conflict", "doubt", "hint", "form")
OPEN = ("registered", "first_review", "second_review", "final_review")
BY_HAND = "hand"


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the decision that counts. `start`/`end` are offsets into the text of its version.

    `clause` is its clause's id there, `place` the printed way to it (第二章 第七条);
    `revision` counts decisions (0: none yet); `earlier` is true where the decision was made on an earlier version.
    """

    id: int
    fingerprint: str
    version_id: int
    rule: str
    level: str
    types: tuple[str, ...]
    clause: str
    place: str
    start: int
    end: int
    quote: str
    message: str
    advice: str
    confidence: float
    why: Mapping[str, Any]
    citations: tuple[Mapping[str, Any], ...]
    by_hand: bool
    verdict: str
    reason: str
    comment: str
    decided_by: str
    decided: datetime | None
    revision: int
    earlier: bool


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision in the history of a finding."""

    revision: int
    verdict: str
    reason: str
    comment: str
    person: str
    at: datetime
    version_id: int


@dataclass(frozen=True, slots=True)
class Note:
    """A finding added by a person: offsets into the text of the current version, or a finding on the whole (0, 0)."""

    level: str
    types: tuple[str, ...]
    start: int
    end: int
    message: str
    advice: str = ""
    citations: tuple[Mapping[str, Any], ...] = ()


def of_version(desk: Desk, filing_id: int, version: int | None = None) -> tuple[Judged, ...]:
    """The findings on a version (by number; None: the current one) by place in the text."""
    require(desk.actor, "finding.read")
    filing = filings.row(desk, filing_id)
    found = version_row(desk, filing.id, version or filing.current)
    return tuple(_judged(desk, filing.id, t.FindingRow.version_id == found.id))


def get(desk: Desk, finding_id: int) -> Judged:
    """One finding. NotFound where absent or not the actor's to see."""
    require(desk.actor, "finding.read")
    return _one(desk, finding_id)


def decide(
    desk: Desk, finding_id: int, verdict: str, reason: str = "", comment: str = "", expected: int | None = None
) -> Judged:
    """Accept, reject (with a reason) or leave undecided. `expected` is the revision seen: Stale where another came."""
    require(desk.actor, "finding.decide")
    if verdict not in VERDICTS:
        raise BadArgument(f"没有决定“{verdict}”", f"可用的决定：{'、'.join(VERDICTS)}")
    if verdict == "rejected" and not reason.strip():
        raise BadArgument("不采纳须写明理由", "请填写理由")
    finding = _one(desk, finding_id)
    filing = _open(desk, finding_id)
    if expected is not None and finding.revision != expected:
        raise Stale("该条发现已被他人处理", "请刷新后重新操作")
    desk.session.add(
        t.Decision(
            filing_id=filing.id, fingerprint=finding.fingerprint, revision=finding.revision + 1, verdict=verdict,
            reason=reason, comment=comment, version_id=finding.version_id, account_id=desk.actor.id, at=desk.now,
        )
    )  # fmt: skip
    desk.session.flush()
    audit.record(desk, "finding.decide", f"finding:{finding_id}", verdict=verdict, filing=filing.id)
    return _one(desk, finding_id)


def add(desk: Desk, filing_id: int, note: Note) -> Judged:
    """A finding of a person on the current version, accepted from the start. BadArgument, StateConflict."""
    require(desk.actor, "finding.decide")
    filing = filings.row(desk, filing_id)
    if filing.state not in OPEN:
        raise StateConflict("该件不在审查中，不能添加发现", "请先登记并开始审查")
    version = version_row(desk, filing.id, filing.current)
    stored = reports.latest(desk, filing.id)
    text, clause, place = _place(note, stored)
    quote = text[note.start : note.end]
    key = fingerprint.by_hand(f"{note.start if not quote else ''}\x1f{quote}\x1f{note.message}")
    row = t.FindingRow(
        filing_id=filing.id, version_id=version.id, report_id=stored.id if stored else None, fingerprint=key,
        rule=BY_HAND, level=note.level, types=list(note.types), clause=clause, place=place,
        begin=note.start, end=note.end,
        quote=quote, message=note.message, advice=note.advice, confidence=1.0, why={},
        citations=[dict(found) for found in note.citations], account_id=desk.actor.id, created=desk.now,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    audit.record(desk, "finding.add", f"finding:{row.id}", filing=filing.id, level=note.level)
    return decide(desk, row.id, "accepted")


def history(desk: Desk, finding_id: int) -> tuple[Ruling, ...]:
    """Every decision on a finding, oldest first."""
    finding = get(desk, finding_id)
    filing_id = desk.session.get_one(t.FindingRow, finding_id).filing_id
    query = (
        select(t.Decision, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.Decision.account_id)
        .where(t.Decision.filing_id == filing_id, t.Decision.fingerprint == finding.fingerprint)
        .order_by(t.Decision.revision)
    )
    return tuple(
        Ruling(d.revision, d.verdict, d.reason, d.comment, display or name, d.at, d.version_id)
        for d, display, name in desk.session.execute(query)
    )


def version_row(desk: Desk, filing_id: int, number: int) -> t.DocumentVersion:
    """The version of a filing by number. NotFound."""
    query = select(t.DocumentVersion).where(
        t.DocumentVersion.filing_id == filing_id, t.DocumentVersion.number == number
    )
    found = desk.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"该件没有第 {number} 版", "请核对版本")
    return found


def _place(note: Note, stored: reports.Stored | None) -> tuple[str, str, str]:
    """The text of the version, and id and place of the clause a note stands in. BadArgument for what makes no sense."""
    if note.level not in LEVELS or not note.types or not set(note.types) <= TYPES or not note.message.strip():
        raise BadArgument("发现的级别、类型或说明无效", "请选择级别和类型，并写明说明")
    inspection = stored.inspection if stored else None
    if inspection is None and note.end:
        raise BadArgument("该版本还没有读出的正文，不能选取文字", "请等待审查结束后再添加")
    text: str = inspection["text"] if inspection else ""
    if not 0 <= note.start <= note.end <= len(text):
        raise BadArgument("所选文字超出正文范围", "请重新选取")
    clauses = inspection["clauses"] if inspection and note.end else ()
    inside = ((row["id"], place_of(row["path"])) for row in clauses if row["start"] <= note.start < row["end"])
    return (text, *next(inside, ("", "")))


def place_of(path: Sequence[str]) -> str:
    """The printed way to a clause from its number on, without its heading's words."""
    return " ".join(path)[-200:]


def _open(desk: Desk, finding_id: int) -> t.Filing:
    filing = filings.row(desk, desk.session.get_one(t.FindingRow, finding_id).filing_id)
    if filing.state not in OPEN:
        raise StateConflict("该件不在审查中，不能再处理发现", "如确需修改，请先撤回上一步")
    return filing


def _one(desk: Desk, finding_id: int) -> Judged:
    row = desk.session.get(t.FindingRow, finding_id)
    if row is None:
        raise NotFound(f"没有编号为 {finding_id} 的发现", "请核对编号")
    filings.row(desk, row.filing_id)
    return _judged(desk, row.filing_id, t.FindingRow.id == finding_id)[0]


def _judged(desk: Desk, filing_id: int, where: Any) -> list[Judged]:
    """Findings of a filing with their newest decision, by place."""
    newest = (
        select(t.Decision.filing_id, t.Decision.fingerprint, func.max(t.Decision.revision).label("revision"))
        .where(t.Decision.filing_id == filing_id)
        .group_by(t.Decision.filing_id, t.Decision.fingerprint)
        .subquery()
    )
    decision, person = aliased(t.Decision), aliased(t.Account)
    same = and_(newest.c.filing_id == t.FindingRow.filing_id, newest.c.fingerprint == t.FindingRow.fingerprint)
    exact = and_(
        decision.filing_id == newest.c.filing_id, decision.fingerprint == newest.c.fingerprint,
        decision.revision == newest.c.revision,
    )  # fmt: skip
    query = (
        select(t.FindingRow, decision, person.display, person.name)
        .outerjoin(newest, same)
        .outerjoin(decision, exact)
        .outerjoin(person, person.id == decision.account_id)
        .where(where)
        .order_by(t.FindingRow.begin, t.FindingRow.end, t.FindingRow.rule, t.FindingRow.id)
    )
    return [_view(row, found, display or name or "") for row, found, display, name in desk.session.execute(query)]


def _view(row: t.FindingRow, decision: t.Decision | None, person: str) -> Judged:
    return Judged(
        id=row.id, fingerprint=row.fingerprint, version_id=row.version_id, rule=row.rule, level=row.level,
        types=tuple(row.types), clause=row.clause, place=row.place, start=row.begin, end=row.end, quote=row.quote,
        message=row.message, advice=row.advice, confidence=row.confidence, why=row.why,
        citations=tuple(row.citations), by_hand=row.rule == BY_HAND,
        verdict=decision.verdict if decision else "undecided", reason=decision.reason if decision else "",
        comment=decision.comment if decision else "", decided_by=person, decided=decision.at if decision else None,
        revision=decision.revision if decision else 0,
        earlier=decision is not None and decision.version_id != row.version_id,
    )  # fmt: skip
