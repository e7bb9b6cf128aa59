"""Clean-ups over the API: start, follow, decide, fetch the list."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ..office import cleanup_items as items
from ..office import cleanup_results as results
from ..office import cleanup_set, cleanups
from ..office.desk import Desk
from ..office.idempotency import Answer, once
from ..office.permission import require
from ..office.sheets import XLSX
from . import shapes
from .answers import attachment, plain, tagged
from .entry import Call, Caller, Day, Expected, Repeated
from .problems import ApiRoute, responses
from .uploads import Sent, document, sent

router = APIRouter(route_class=ApiRoute, tags=["清理"], responses=responses())
Id = Annotated[int, Path(description="清理编号", ge=1, lt=2**31, examples=[1])]
ItemId = Annotated[int, Path(description="清理文件编号", ge=1, lt=2**31, examples=[1])]
Cursor = Annotated[str, Query(description="上一页给出的 next", max_length=20)]
Action = Literal["", "继续有效", "修改", "废止", "宣布失效", "需人工判断"]
OUTPUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "文件",
        "content": {kind: {} for kind in (XLSX, results.DOCX, results.ZIP, "text/html", "application/x-ndjson")},
    }
}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CleanupBody(_Body):
    """发起清理。"""

    name: Annotated[str, Field(description="名称；空为“某年文件清理”", max_length=200)] = ""
    as_of: Annotated[Day | None, Field(description="清理基准日；省略为今天")] = None
    profile: Annotated[str, Field(description="有效期口径，如 shandong；空为按制定机关所在省选用", max_length=40)] = ""
    theme: Annotated[str, Field(description="专题，如 coercion；空为全面清理", max_length=40)] = ""
    law: Annotated[str, Field(description="专题：某部法律以及依据它的文件", max_length=200)] = ""


class StepBody(_Body):
    """办理一次清理。"""

    key: Annotated[
        Literal["stop", "again", "close", "reopen"],
        Field(description="stop 停止；again 汇总未完成时重新汇总；close 逐件处理后办结；reopen 重开"),
    ]


class DecisionBody(_Body):
    """对一件文件的处理。"""

    verdict: Annotated[Literal["confirm", "change", "defer"], Field(description="确认建议、更改为 to、暂缓")]
    to: Annotated[Action, Field(description="更改为四种处理之一；其他方式为空")] = ""
    note: Annotated[str, Field(description="理由；更改和暂缓必填", max_length=4000)] = ""


class Seen(_Body):
    """要确认的一件和看到的版本。"""

    id: Annotated[int, Field(description="清理文件编号", ge=1, lt=2**31)]
    revision: Annotated[int, Field(description="看到的处理次数", ge=0, lt=2**31)]


class ConfirmBody(_Body):
    """一次确认多件。"""

    items: Annotated[tuple[Seen, ...], Field(description="各件", min_length=1, max_length=items.MOST_AT_ONCE)]


class ItemQuery(BaseModel):
    """清单的筛选和翻页；省略的不限。"""

    model_config = ConfigDict(extra="forbid", frozen=True)
    action: Annotated[Action, Field(description="处理建议")] = ""
    settled: Annotated[Action, Field(description="现在的处理：人的处理优先，否则为建议")] = ""
    reason: Annotated[str, Field(description="理由代码，如 term.over", max_length=40)] = ""
    organ: Annotated[str, Field(description="制定机关", max_length=200)] = ""
    verdict: Annotated[
        Literal["", "confirm", "change", "defer", "none"], Field(description="人工处理；none 未处理")
    ] = ""
    q: Annotated[str, Field(description="名称、文号、文件名中的文字", max_length=200)] = ""
    cursor: Annotated[str, Field(description="上一页给出的 next", max_length=20)] = ""
    limit: Annotated[int, Field(description="一页几件", ge=1, le=items.MOST)] = 50

    def chosen(self) -> items.Filter:
        return items.Filter(self.action, self.settled, self.reason, self.organ, self.verdict, self.q)


@router.post(
    "/cleanups", status_code=202, response_model=shapes.Cleanup, summary="发起清理", openapi_extra=document(CleanupBody)
)
async def start(request: Request, call: Caller, repeated: Repeated) -> Response:
    """提交要清理的文件（多个文件或 ZIP，可附一个 XLSX 目录）。答 202；进度见 Location，或登记回调 cleanup.done。"""
    require(call.actor, "cleanup.run")
    found = await sent(request)
    body = found.body(CleanupBody)
    return await run_in_threadpool(_start, call, body, found, repeated)


def _start(call: Call, body: CleanupBody, found: Sent, repeated: str | None) -> Response:
    prepared = cleanup_set.prepare(call.office, call.actor, found.files)
    wanted = cleanups.Wanted(body.name, body.as_of, body.profile, body.theme, body.law)

    def started(desk: Desk) -> Answer:
        return Answer(202, plain(shapes.Cleanup, cleanups.start(desk, wanted, prepared)))

    answer = once(call.office, call.actor, (repeated, found.mark), started)
    return JSONResponse(answer.body, answer.status, headers={"Location": f"/v1/cleanups/{answer.body['id']}"})


@router.get("/cleanups", response_model=shapes.Cleanups, summary="清理")
def page(
    call: Caller,
    request: Request,
    cursor: Cursor = "",
    limit: Annotated[int, Query(description="一页几次", ge=1, le=cleanups.MOST)] = 50,
) -> Response:
    """各次清理，新的在前；next 不空时还有下一页（也在 Link 头中）。"""
    with call.look() as desk:
        found = cleanups.page(desk, cursor, limit)
    return _paged(request, plain(shapes.Cleanups, found))


@router.get("/cleanups/{cleanup_id}", response_model=shapes.Cleanup, summary="一次清理")
def get(call: Caller, cleanup_id: Id, request: Request) -> Response:
    """一次清理的进度：各状态的文件数、速度、预计剩余时间。没有变化（If-None-Match 相同）时答 304。"""
    with call.look() as desk:
        found = cleanups.get(desk, cleanup_id)
    return tagged(request, shapes.Cleanup, found, cleanups.mark(found))


@router.post("/cleanups/{cleanup_id}/steps", response_model=shapes.Cleanup, summary="办理清理")
def step(call: Caller, cleanup_id: Id, body: StepBody) -> Any:
    """停止、重新汇总、办结或者重开；当前状态不允许时答 409。"""
    act = {"stop": cleanups.stop, "again": cleanups.again, "close": cleanups.close, "reopen": cleanups.reopen}[body.key]
    with call.desk() as desk:
        return act(desk, cleanup_id)


@router.get("/cleanups/{cleanup_id}/items", response_model=shapes.CleanupItems, summary="清理清单")
def listed(call: Caller, cleanup_id: Id, asked: Annotated[ItemQuery, Query()], request: Request) -> Response:
    """清单中的文件、处理建议和理由，按文件名；汇总完成前为空。"""
    with call.look() as desk:
        found = items.page(desk, cleanup_id, asked.chosen(), asked.cursor, asked.limit)
    return _paged(request, plain(shapes.CleanupItems, found))


@router.get("/cleanups/{cleanup_id}/items/{item_id}", response_model=shapes.CleanupItem, summary="一件文件")
def item(call: Caller, cleanup_id: Id, item_id: ItemId, request: Request) -> Response:
    """一件文件的建议和处理。ETag 为处理次数。"""
    with call.look() as desk:
        found = items.get(desk, cleanup_id, item_id)
    return tagged(request, shapes.CleanupItem, found, found.revision)


@router.post("/cleanups/{cleanup_id}/items/{item_id}/decision", response_model=shapes.CleanupItem, summary="处理一件")
def decide(
    call: Caller, cleanup_id: Id, item_id: ItemId, body: DecisionBody, expected: Expected, request: Request
) -> Response:
    """确认、更改或者暂缓。他人已先处理时（If-Match 不符）答 412。"""
    with call.desk() as desk:
        found = items.decide(desk, cleanup_id, item_id, items.Choice(body.verdict, body.to, body.note), expected)
    return tagged(request, shapes.CleanupItem, found, found.revision)


@router.post(
    "/cleanups/{cleanup_id}/confirmations",
    response_model=tuple[shapes.CleanupItem, ...],  # type: ignore[valid-type]
    summary="一次确认多件",
)
def confirm(call: Caller, cleanup_id: Id, body: ConfirmBody) -> Any:
    """确认多件的建议：全部确认，或者有一件不符时都不确认（412）。"""
    with call.desk() as desk:
        return items.confirm_many(desk, cleanup_id, [(row.id, row.revision) for row in body.items])


@router.get(
    "/cleanups/{cleanup_id}/items/{item_id}/history",
    response_model=tuple[shapes.CleanupRuling, ...],  # type: ignore[valid-type]
    summary="处理记录",
)
def history(call: Caller, cleanup_id: Id, item_id: ItemId) -> Any:
    """对一件文件的全部处理，从早到晚。"""
    with call.look() as desk:
        return items.history(desk, cleanup_id, item_id)


@router.get(
    "/cleanups/{cleanup_id}/items/{item_id}/report", summary="一件文件的审查报告", response_class=HTMLResponse,
    responses={200: {"description": "报告", "content": {"text/html": {}}}},
)  # fmt: skip
def report(call: Caller, cleanup_id: Id, item_id: ItemId) -> Response:
    """审查报告（HTML）。"""
    with call.look() as desk:
        return HTMLResponse(items.report(desk, cleanup_id, item_id))


@router.get("/cleanups/{cleanup_id}/unread", response_model=tuple[shapes.Unread, ...], summary="未能读取的文件")  # type: ignore[valid-type]
def unread(call: Caller, cleanup_id: Id, cursor: Cursor = "") -> Any:
    """未能读取的文件和原因，每次最多 200 个；下一批以最后一个的编号为 cursor。"""
    with call.look() as desk:
        return items.unread(desk, cleanup_id, cursor)


@router.get("/cleanups/{cleanup_id}/mismatches", response_model=shapes.Apart, summary="目录与文件不符")
def apart(call: Caller, cleanup_id: Id) -> Any:
    """目录有而没有文件的行、文件有而目录没有的，以及同一文号或内容的多个文件。"""
    with call.look() as desk:
        return results.apart(desk, cleanup_id)


@router.get("/cleanups/{cleanup_id}/statistics", response_model=tuple[shapes.CleanupTable, ...], summary="清理统计")  # type: ignore[valid-type]
def statistics(call: Caller, cleanup_id: Id) -> Any:
    """按制定机关、公布年份、主要理由以及专题统计；counts 依次为继续有效、修改、废止、宣布失效、需人工判断。"""
    with call.look() as desk:
        return results.statistics(desk, cleanup_id)


@router.get("/cleanups/{cleanup_id}/output", summary="清单、概览、草案", response_model=None, responses=OUTPUT)
def output(
    call: Caller,
    cleanup_id: Id,
    request: Request,
    form: Annotated[
        Literal["xlsx", "html", "jsonl", "ended", "amended", "kept", "zip"],
        Query(
            alias="format",
            description="xlsx 清单、html 概览、jsonl 数据、ended 废止和宣布失效目录、amended 修改清单、"
            "kept 继续有效目录、zip 全部连同逐件报告",
        ),
    ] = "xlsx",
) -> Response:
    """由建议和人的处理做成的文件；汇总完成前答 409。"""
    with call.look() as desk:
        found = results.package(desk, cleanup_id) if form == "zip" else _made(desk, cleanup_id, form, request)
    return Response(found.data, media_type=found.media, headers=attachment(found.name))


def _made(desk: Desk, cleanup_id: int, form: str, request: Request) -> results.Made:
    place = str(request.base_url).rstrip("/")
    return results.handed(desk, cleanup_id, form, lambda item_id: f"{place}{items.place_of(cleanup_id, item_id)}")


def _paged(request: Request, body: dict[str, Any]) -> Response:
    answer = JSONResponse(body)
    if body["next"]:
        answer.headers["Link"] = f'<{request.url.include_query_params(cursor=body["next"])}>; rel="next"'
    return answer
