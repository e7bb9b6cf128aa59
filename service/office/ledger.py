"""The ledger (台账): filings by filter, page by page, or all of them for a sheet."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import Select, and_, func, or_, select

from ...corpora.errors import BadArgument
from ..store import tables as t
from . import filings
from .desk import BEIJING, Desk, local_day
from .permission import require, scoped

Columns = TypeVarTuple("Columns")
MOST = 200
HEADER = (
    "登记号", "种类", "制定机关", "层级", "文件标题", "文号", "领域", "公布日期", "施行日期", "收到日期", "登记日期",
    "状态", "结果", "办理期限", "是否逾期", "是否逾期报送", "缺少材料",
)  # fmt: skip
OUTCOMES = {
    "": "",
    "lawful": "未发现问题",
    "corrected": "已纠正",
    "revoked": "已撤销",
    "kept": "维持",
    "not_normative": "不予审查",
}


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; empty and None mean all. `q` is part of the title, number or registration; days are inclusive."""

    kind: str = ""
    state: str = ""
    organ_id: int | None = None
    level: str = ""
    field: str = ""
    outcome: str = ""
    q: str = ""
    since: date | None = None
    until: date | None = None
    overdue: bool = False
    late: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Filings, newest first; `next` is the cursor of the page after, empty at the end."""

    rows: tuple[filings.Filed, ...]
    next: str


def page(desk: Desk, chosen: Filter, cursor: str = "", limit: int = 50) -> Page:
    """One page. BadArgument for a cursor that is not ours."""
    require(desk.actor, "ledger.read")
    limit = max(1, min(limit, MOST))
    query = _filtered(desk, filings.shown_query(desk), chosen)
    if cursor:
        received, ident = _decoded(cursor)
        query = query.where(or_(t.Filing.received < received, and_(t.Filing.received == received, t.Filing.id < ident)))
    query = query.order_by(t.Filing.received.desc(), t.Filing.id.desc()).limit(limit + 1)
    found = tuple(filings.shown_rows(desk, query))
    more = len(found) > limit
    return Page(found[:limit], _encoded(found[limit - 1]) if more else "")


def count(desk: Desk, chosen: Filter) -> int:
    """How many filings the filter finds."""
    require(desk.actor, "ledger.read")
    query = scoped(select(func.count()).select_from(t.Filing), desk.actor)
    return int(desk.session.scalar(_filtered(desk, query, chosen)) or 0)


def rows(desk: Desk, chosen: Filter) -> Iterator[tuple[object, ...]]:
    """Every row for a sheet under HEADER, newest first."""
    require(desk.actor, "ledger.read")
    return _rows(desk, chosen)


def _rows(desk: Desk, chosen: Filter) -> Iterator[tuple[object, ...]]:
    query = _filtered(desk, filings.shown_query(desk), chosen).order_by(t.Filing.received.desc(), t.Filing.id.desc())
    for filed in filings.shown_rows(desk, query.execution_options(yield_per=1000)):
        yield line(filed)


def line(filed: filings.Filed) -> tuple[object, ...]:
    """A filing as one row under HEADER."""
    return (
        filed.registration or "", filed.kind_name, filed.organ, filed.level, filed.title, filed.number, filed.field,
        filed.published, filed.effective, local_day(filed.received),
        local_day(filed.registered) if filed.registered else None, filed.state_name,
        OUTCOMES.get(filed.outcome, filed.outcome), filed.due, "是" if filed.overdue else "否",
        "" if filed.late is None else "是" if filed.late else "否", "、".join(filed.missing),
    )  # fmt: skip


def _filtered(desk: Desk, query: Select[*Columns], chosen: Filter) -> Select[*Columns]:
    for column, value in (
        (t.Filing.kind, chosen.kind),
        (t.Filing.state, chosen.state),
        (t.Filing.level, chosen.level),
        (t.Filing.field, chosen.field),
        (t.Filing.outcome, chosen.outcome),
    ):
        if value:
            query = query.where(column == value)
    if chosen.organ_id is not None:
        query = query.where(t.Filing.organ_id == chosen.organ_id)
    if chosen.q:
        words = [column.contains(chosen.q, autoescape=True) for column in (t.Filing.title, t.Filing.number)]
        query = query.where(or_(*words, t.Filing.registration == chosen.q))
    return _timed(desk, query, chosen)


def _timed(desk: Desk, query: Select[*Columns], chosen: Filter) -> Select[*Columns]:
    if chosen.since:
        query = query.where(t.Filing.received >= midnight(chosen.since))
    if chosen.until:
        query = query.where(t.Filing.received < midnight(chosen.until + timedelta(days=1)))
    if chosen.overdue:
        query = query.where(t.Filing.due < desk.today)
    if chosen.late:
        query = query.where(t.Filing.late.is_(True))
    return query


def midnight(day: date) -> datetime:
    """The moment a day begins on the office's calendar."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - BEIJING


def _encoded(filed: filings.Filed) -> str:
    return base64.urlsafe_b64encode(f"{filed.received.isoformat()}|{filed.id}".encode()).decode()


def _decoded(cursor: str) -> tuple[datetime, int]:
    try:
        received, _, ident = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        moment = datetime.fromisoformat(received)
        number = int(ident)
    except (ValueError, binascii.Error) as error:
        raise BadArgument("翻页标记无效", "请从第一页重新开始") from error
    if moment.tzinfo is None or not 0 <= number < 2**31:
        raise BadArgument("翻页标记无效", "请从第一页重新开始")
    return moment, number
