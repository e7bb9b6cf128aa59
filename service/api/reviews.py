"""Reviews over the API: asked for and fetched later, or of a short text at once."""

import asyncio
import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from ...corpora.errors import BadArgument
from ...corpora.intake import Overrides
from ...corpora.readers.formats import accept
from ...corpora.text import Instrument, Level
from ...review.pipeline import Options, review
from ...review.render import json as as_json
from ..office import jobs, reports, submission
from ..office.desk import Desk, local_day
from ..office.idempotency import Answer, once
from ..office.permission import require
from . import shapes
from .answers import attachment, etag, plain
from .entry import MAX_TEXT, Call, Caller, Day, Repeated, by_engine, take_in
from .filings import DOCX, Id
from .problems import ApiRoute, responses
from .uploads import ReviewBody, document, sent

router = APIRouter(route_class=ApiRoute, tags=["审查"], responses=responses())
LONGEST_WAIT = 60
_PAUSE = 0.5
Form = Annotated[
    Literal["json", "html", "docx"], Query(alias="format", description="json 数据、html 网页、docx 批注本")
]
JobId = Annotated[str, Path(description="任务编号", min_length=1, max_length=64)]
REPORT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "报告",
        "content": {"application/json": {"schema": {"type": "object"}}, "text/html": {}, DOCX: {}},
    }
}


class TextBody(BaseModel):
    """要审查的短文。"""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[str, Field(description="文件正文或其中若干条", min_length=1, max_length=MAX_TEXT)]
    title: Annotated[str, Field(description="文件标题", max_length=200)] = ""
    issuer: Annotated[str, Field(description="制定机关", max_length=200)] = ""
    level: Annotated[Level | None, Field(description="层级")] = None
    instrument: Annotated[Instrument | None, Field(description="文种")] = None
    as_of: Annotated[Day | None, Field(description="按哪一天的法律审查；省略为今天")] = None


@router.post("/review", summary="即时审查短文", responses={200: {"content": {"application/json": {}}}})
async def at_once(call: Caller, body: TextBody, request: Request) -> Response:
    """审查一段短文并立即给出报告（JSON，见 report.schema.json）。不留存文字。"""
    require(call.actor, "review.run")
    day = body.as_of or local_day(call.office.clock())
    words = f"{body.title}\n{body.text}" if body.title else body.text
    if not words.strip():
        raise BadArgument("没有可审查的文字", "请提供正文")
    source = accept("短文.txt", words.encode("utf-8", "replace"), call.office.limits)
    options = Options(day, Overrides(body.issuer or None, body.level, body.instrument), call.office.limits)

    def work() -> Response:
        with request.app.state.shelf.engine() as engine:
            return JSONResponse(as_json.to_json(review(source, engine, options)))

    return await by_engine(request, work)


@router.post(
    "/reviews", status_code=202, response_model=shapes.Job, summary="提交文件审查", openapi_extra=document(ReviewBody)
)
async def ask(request: Request, call: Caller, repeated: Repeated) -> Response:
    """提交一个文件审查，不建立备案件。答 202 和任务；任务见 Location。"""
    found = await sent(request, most=1)
    body = found.body(ReviewBody)

    def asked(desk: Desk) -> Answer:
        return Answer(202, plain(shapes.Job, submission.ask(desk, found.files[0], _options(body))))

    def work() -> Response:
        return _accepted(once(call.office, call.actor, (repeated, found.mark), asked))

    return await take_in(request, work)


def _options(body: ReviewBody) -> submission.ReviewOptions:
    return submission.ReviewOptions(body.as_of, body.issuer, body.level or "", body.instrument or "")


def _accepted(answer: Answer) -> Response:
    return JSONResponse(answer.body, answer.status, headers={"Location": f"/v1/reviews/{answer.body['id']}"})


@router.get("/reviews", response_model=tuple[shapes.Job, ...], summary="最近的审查任务")  # type: ignore[valid-type]
def recent(call: Caller, limit: Annotated[int, Query(description="最多几个", ge=1, le=500)] = 50) -> Any:
    """最近的审查任务，新的在前。"""
    with call.look() as desk:
        return jobs.recent(desk, limit)


@router.get("/reviews/{job_id}", response_model=shapes.Job, summary="审查任务")
async def job(
    call: Caller,
    request: Request,
    job_id: JobId,
    wait: Annotated[int, Query(description="任务未结束时最多等几秒再回答", ge=0, le=LONGEST_WAIT)] = 0,
) -> Any:
    """任务的状态；wait 大于 0 时等任务结束（长轮询）。"""
    deadline = time.monotonic() + wait
    found = await run_in_threadpool(_job, call, job_id)
    while found.state in ("queued", "running") and time.monotonic() < deadline and not await request.is_disconnected():
        await asyncio.sleep(_PAUSE)
        found = await run_in_threadpool(_job, call, job_id)
    return found


def _job(call: Call, job_id: str) -> jobs.Asked:
    with call.look() as desk:
        return jobs.get(desk, job_id)


@router.post("/reviews/{job_id}/again", status_code=202, response_model=shapes.Job, summary="重新审查")
def again(call: Caller, job_id: JobId) -> Response:
    """失败的任务重新提交，成为新的任务。"""
    with call.desk() as desk:
        fresh = jobs.again(desk, job_id)
    return _accepted(Answer(202, plain(shapes.Job, fresh)))


@router.get("/reviews/{job_id}/report", summary="审查报告", response_model=None, responses=REPORT)
def report(call: Caller, job_id: JobId, form: Form = "json") -> Response:
    """任务的报告。"""
    with call.look() as desk:
        return _rendered(desk, reports.of_job(desk, job_id), form)


@router.get("/filings/{filing_id}/report", summary="备案件的报告", response_model=None, responses=REPORT)
def of_filing(
    call: Caller,
    filing_id: Id,
    version: Annotated[int | None, Query(description="文本版本；省略为当前", ge=1, lt=2**31)] = None,
    form: Form = "json",
) -> Response:
    """备案件某一版本的最新报告。"""
    from ..errors import NotFound

    with call.look() as desk:
        stored = reports.latest(desk, filing_id, version)
        if stored is None:
            raise NotFound("该版本还没有报告", "请等待审查结束")
        return _rendered(desk, stored, form)


def _rendered(desk: Any, stored: reports.Stored, form: str) -> Response:
    if form == "json":
        return JSONResponse(dict(stored.body), headers=etag(stored.id))
    if form == "html":
        from ...review.render.html import render

        return HTMLResponse(render(reports.rebuilt(desk, stored)), headers=etag(stored.id))
    from ...review.render.annotated import annotate

    found = jobs.row(desk, stored.job_id)
    source = accept(found.name, desk.blobs.get(found.sha256), desk.limits)
    data = annotate(reports.rebuilt(desk, stored), source).data
    return Response(data, media_type=DOCX, headers=attachment(f"批注本-{stored.job_id[:8]}.docx") | etag(stored.id))
