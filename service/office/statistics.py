"""Statistics: filed, lawful, corrected, returned and so on, by organ, level, field, type, month; the yearly table."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import Select, func, select

from ...corpora.errors import BadArgument
from ..store import tables as t
from .desk import Desk, local_day
from .ledger import midnight
from .permission import require, scoped

By = Literal["organ", "level", "field", "kind", "type", "month"]
KEYS: tuple[By, ...] = ("organ", "level", "field", "kind", "type", "month")
KEY_NAMES = {
    "organ": "制定机关", "level": "层级", "field": "领域", "kind": "种类", "type": "问题类型", "month": "月份",
}  # fmt: skip
HEADER = (
    "收到", "登记", "退回补正", "未发现问题", "已纠正", "已撤销", "维持", "不予审查", "审查中", "逾期", "逾期报送",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of filings under one key, received within the days asked for."""

    key: str
    filed: int
    registered: int
    returned: int
    lawful: int
    corrected: int
    revoked: int
    kept: int
    not_normative: int
    pending: int
    overdue: int
    late: int

    def numbers(self) -> tuple[int, ...]:
        """The counts in the order of HEADER."""
        return (
            self.filed, self.registered, self.returned, self.lawful, self.corrected, self.revoked, self.kept,
            self.not_normative, self.pending, self.overdue, self.late,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a title, for pages and for office.sheets."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def tally(desk: Desk, by: str, since: date, until: date, kind: str = "") -> tuple[Tally, ...]:
    """Counts by a key of KEYS, largest first (months in order). With "type" a filing counts once for each type of
    finding accepted on it. Days are inclusive."""
    require(desk.actor, "statistics.read")
    if by not in KEYS or until < since:
        raise BadArgument("统计口径或起止日期无效", f"可用的口径：{'、'.join(KEYS)}")
    rows = list(desk.session.execute(_facts(desk, since, until, kind)))
    returned = _returned(desk, since, until)
    groups: dict[str, list[Any]] = defaultdict(list)
    types = _types(desk) if by == "type" else {}
    kinds = {found.key: found.name for found in desk.profile.kinds}
    for row in rows:
        for key in _keys(row, by, types, kinds):
            groups[key].append(row)
    found = [_count(desk, key, group, returned) for key, group in groups.items()]
    if by == "month":
        return tuple(sorted(found, key=lambda item: item.key))
    return tuple(sorted(found, key=lambda item: (-item.filed, item.key)))


def total(desk: Desk, since: date, until: date, kind: str = "") -> Tally:
    """The same counts over everything."""
    require(desk.actor, "statistics.read")
    rows = list(desk.session.execute(_facts(desk, since, until, kind)))
    return _count(desk, "合计", rows, _returned(desk, since, until))


def yearly(desk: Desk, year: int) -> Sheet:
    """The yearly table to publish: counts by kind and by level of the issuing organ, with a sum."""
    since, until = date(year, 1, 1), date(year, 12, 31)
    rows: list[tuple[object, ...]] = []
    for kind in desk.profile.kinds:
        rows += [(kind.name, found.key, *found.numbers()) for found in tally(desk, "level", since, until, kind.key)]
        rows.append((kind.name, "小计", *total(desk, since, until, kind.key).numbers()))
    rows.append(("合计", "", *total(desk, since, until).numbers()))
    return Sheet(f"{year}年度备案审查统计表", ("种类", "制定机关层级", *HEADER), tuple(rows))


def as_sheet(by: str, found: Iterable[Tally], title: str) -> Sheet:
    """Counts as a table."""
    return Sheet(title, (KEY_NAMES[by], *HEADER), tuple((row.key, *row.numbers()) for row in found))


def _facts(desk: Desk, since: date, until: date, kind: str) -> Select[*tuple[Any, ...]]:
    columns = (
        t.Filing.id, t.Organ.name.label("organ"), t.Filing.level, t.Filing.field, t.Filing.kind, t.Filing.received,
        t.Filing.registration, t.Filing.outcome, t.Filing.state, t.Filing.due, t.Filing.late,
    )  # fmt: skip
    query = scoped(select(*columns).join(t.Organ, t.Organ.id == t.Filing.organ_id), desk.actor)
    query = query.where(t.Filing.received >= midnight(since), t.Filing.received < midnight(until + timedelta(days=1)))
    return query.where(t.Filing.kind == kind) if kind else query


def _returned(desk: Desk, since: date, until: date) -> set[int]:
    """Filings that were returned for supplement at least once."""
    query = (
        select(t.Transition.filing_id)
        .join(t.Filing, t.Filing.id == t.Transition.filing_id)
        .where(t.Transition.key == "return")
        .where(t.Filing.received >= midnight(since), t.Filing.received < midnight(until + timedelta(days=1)))
    )
    return set(desk.session.scalars(query))


def _types(desk: Desk) -> dict[int, set[str]]:
    """Types of the findings accepted on each filing."""
    newest = (
        select(t.Decision.filing_id, t.Decision.fingerprint, func.max(t.Decision.revision).label("revision"))
        .group_by(t.Decision.filing_id, t.Decision.fingerprint)
        .subquery()
    )
    query = (
        select(t.FindingRow.filing_id, t.FindingRow.types)
        .join(
            t.Decision,
            (t.Decision.filing_id == t.FindingRow.filing_id) & (t.Decision.fingerprint == t.FindingRow.fingerprint),
        )
        .join(
            newest,
            (newest.c.filing_id == t.Decision.filing_id)
            & (newest.c.fingerprint == t.Decision.fingerprint)
            & (newest.c.revision == t.Decision.revision),
        )
        .where(t.Decision.verdict == "accepted")
    )
    found: dict[int, set[str]] = defaultdict(set)
    for filing_id, types in desk.session.execute(query):
        found[filing_id].update(types)
    return found


def _keys(row: Any, by: str, types: dict[int, set[str]], kinds: dict[str, str]) -> tuple[str, ...]:
    if by == "type":
        return tuple(sorted(types.get(row.id, ())))
    if by == "month":
        return (local_day(row.received).strftime("%Y-%m"),)
    if by == "kind":
        return (kinds.get(row.kind, row.kind),)
    return (getattr(row, by) or "未填写",)


def _count(desk: Desk, key: str, rows: list[Any], returned: set[int]) -> Tally:
    outcomes = Counter(row.outcome for row in rows)
    return Tally(
        key=key,
        filed=len(rows),
        registered=sum(row.registration is not None for row in rows),
        returned=sum(row.id in returned for row in rows),
        lawful=outcomes["lawful"],
        corrected=outcomes["corrected"],
        revoked=outcomes["revoked"],
        kept=outcomes["kept"],
        not_normative=outcomes["not_normative"],
        pending=outcomes[""],
        overdue=sum(row.due is not None and row.due < desk.today for row in rows),
        late=sum(row.late is True for row in rows),
    )
