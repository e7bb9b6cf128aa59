"""The ledger with filters and exports; the catalogue of issued documents against it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from ...corpora.errors import BadArgument
from ...corpora.text import Level
from ..office import catalogue, ledger, organs, sheets
from ..office.desk import Desk
from ..office.permission import require, restricted
from ..office.workflow import workflow
from .visit import PageRoute, Posted, Signed, Visit, attachment, files_of

router = APIRouter(route_class=PageRoute)
SIZE = 50


@dataclass(frozen=True, slots=True)
class Choice:
    key: str
    name: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a list goes on; `before` is its beginning."""

    total: int | None
    before: str
    after: str


@router.get("/ledger")
def show(visit: Signed) -> Response:
    chosen = _chosen(visit)
    cursor = visit.query("cursor", 300)
    with visit.desk() as desk:
        page = ledger.page(desk, chosen, cursor, SIZE)
        total = _total(desk, chosen, page, cursor)
        choices = _choices(desk)
    query = _query(visit)
    after = f"/ledger?{urlencode({**query, 'cursor': page.next})}" if page.next else ""
    return visit.page(
        "ledger.html",
        "ledger",
        rows=page.rows,
        paging=Paging(total, f"/ledger?{urlencode(query)}" if cursor else "", after),
        chosen=chosen,
        choices=choices,
        query=urlencode(query),
        described=(f"共 {total} 件" if total is not None else "") + ("（已筛选）" if query else ""),
    )


@router.get("/ledger.xlsx")
def as_xlsx(visit: Signed) -> Response:
    with visit.desk() as desk:
        data = sheets.xlsx("备案台账", ledger.HEADER, ledger.rows(desk, _chosen(visit)))
    return Response(data, media_type=sheets.XLSX, headers=attachment(f"备案台账-{visit.today}.xlsx"))


@router.get("/ledger.csv")
def as_csv(visit: Signed) -> Response:
    with visit.desk() as desk:
        data = sheets.csv(ledger.HEADER, ledger.rows(desk, _chosen(visit)))
    return Response(data, media_type=sheets.CSV, headers=attachment(f"备案台账-{visit.today}.csv"))


@router.get("/catalogue")
def catalogue_form(visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "catalogue.check")
    return visit.page("catalogue.html", "ledger", result=None)


@router.post("/catalogue")
def catalogue_check(visit: Posted) -> Response:
    file = next(files_of(visit.form, "catalogue"), None)
    if file is None:
        raise BadArgument("没有选择发文目录", "请选择 CSV 或 XLSX 文件")
    data = file.file.read(visit.office.limits.max_bytes + 1)
    with visit.desk() as desk:
        found = catalogue.check(desk, file.filename or "目录", data[: visit.office.limits.max_bytes])
    filed = len(found.matches) - len(found.missing)
    figures = (("目录所列", len(found.matches)), ("已报备", filed), ("未见报备", len(found.missing)))
    return visit.page("catalogue.html", "ledger", result=found, figures=figures)


def _total(desk: Desk, chosen: ledger.Filter, page: ledger.Page, cursor: str) -> int | None:
    """How many there are; a search by words that fills more than a page is not counted, since that reads them all."""
    if not page.next and not cursor:
        return len(page.rows)
    return None if chosen.q else ledger.count(desk, chosen)


def _chosen(visit: Visit) -> ledger.Filter:
    chosen = ledger.Filter(
        q=visit.query("q"),
        kind=visit.query("kind"),
        state=visit.query("state"),
        level=visit.query("level"),
        field=visit.query("field"),
        outcome=visit.query("outcome"),
    )
    return replace(
        chosen,
        organ_id=visit.number("organ_id"),
        since=visit.day("since"),
        until=visit.day("until"),
        overdue=visit.query("overdue") == "1",
        late=visit.query("late") == "1",
    )


def _query(visit: Visit) -> dict[str, str]:
    """The filters of the address, without the place in the list."""
    return {key: value for key, value in visit.request.query_params.items() if value and key != "cursor"}


def _choices(desk: Desk) -> tuple[Choice, ...]:
    profile: Any = desk.profile
    found = [
        Choice("kind", "种类", tuple((kind.key, kind.name) for kind in profile.kinds)),
        Choice("state", "状态", tuple((state.key, state.name) for state in workflow().states.values())),
        Choice("outcome", "结果", tuple((key, name) for key, name in ledger.OUTCOMES.items() if key)),
        Choice("level", "层级", tuple((level.value, level.value) for level in Level)),
        Choice("field", "领域", tuple((name, name) for name in profile.fields)),
    ]
    if not restricted(desk.actor):
        bodies = organs.list_all(desk, active_only=False)
        found.insert(2, Choice("organ_id", "制定机关", tuple((str(body.id), body.name) for body in bodies)))
    return tuple(found)
