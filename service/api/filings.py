"""Filings over the API: submit, correct, step, versions, opinions, letter, files."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from ..office import files, filings, letter_sheet, letters, opinions, submission
from ..office.desk import Desk
from ..office.idempotency import Answer, once
from . import shapes
from .answers import attachment, etag, plain, tagged
from .entry import Call, Caller, Day, Expected, Repeated, take_in
from .problems import ApiRoute, responses
from .uploads import FilingBody, Sent, VersionBody, document, sent

router = APIRouter(route_class=ApiRoute, tags=["备案"], responses=responses())
Id = Annotated[int, Path(description="备案件编号", ge=1, lt=2**31, examples=[1])]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EditBody(_Body):
    """更正备案件的要素；省略的不变。"""

    title: Annotated[str | None, Field(description="文件标题", min_length=1, max_length=500)] = None
    number: Annotated[str | None, Field(description="发文字号", max_length=100)] = None
    field: Annotated[str | None, Field(description="领域", max_length=40)] = None
    issued: Annotated[Day | None, Field(description="成文日期")] = None
    published: Annotated[Day | None, Field(description="公布日期")] = None
    effective: Annotated[Day | None, Field(description="施行日期")] = None
    expires: Annotated[Day | None, Field(description="有效期截止日")] = None


class StepBody(_Body):
    """走一步。"""

    key: Annotated[str, Field(description="步骤代码，见该件的 possible", max_length=40, examples=["register"])]
    reason: Annotated[str, Field(description="理由；有的步骤必填", max_length=2000)] = ""


class UndoBody(_Body):
    """撤回上一步。"""

    reason: Annotated[str, Field(description="理由", min_length=1, max_length=2000)]


class OpinionBody(_Body):
    """一个阶段的意见。"""

    stage: Annotated[str, Field(description="first 初审、second 复审、final 终审", max_length=10)]
    conclusion: Annotated[str, Field(description=f"结论：{'、'.join(opinions.CONCLUSIONS)}", max_length=40)]
    text: Annotated[str, Field(description="意见", min_length=1, max_length=20_000)]


class LetterBody(_Body):
    """审查意见书的一稿。"""

    text: Annotated[str, Field(description="正文，段落以换行分开", min_length=1, max_length=letters.MAX_LETTER)]


@router.post(
    "/filings", status_code=202, response_model=shapes.Submitted, summary="报送备案", openapi_extra=document(FilingBody)
)
async def submit(request: Request, call: Caller, repeated: Repeated) -> Response:
    """提交一件备案：正式文本和其他材料（多个文件或一个 ZIP）。回执中有备案件和审查任务；任务见 Location。"""
    found = await sent(request)
    body = found.body(FilingBody)
    return await take_in(request, lambda: _submit(call, body, found, repeated))


def _submit(call: Call, body: FilingBody, found: Sent, repeated: str | None) -> Response:
    def submit(desk: Desk) -> Answer:
        stated = submission.Submission(**body.model_dump())
        return Answer(202, _receipt(submission.submit(desk, stated, found.files)))

    return _received(once(call.office, call.actor, (repeated, found.mark), submit))


def _receipt(done: submission.Submitted) -> dict[str, Any]:
    return plain(shapes.Submitted, done)


def _received(answer: Answer) -> Response:
    job = answer.body["job"]
    where = f"/v1/reviews/{job['id']}" if job else f"/v1/filings/{answer.body['filing']['id']}"
    return JSONResponse(answer.body, answer.status, headers={"Location": where})


@router.get("/filings/{filing_id}", response_model=shapes.Filing, summary="查看备案件")
def get(call: Caller, filing_id: Id, request: Request) -> Response:
    """一件备案。ETag 为其版本；If-None-Match 相同时答 304。"""
    with call.look() as desk:
        found = filings.get(desk, filing_id)
    return tagged(request, shapes.Filing, found, found.version)


@router.patch("/filings/{filing_id}", response_model=shapes.Filing, summary="更正要素")
def edit(call: Caller, filing_id: Id, body: EditBody, expected: Expected, request: Request) -> Response:
    """更正标题、文号、日期等要素。"""
    with call.desk() as desk:
        found = filings.edit(desk, filing_id, filings.Edit(**body.model_dump()), expected)
    return tagged(request, shapes.Filing, found, found.version)


@router.get("/filings/{filing_id}/steps", response_model=shapes.Course, summary="办理过程")
def steps(call: Caller, filing_id: Id) -> Any:
    """走过的步骤和当前可走的步骤。"""
    with call.look() as desk:
        return {"passed": filings.history(desk, filing_id), "possible": filings.allowed_steps(desk, filing_id)}


@router.post("/filings/{filing_id}/steps", response_model=shapes.Filing, summary="走一步")
def step(call: Caller, filing_id: Id, body: StepBody, expected: Expected, request: Request) -> Response:
    """登记、退回补正、提交复审、出具意见等；当前状态不允许时答 409。"""
    with call.desk() as desk:
        found = filings.step(desk, filing_id, body.key, body.reason, expected)
    return tagged(request, shapes.Filing, found, found.version)


@router.post("/filings/{filing_id}/undo", response_model=shapes.Filing, summary="撤回上一步")
def undo(call: Caller, filing_id: Id, body: UndoBody, expected: Expected, request: Request) -> Response:
    """撤回上一步；撤回本身也作为一步记录。"""
    with call.desk() as desk:
        found = filings.undo(desk, filing_id, body.reason, expected)
    return tagged(request, shapes.Filing, found, found.version)


@router.get("/filings/{filing_id}/versions", response_model=tuple[shapes.Version, ...], summary="文本版本")  # type: ignore[valid-type]
def versions(call: Caller, filing_id: Id) -> Any:
    """各版本和其中的文件。"""
    with call.look() as desk:
        return files.versions(desk, filing_id)


@router.post(
    "/filings/{filing_id}/versions", status_code=202, response_model=shapes.Submitted, summary="报送新版本",
    openapi_extra=document(VersionBody),
)  # fmt: skip
async def resubmit(request: Request, call: Caller, filing_id: Id, expected: Expected, repeated: Repeated) -> Response:
    """补正后重新报送，或在审查中报送新的文本。"""
    found = await sent(request)
    body = found.body(VersionBody)

    def resent(desk: Desk) -> Answer:
        return Answer(202, _receipt(submission.resubmit(desk, filing_id, found.files, body.note, expected)))

    def work() -> Response:
        return _received(once(call.office, call.actor, (repeated, found.mark), resent))

    return await take_in(request, work)


@router.get("/filings/{filing_id}/opinions", response_model=tuple[shapes.Opinion, ...], summary="审查意见")  # type: ignore[valid-type]
def opinions_of(call: Caller, filing_id: Id) -> Any:
    """初审、复审、终审意见，从早到晚。"""
    with call.look() as desk:
        return opinions.of_filing(desk, filing_id)


@router.post("/filings/{filing_id}/opinions", status_code=201, response_model=shapes.Opinion, summary="填写意见")
def opine(call: Caller, filing_id: Id, body: OpinionBody) -> Any:
    """填写本阶段的意见；同一阶段后填的为准。"""
    with call.desk() as desk:
        return opinions.record(desk, filing_id, body.stage, body.conclusion, body.text)


@router.get("/filings/{filing_id}/letter", response_model=shapes.Letter, summary="审查意见书")
def letter(
    call: Caller,
    filing_id: Id,
    version: Annotated[int | None, Query(description="第几稿；省略为最新", ge=1, lt=2**31)] = None,
) -> Response:
    """审查意见书的文字。报备单位在出具后可见。"""
    with call.look() as desk:
        found = letters.get(desk, filing_id, version)
    # Never 304: issuing gives the letter a number and a date, and leaves the version that a save must name.
    return JSONResponse(plain(shapes.Letter, found), headers=etag(found.version))


@router.post("/filings/{filing_id}/letter/draft", response_model=shapes.Letter, summary="起草审查意见书")
def draft(call: Caller, filing_id: Id, expected: Expected, request: Request) -> Response:
    """由已采纳的发现起草一稿并保存。"""
    with call.desk() as desk:
        found = letters.save(desk, filing_id, letter_sheet.draft(desk, filing_id), expected)
    return tagged(request, shapes.Letter, found, found.version)


@router.put("/filings/{filing_id}/letter", response_model=shapes.Letter, summary="保存审查意见书")
def write(call: Caller, filing_id: Id, body: LetterBody, expected: Expected, request: Request) -> Response:
    """保存为新的一稿。"""
    with call.desk() as desk:
        found = letters.save(desk, filing_id, body.text, expected)
    return tagged(request, shapes.Letter, found, found.version)


@router.get("/filings/{filing_id}/letter.docx", summary="审查意见书（DOCX）", responses={200: {"content": {DOCX: {}}}})
def letter_file(call: Caller, filing_id: Id) -> Response:
    """审查意见书的 DOCX 文件。"""
    with call.look() as desk:
        found = letters.get(desk, filing_id)
        data = letter_sheet.docx(desk, filing_id)
    name = f"审查意见书-{filing_id}.docx"
    return Response(data, media_type=DOCX, headers=attachment(name) | etag(found.version))


@router.get("/files/{file_id}", summary="下载文件", responses={200: {"content": {"application/octet-stream": {}}}})
def file(call: Caller, file_id: Annotated[int, Path(description="文件编号", ge=1, lt=2**31)]) -> Response:
    """报送的原文件，字节不变。"""
    with call.look() as desk:
        found, data = files.content(desk, file_id)
    headers = attachment(found.name) | {"ETag": f'"{found.sha256}"'}
    return Response(data, media_type="application/octet-stream", headers=headers)
