"""The yearly statistics: the table an office publishes, and charts that print."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from ...corpora.errors import BadArgument
from ...corpora.text import Level
from ..office import sheets, statistics
from ..office.desk import Desk
from . import charts, words
from .visit import PageRoute, Signed, Visit, attachment

router = APIRouter(route_class=PageRoute)
ORGANS = 12


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    svg: Markup
    key: Markup
    wide: bool = False


@router.get("/statistics")
def show(visit: Signed) -> Response:
    year = _year(visit)
    with visit.desk() as desk:
        whole = statistics.total(desk, date(year, 1, 1), date(year, 12, 31))
        table = _ordered(statistics.yearly(desk, year))
        drawn = _charts(desk, year) if whole.filed else ()
        office = desk.profile.office
    return visit.page(
        "statistics.html",
        "statistics",
        year=year,
        years=range(visit.today.year, visit.today.year - 10, -1),
        office=office,
        total=whole.filed,
        figures=tuple(zip(statistics.HEADER, whole.numbers(), strict=True))[:10],
        table=table,
        charts=drawn,
    )


@router.get("/statistics.xlsx")
def as_xlsx(visit: Signed) -> Response:
    year = _year(visit)
    with visit.desk() as desk:
        table = _ordered(statistics.yearly(desk, year))
    data = sheets.xlsx(table.title, table.header, table.rows)
    return Response(data, media_type=sheets.XLSX, headers=attachment(f"{table.title}.xlsx"))


def _ordered(table: statistics.Sheet) -> statistics.Sheet:
    """The levels of each kind from the highest to the lowest, sums after them."""
    ranks = {level.value: index for index, level in enumerate(Level)}
    kinds = list(dict.fromkeys(row[0] for row in table.rows))
    last = len(ranks)
    rows = sorted(table.rows, key=lambda row: (kinds.index(row[0]), ranks.get(str(row[1]), last)))
    return replace(table, rows=tuple(rows))


def _year(visit: Visit) -> int:
    year = visit.number("year") or visit.today.year
    if not 1949 <= year <= visit.today.year + 1:
        raise BadArgument(f"年度“{year}”无效", "请选择列出的年度")
    return year


def _charts(desk: Desk, year: int) -> tuple[Chart, ...]:
    since, until = date(year, 1, 1), date(year, 12, 31)
    by = {key: statistics.tally(desk, key, since, until) for key in ("month", "level", "organ", "field", "type")}
    months = _months(by["month"], year)
    parts = _outcomes(months)
    types = tuple(found for found in by["type"])
    drawn = [
        Chart(
            "按月收到与办理结果",
            charts.columns("按月", tuple(f"{n} 月" for n in range(1, 13)), parts),
            charts.key(parts),
            True,
        ),
        _bars("按制定机关层级", by["level"]),
        _bars(f"按制定机关（前 {ORGANS}）", by["organ"][:ORGANS]),
        _bars("按领域", by["field"][:ORGANS]),
    ]
    if types:
        names = tuple(words.TYPES.get(found.key, found.key) for found in types)
        counted = (charts.Series("有此类问题的文件", tuple(found.filed for found in types)),)
        drawn.append(Chart("按采纳的问题类型", charts.rows("按问题类型", names, counted), charts.key(counted)))
    return tuple(drawn)


def _bars(title: str, found: Sequence[statistics.Tally]) -> Chart:
    parts = _outcomes(found)
    return Chart(title, charts.rows(title, tuple(row.key for row in found), parts), charts.key(parts))


def _outcomes(found: Sequence[statistics.Tally]) -> tuple[charts.Series, ...]:
    """Every filing in exactly one series, so that the bars add up to what was filed."""
    return (
        charts.Series("未发现问题", tuple(row.lawful for row in found)),
        charts.Series("已纠正或撤销", tuple(row.corrected + row.revoked for row in found)),
        charts.Series("维持", tuple(row.kept for row in found)),
        charts.Series("审查中", tuple(row.pending for row in found)),
        charts.Series("不予审查", tuple(row.not_normative for row in found)),
    )


def _months(found: Sequence[statistics.Tally], year: int) -> tuple[statistics.Tally, ...]:
    """Twelve months, empty ones included."""
    known = {row.key: row for row in found}
    zeros = (0,) * len(statistics.HEADER)
    return tuple(
        known.get(key) or statistics.Tally(key, *zeros) for key in (f"{year}-{month:02d}" for month in range(1, 13))
    )
