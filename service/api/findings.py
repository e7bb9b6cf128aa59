"""Findings and decisions over the API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from ..office import findings
from . import shapes
from .answers import tagged
from .entry import Caller, Expected
from .filings import Id
from .problems import ApiRoute, responses

router = APIRouter(route_class=ApiRoute, tags=["发现"], responses=responses())
FindingId = Annotated[int, Path(description="发现编号", ge=1, lt=2**31)]
Offset = Annotated[int, Field(ge=0, lt=2**31)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DecisionBody(_Body):
    """对一条发现的处理。"""

    verdict: Annotated[
        Literal["accepted", "rejected", "undecided"], Field(description="采纳、不采纳（须写理由）、待定")
    ]
    reason: Annotated[str, Field(description="理由", max_length=4000)] = ""
    comment: Annotated[str, Field(description="备注", max_length=4000)] = ""


class NoteBody(_Body):
    """人工添加的发现。"""

    level: Annotated[Literal["conflict", "doubt", "hint", "form"], Field(description="级别")]
    types: Annotated[tuple[str, ...], Field(description="问题类型", min_length=1, max_length=8)]
    start: Annotated[Offset, Field(description="在正文中的起点；0 到 0 为整件")] = 0
    end: Annotated[Offset, Field(description="在正文中的终点（不含）")] = 0
    message: Annotated[str, Field(description="说明", min_length=1, max_length=4000)]
    advice: Annotated[str, Field(description="修改建议", max_length=4000)] = ""


@router.get("/filings/{filing_id}/findings", response_model=tuple[shapes.Finding, ...], summary="审查发现")  # type: ignore[valid-type]
def of_filing(
    call: Caller,
    filing_id: Id,
    version: Annotated[int | None, Query(description="文本版本；省略为当前", ge=1, lt=2**31)] = None,
) -> Any:
    """某一版本的发现，按在正文中的位置。"""
    with call.look() as desk:
        return findings.of_version(desk, filing_id, version)


@router.post("/filings/{filing_id}/findings", status_code=201, response_model=shapes.Finding, summary="添加发现")
def add(call: Caller, filing_id: Id, body: NoteBody) -> Any:
    """由人添加一条发现，添加即采纳。"""
    with call.desk() as desk:
        return findings.add(desk, filing_id, findings.Note(**body.model_dump()))


@router.get("/findings/{finding_id}", response_model=shapes.Finding, summary="一条发现")
def get(call: Caller, finding_id: FindingId, request: Request) -> Response:
    """发现和现行的处理。ETag 为处理次数。"""
    with call.look() as desk:
        found = findings.get(desk, finding_id)
    return tagged(request, shapes.Finding, found, found.revision)


@router.put("/findings/{finding_id}/decision", response_model=shapes.Finding, summary="处理发现")
def decide(call: Caller, finding_id: FindingId, body: DecisionBody, expected: Expected, request: Request) -> Response:
    """采纳、不采纳或者待定。他人已先处理时（If-Match 不符）答 412。"""
    with call.desk() as desk:
        found = findings.decide(desk, finding_id, body.verdict, body.reason, body.comment, expected)
    return tagged(request, shapes.Finding, found, found.revision)


@router.get("/findings/{finding_id}/history", response_model=tuple[shapes.Ruling, ...], summary="处理记录")  # type: ignore[valid-type]
def history(call: Caller, finding_id: FindingId) -> Any:
    """对一条发现的全部处理，从早到晚。"""
    with call.look() as desk:
        return findings.history(desk, finding_id)
