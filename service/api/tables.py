"""Ledger, statistics, organs and the check of a catalogue over the API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ...corpora.errors import BadArgument
from ..office import catalogue, ledger, organs, sheets, statistics
from . import shapes
from .answers import attachment, plain
from .entry import Caller, Day
from .problems import ApiRoute, responses
from .uploads import VersionBody, document, sent

router = APIRouter(route_class=ApiRoute, tags=["台账与统计"], responses=responses())


class LedgerQuery(BaseModel):
    """台账的筛选；省略的不限。"""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Annotated[str, Field(description="备案种类", max_length=40)] = ""
    state: Annotated[str, Field(description="状态代码", max_length=40)] = ""
    organ_id: Annotated[int | None, Field(description="制定机关编号", ge=1, lt=2**31)] = None
    level: Annotated[str, Field(description="层级", max_length=40)] = ""
    field: Annotated[str, Field(description="领域", max_length=40)] = ""
    outcome: Annotated[str, Field(description="结果代码", max_length=40)] = ""
    q: Annotated[str, Field(description="标题、文号中的文字，或登记号", max_length=200)] = ""
    since: Annotated[Day | None, Field(description="收到日期自")] = None
    until: Annotated[Day | None, Field(description="收到日期至（含）")] = None
    overdue: Annotated[bool, Field(description="只看逾期的")] = False
    late: Annotated[bool, Field(description="只看逾期报送的")] = False

    def chosen(self) -> ledger.Filter:
        names = LedgerQuery.model_fields
        return ledger.Filter(**{name: getattr(self, name) for name in names})


class PageQuery(LedgerQuery):
    """台账的筛选和翻页。"""

    cursor: Annotated[str, Field(description="上一页给出的 next", max_length=200)] = ""
    limit: Annotated[int, Field(description="一页几件", ge=1, le=ledger.MOST)] = 50

    def chosen(self) -> ledger.Filter:
        names = LedgerQuery.model_fields
        return ledger.Filter(**{name: getattr(self, name) for name in names})


class SheetQuery(LedgerQuery):
    """台账的筛选和导出格式。"""

    format: Annotated[Literal["xlsx", "csv"], Field(description="xlsx 或 csv")] = "xlsx"


@router.get("/filings", response_model=shapes.Ledger, summary="台账")
def page(call: Caller, asked: Annotated[PageQuery, Query()], request: Request) -> Response:
    """备案件，新的在前；next 不空时还有下一页（也在 Link 头中）。"""
    with call.look() as desk:
        found = ledger.page(desk, asked.chosen(), asked.cursor, asked.limit)
    answer = JSONResponse(plain(shapes.Ledger, found))
    if found.next:
        answer.headers["Link"] = f'<{request.url.include_query_params(cursor=found.next)}>; rel="next"'
    return answer


@router.get(
    "/ledger", summary="导出台账", response_model=None,
    responses={200: {"description": "表格", "content": {sheets.XLSX: {}, "text/csv": {}}}},
)  # fmt: skip
def export(call: Caller, asked: Annotated[SheetQuery, Query()]) -> Response:
    """台账的 XLSX 或 CSV 文件；以公式符号开头的文字一律按文字处理。"""
    with call.look() as desk:
        rows = ledger.rows(desk, asked.chosen())
        if asked.format == "xlsx":
            data, media = sheets.xlsx("备案台账", ledger.HEADER, rows), sheets.XLSX
        else:
            data, media = sheets.csv(ledger.HEADER, rows), sheets.CSV
    return Response(data, media_type=media, headers=attachment(f"备案台账.{asked.format}"))


@router.get("/statistics", response_model=tuple[shapes.Tally, ...], summary="统计")  # type: ignore[valid-type]
def tally(
    call: Caller,
    since: Annotated[Day, Query(description="收到日期自")],
    until: Annotated[Day, Query(description="收到日期至（含）")],
    by: Annotated[
        Literal["organ", "level", "field", "kind", "type", "month"], Query(description="按什么分组")
    ] = "organ",
    kind: Annotated[str, Query(description="备案种类", max_length=40)] = "",
) -> Any:
    """按制定机关、层级、领域、种类、问题类型或者月份统计。"""
    if until < since:
        raise BadArgument("截止日期早于起始日期", "请核对日期")
    with call.look() as desk:
        return statistics.tally(desk, by, since, until, kind)


@router.get("/organs", response_model=tuple[shapes.Organ, ...], summary="制定机关")  # type: ignore[valid-type]
def bodies(call: Caller) -> Any:
    """可以报送的制定机关。"""
    with call.look() as desk:
        return organs.list_all(desk)


@router.post("/catalogue", response_model=shapes.Check, summary="应备未备比对", openapi_extra=document(VersionBody))
async def check(request: Request, call: Caller) -> Any:
    """提交制发文件的目录（CSV 或 XLSX），与已报送的逐行比对。"""
    found = await sent(request, most=1)

    def work() -> catalogue.Check:
        with call.desk() as desk:
            return catalogue.check(desk, found.files[0].name, found.files[0].data)

    return await run_in_threadpool(work)
