"""Findings answered “not a problem” over the API; an answer is taken back by deciding `undecided`."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response

from ..office import quieted
from . import shapes
from .answers import plain
from .entry import Caller
from .problems import ApiRoute, responses

router = APIRouter(route_class=ApiRoute, tags=["发现"], responses=responses())


@router.get("/quieted", response_model=shapes.QuietedPage, summary="已答复不是问题的发现")
def page(
    call: Caller,
    request: Request,
    q: Annotated[str, Query(description="标题、说明、理由、规则中的文字", max_length=200)] = "",
    organ_id: Annotated[int | None, Query(description="制定机关编号", ge=1, lt=2**31)] = None,
    cursor: Annotated[str, Query(description="上一页给出的 next", max_length=20)] = "",
    limit: Annotated[int, Query(description="一页几条", ge=1, le=quieted.MOST)] = 50,
) -> Response:
    """审查人员答复“不是问题，因为……”的发现，新的在前；这些发现在文件的下一版本中沿用答复，不再作为待处理。

    收回答复：PUT /v1/findings/{finding_id}/decision，verdict 为 undecided。
    """
    with call.look() as desk:
        found = quieted.page(desk, q, organ_id, cursor, limit)
    answer = JSONResponse(plain(shapes.QuietedPage, found))
    if found.next:
        answer.headers["Link"] = f'<{request.url.include_query_params(cursor=found.next)}>; rel="next"'
    return answer
