"""The statistics page over many filings: counted by the database in one pass, then summed by every key.

The counts are those of `statistics.tally` and `statistics.yearly`; a test holds the two side by side.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, select

from ...corpora.text import Level
from ..store import tables as t
from .desk import Desk
from .ledger import midnight
from .permission import require, scoped
from .statistics import HEADER, Sheet, Tally


@dataclass(frozen=True, slots=True)
class Group:
    """How many filings of a year share all of these, and how many of them were returned for supplement."""

    organ: str
    level: str
    field: str
    kind: str
    outcome: str
    registered: bool
    overdue: bool
    late: bool
    count: int
    returned: int


def groups(desk: Desk, year: int) -> tuple[Group, ...]:
    """The filings received in a year, counted by everything the statistics ask for."""
    require(desk.actor, "statistics.read")
    keys: tuple[Any, ...] = (
        t.Filing.organ_id, t.Filing.level, t.Filing.field, t.Filing.kind, t.Filing.outcome,
        t.Filing.registration.is_not(None), func.coalesce(t.Filing.due < desk.today, False),
        func.coalesce(t.Filing.late, False),
    )  # fmt: skip
    named = tuple(key.label(f"k{index}") for index, key in enumerate(keys))
    names = tuple(label.name for label in named)
    counts: Select[Any] = select(*named, func.count()).select_from(t.Filing)
    sent_back: Select[Any] = (
        select(*named, func.count(distinct(t.Filing.id)))
        .join(t.Transition, t.Transition.filing_id == t.Filing.id)
        .where(t.Transition.after == "returned", t.Transition.key == "return")
    )
    returned = {tuple(row[:8]): row[8] for row in _counted(desk, sent_back, year, names)}
    organs = {row[0]: row[1] for row in desk.session.execute(select(t.Organ.id, t.Organ.name))}
    return tuple(
        Group(organs[key[0]], key[1], key[2], key[3], key[4], bool(key[5]), bool(key[6]), bool(key[7]), count, back)
        for *key, count in _counted(desk, counts, year, names)
        for back in (returned.get(tuple(key), 0),)
    )


def _counted(desk: Desk, query: Select[Any], year: int, names: Sequence[str]) -> Sequence[Any]:
    return desk.session.execute(_within(scoped(query, desk.actor), year).group_by(*names)).all()


def months(desk: Desk, year: int) -> tuple[tuple[int, str, int], ...]:
    """(month of receipt, outcome, filings) over a year."""
    require(desk.actor, "statistics.read")
    month = _month(year).label("month")
    counts = select(month, t.Filing.outcome, func.count()).group_by("month", t.Filing.outcome)
    found = desk.session.execute(_within(scoped(cast("Select[Any]", counts), desk.actor), year))
    return tuple(sorted((row[0], row[1], row[2]) for row in found))


def types(desk: Desk, year: int) -> tuple[tuple[str, int], ...]:
    """Filings of a year with an accepted finding of each type, the most frequent first."""
    require(desk.actor, "statistics.read")
    decision = t.Decision
    newest = (
        select(decision.filing_id, decision.fingerprint, func.max(decision.revision).label("revision"))
        .group_by(decision.filing_id, decision.fingerprint)
        .subquery()
    )
    same = and_(newest.c.filing_id == decision.filing_id, newest.c.fingerprint == decision.fingerprint)
    query = (
        select(t.FindingRow.filing_id, t.FindingRow.types)
        .join(t.Filing, t.Filing.id == t.FindingRow.filing_id)
        .join(
            decision,
            and_(decision.filing_id == t.FindingRow.filing_id, decision.fingerprint == t.FindingRow.fingerprint),
        )
        .join(newest, and_(same, newest.c.revision == decision.revision))
        .where(decision.verdict == "accepted")
    )
    found: dict[int, set[str]] = defaultdict(set)
    for filing_id, kinds in desk.session.execute(_within(scoped(cast("Select[Any]", query), desk.actor), year)):
        found[filing_id].update(kinds)
    counted = Counter(kind for kinds in found.values() for kind in kinds)
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def summed(counted: Iterable[Group], by: Callable[[Group], str]) -> tuple[Tally, ...]:
    """Counts by a key, largest first."""
    kept: dict[str, list[Group]] = defaultdict(list)
    for group in counted:
        kept[by(group)].append(group)
    found = [total(key, rows) for key, rows in kept.items()]
    return tuple(sorted(found, key=lambda row: (-row.filed, row.key)))


def total(key: str, rows: Sequence[Group]) -> Tally:
    """The counts of some groups together."""

    def number(chosen: Callable[[Group], bool]) -> int:
        return sum(row.count for row in rows if chosen(row))

    return Tally(
        key=key,
        filed=number(lambda _: True),
        registered=number(lambda row: row.registered),
        returned=sum(row.returned for row in rows),
        lawful=number(lambda row: row.outcome == "lawful"),
        corrected=number(lambda row: row.outcome == "corrected"),
        revoked=number(lambda row: row.outcome == "revoked"),
        kept=number(lambda row: row.outcome == "kept"),
        not_normative=number(lambda row: row.outcome == "not_normative"),
        pending=number(lambda row: row.outcome == ""),
        overdue=number(lambda row: row.overdue),
        late=number(lambda row: row.late),
    )


def yearly(desk: Desk, year: int, counted: Sequence[Group]) -> Sheet:
    """The yearly table to publish: each kind by level from the highest down, with sums."""
    ranks = {level.value: index for index, level in enumerate(Level)}
    rows: list[tuple[object, ...]] = []
    for kind in desk.profile.kinds:
        mine = [group for group in counted if group.kind == kind.key]
        levels = sorted(summed(mine, lambda group: group.level or "未填写"), key=lambda row: ranks.get(row.key, 99))
        rows += [(kind.name, row.key, *row.numbers()) for row in levels]
        rows.append((kind.name, "小计", *total("小计", mine).numbers()))
    rows.append(("合计", "", *total("合计", counted).numbers()))
    return Sheet(f"{year}年度备案审查统计表", ("种类", "制定机关层级", *HEADER), tuple(rows))


def _month(year: int) -> ColumnElement[int]:
    """The month of receipt on the office's calendar, told by comparing so that both databases agree."""
    ends = [(t.Filing.received < midnight(date(year, month + 1, 1)), month) for month in range(1, 12)]
    return case(*ends, else_=12)


def _within(query: Select[Any], year: int) -> Select[Any]:
    return query.where(
        t.Filing.received >= midnight(date(year, 1, 1)), t.Filing.received < midnight(date(year + 1, 1, 1))
    )
