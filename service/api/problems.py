"""Problems (RFC 9457) and the route class of the API: every answer has a request id and states the limits."""

import random
import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from ...corpora.errors import BadArgument, BeishenError, FileTooLarge
from ..errors import Throttled, unknown
from ..office.desk import Office
from .entry import MAX_FILES, MAX_TEXT, authenticate

MEDIA = "application/problem+json"
REFERENCE = "#/components/schemas/Problem"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TITLES = {
    400: "请求有误", 401: "需要凭据", 403: "没有权限", 404: "没有找到", 405: "不支持的方法", 409: "现在不能这样做",
    411: "缺少内容长度", 412: "内容已被修改", 413: "内容过大", 415: "不支持的类型", 422: "内容无法处理",
    429: "请稍后再试", 500: "内部错误", 501: "组件未安装", 503: "暂时无法使用", 507: "空间不足",
}  # fmt: skip
DOCUMENTED = (400, 401, 403, 404, 409, 411, 412, 413, 415, 422, 429, 503, 507)
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "出错时的回答（RFC 9457）。code 稳定，可用于程序判断；title、detail 供人阅读。",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "问题种类的标识", "examples": ["urn:beishen:problem:file.too_large"]},
        "title": {"type": "string", "description": "问题种类的名称"},
        "status": {"type": "integer", "description": "HTTP 状态码"},
        "detail": {"type": "string", "description": "哪里有什么问题"},
        "remedy": {"type": "string", "description": "应当如何处理"},
        "code": {"type": "string", "description": "稳定的错误代码", "examples": ["state.conflict"]},
        "instance": {"type": "string", "description": "请求的路径"},
        "request_id": {"type": "string", "description": "本次请求的编号，报修时请提供"},
        "errors": {
            "type": "array",
            "description": "各字段的问题",
            "items": {
                "type": "object",
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
                "required": ["where", "message"],
            },
        },
    },
}


def responses() -> dict[int | str, dict[str, Any]]:
    """The problems every route may answer with, for the OpenAPI document."""
    content = {MEDIA: {"schema": {"$ref": REFERENCE}}}
    return {status: {"description": _TITLES[status], "content": content} for status in DOCUMENTED}


class ApiRoute(APIRoute):
    """A route of the API: who asks and how large the body is are settled before anything is read."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            ident = request_id(request)
            try:
                _check_length(request)
                request.state.call = await authenticate(request)
                answer: Response = await handle(request)
            except RequestValidationError as error:
                answer = _invalid(request, error)
            except BeishenError as error:
                answer = of_error(request, error)
            except HTTPException as error:
                answer = of_status(request, error.status_code, str(error.detail))
            except Exception as error:
                answer = _unforeseen(request, error)
            return _finished(request, answer, ident)

        return guarded


def request_id(request: Request) -> str:
    """The id the caller gave in X-Request-Id, or a fresh one; the same through the whole request."""
    known = getattr(request.state, "request_id", None)
    if known is None:
        given = request.headers.get("x-request-id", "")
        known = given if _ID.fullmatch(given) else f"{random.getrandbits(128):032x}"
        request.state.request_id = known
    return str(known)


def install(app: FastAPI) -> None:
    """Problems also for paths under /v1 that no route answers."""

    async def missing(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if not request.url.path.startswith("/v1"):
            return Response(str(error.detail), error.status_code, media_type="text/plain; charset=utf-8")
        words = {404: "没有这个接口", 405: "该接口不支持这个方法"}.get(error.status_code, str(error.detail))
        answer = of_status(request, error.status_code, words)
        answer.headers.update(error.headers or {})
        return _finished(request, answer, request_id(request))

    app.add_exception_handler(HTTPException, missing)


def of_error(request: Request, error: BeishenError) -> Response:
    """A coded error as a problem. What is wrong with the installation is told by its code only."""
    answer = _answer(request, error.status, error.code, error.message, remedy=error.remedy)
    if isinstance(error, Throttled):
        answer.headers["Retry-After"] = str(error.after)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="beishen"'
    return answer


def of_status(request: Request, status: int, words: str) -> Response:
    code = {404: "office.not_found", 405: "method.not_allowed", 411: "length.required"}.get(status, "argument.invalid")
    return _answer(request, status, code, words, remedy="请对照接口文档 /v1/openapi.json 核对")


def _invalid(request: Request, error: RequestValidationError) -> Response:
    """Fields that do not fit: which, and why; never what was sent."""
    rows = [
        {"where": "/".join(str(part) for part in row["loc"]), "message": str(row["msg"])[:200]}
        for row in error.errors()[:50]
    ]
    where = "、".join(row["where"] for row in rows[:5])
    words = f"请求的内容不符合要求：{where}"
    return _answer(request, 422, BadArgument.code, words, remedy="请对照接口文档 /v1/openapi.json 核对", errors=rows)


def _unforeseen(request: Request, error: Exception) -> Response:
    found = unknown(error, request.app.state.settings.log)
    return _answer(request, 500, found.code, found.message)


def _answer(request: Request, status: int, code: str, detail: str, **more: Any) -> Response:
    body = {
        "type": f"urn:beishen:problem:{code}",
        "title": _TITLES.get(status, "请求没有完成"),
        "status": status,
        "detail": detail,
        "code": code,
        "instance": request.url.path,
        "request_id": request_id(request),
    } | {key: value for key, value in more.items() if value}
    return JSONResponse(body, status, media_type=MEDIA)


def _check_length(request: Request) -> None:
    """Refuse a body before it is read: too large, or of unstated length."""
    if request.method in ("GET", "HEAD", "DELETE"):
        return
    length = request.headers.get("content-length")
    if length is None:
        raise HTTPException(411, "请求须写明 Content-Length")
    most = body_limit(request)
    if not length.isdecimal() or int(length) > most:
        raise FileTooLarge(f"请求内容超过 {most // 2**20} MB", "请分次提交")


def body_limit(request: Request) -> int:
    """Bytes of a request: files in base64 take a third more."""
    office: Office = request.app.state.office
    return office.limits.max_bytes * 4 // 3 + 2**20


def _finished(request: Request, answer: Response, ident: str) -> Response:
    office: Office = request.app.state.office
    answer.headers["X-Request-Id"] = ident
    answer.headers["X-Limit-File-Bytes"] = str(office.limits.max_bytes)
    answer.headers["X-Limit-Files"] = str(MAX_FILES)
    answer.headers["X-Limit-Text"] = str(MAX_TEXT)
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
