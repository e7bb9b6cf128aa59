"""The yearly statistics: the table an office publishes, and charts that print."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup

from ...corpora.errors import BadArgument
from ..office import pages_statistics, sheets, statistics
from ..office.pages_statistics import Group, summed
from . import charts, words
from .visit import PageRoute, Signed, Visit, attachment

router = APIRouter(route_class=PageRoute)
MOST = 12
MONTHS = range(1, 13)
RESULTS = (
    ("未发现问题", ("lawful",)),
    ("已纠正或撤销", ("corrected", "revoked")),
    ("维持", ("kept",)),
    ("在办", ("",)),
    ("不予审查", ("not_normative",)),
)


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
        counted = pages_statistics.groups(desk, year)
        months = pages_statistics.months(desk, year)
        types = pages_statistics.types(desk, year)
        table = pages_statistics.yearly(desk, year, counted)
        office = desk.profile.office
    whole = pages_statistics.total("合计", counted)
    return visit.page(
        "statistics.html",
        "statistics",
        year=year,
        years=range(visit.today.year, visit.today.year - 10, -1),
        office=office,
        total=whole.filed,
        figures=tuple(zip(statistics.HEADER, whole.numbers(), strict=True))[:10],
        table=table,
        groups=tuple((kind, tuple(rows)) for kind, rows in groupby(table.rows, key=lambda row: row[0])),
        charts=_charts(counted, months, types) if counted else (),
    )


@router.get("/statistics.xlsx")
def as_xlsx(visit: Signed) -> Response:
    year = _year(visit)
    with visit.desk() as desk:
        table = pages_statistics.yearly(desk, year, pages_statistics.groups(desk, year))
    data = sheets.xlsx(table.title, table.header, table.rows)
    return Response(data, media_type=sheets.XLSX, headers=attachment(f"{table.title}.xlsx"))


def _year(visit: Visit) -> int:
    year = visit.number("year") or visit.today.year
    if not 1949 <= year <= visit.today.year + 1:
        raise BadArgument(f"年度“{year}”无效", "请选择列出的年度")
    return year


def _charts(
    counted: Sequence[Group], months: Sequence[tuple[int, str, int]], types: Sequence[tuple[str, int]]
) -> tuple[Chart, ...]:
    parts = tuple(
        charts.Series(name, tuple(sum(n for at, key, n in months if at == month and key in keys) for month in MONTHS))
        for name, keys in RESULTS
    )
    drawn = [
        Chart("按月", charts.columns("按月", tuple(f"{n} 月" for n in MONTHS), parts), charts.key(parts), True),
        _bars("按制定机关层级", summed(counted, lambda group: group.level or "未填写")),
        _bars(f"按制定机关（前 {MOST}）", summed(counted, lambda group: group.organ)[:MOST]),
        _bars(f"按领域（前 {MOST}）", summed(counted, lambda group: group.field or "未填写")[:MOST]),
    ]
    if types:
        names = tuple(words.TYPES.get(key, key) for key, _ in types)
        found = (charts.Series("有此类采纳发现的文件", tuple(count for _, count in types)),)
        drawn.append(Chart("按采纳的问题类型", charts.rows("按问题类型", names, found), charts.key(found)))
    return tuple(drawn)


def _bars(title: str, found: Sequence[statistics.Tally]) -> Chart:
    parts = _outcomes(found)
    return Chart(title, charts.rows(title, tuple(row.key for row in found), parts), charts.key(parts))


def _outcomes(found: Sequence[statistics.Tally]) -> tuple[charts.Series, ...]:
    """Every filing in exactly one series, so that the bars add up to what was filed."""
    counts = (
        tuple(row.lawful for row in found),
        tuple(row.corrected + row.revoked for row in found),
        tuple(row.kept for row in found),
        tuple(row.pending for row in found),
        tuple(row.not_normative for row in found),
    )
    return tuple(charts.Series(name, values) for (name, _), values in zip(RESULTS, counts, strict=True))
