"""The pages and their static files as one router; the app factory mounts it."""

from importlib.resources import files
from types import MappingProxyType

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ExceptionHandler

from ..errors import NotFound
from . import (
    admin,
    answers,
    cleanup_items,
    cleanups,
    filing,
    home,
    hooks,
    laws,
    ledger,
    letter,
    powers,
    signin,
    statistics,
    submitting,
    workbench,
)
from .door import SECURITY
from .visit import PageRoute, refused

router = APIRouter(include_in_schema=False)
STATIC = files(__package__).joinpath("static")
MEDIA = MappingProxyType(
    {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
)

_static = APIRouter(route_class=PageRoute)


@_static.get("/static/{name}")
def static(name: str) -> Response:
    """A file of ours by its exact name."""
    media = MEDIA.get(name.rpartition(".")[2])
    found = next((file for file in STATIC.iterdir() if file.name == name), None)
    if media is None or found is None:
        raise NotFound("没有这个文件", "请刷新页面")
    return Response(found.read_bytes(), media_type=media, headers={"Cache-Control": "public, max-age=3600"})


for part in (
    _static,
    signin,
    home,
    submitting,
    filing,
    workbench,
    letter,
    laws,
    ledger,
    answers,
    cleanups,
    cleanup_items,
    statistics,
    hooks,
    powers,
    admin,
):
    router.include_router(part if isinstance(part, APIRouter) else part.router)


def install(app: FastAPI) -> None:
    """Unknown addresses outside the API answer with a page."""
    before: ExceptionHandler | None = app.exception_handlers.get(HTTPException)

    async def page(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if before is not None and request.url.path.startswith(("/v1", "/metrics", "/healthz", "/readyz")):
            answer = before(request, error)  # type: ignore[arg-type]
            return await answer if hasattr(answer, "__await__") else answer  # type: ignore[return-value]
        answer_page = refused(request, error)
        answer_page.headers.update(SECURITY)
        return answer_page

    app.add_exception_handler(HTTPException, page)
