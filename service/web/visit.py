"""One visit to a page: who asks, the office, the form that came with it, and the answer as a page."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from ... import __version__
from ...corpora.errors import BadArgument, BeishenError, FileTooLarge
from ..auth import sessions
from ..errors import Forbidden, NotFound, Unauthenticated, unknown
from ..office.desk import Actor, Desk, Office, local_day
from ..office.permission import allowed
from . import words
from .door import COOKIE, MENU, SECURITY, Notice, heading, notice_of, remember_notice

TEMPLATES = Path(__file__).parent / "templates"
MAX_FIELDS, MAX_FIELD = 400, 512 * 1024
MAX_FILES, MANY_FILES = 200, 2000


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who is signed in, or at the door (`actor` is None)."""

    request: Request
    office: Office
    actor: Actor | None
    csrf: str
    form: FormData = field(default_factory=FormData)

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("accept", "")

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """One transaction of the visitor; a GET only looks."""
        if self.actor is None:
            raise Unauthenticated("尚未登录，或登录已过期", "请登录")
        looks = self.request.method in ("GET", "HEAD")
        with self.office.look(self.actor) if looks else self.office.desk(self.actor) as desk:
            yield desk

    def may(self, action: str) -> bool:
        return self.actor is not None and allowed(self.actor, action)

    def text(self, name: str, most: int = 4000) -> str:
        """A field of the form, trimmed. BadArgument where it is longer than allowed."""
        value = self.form.get(name)
        value = value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""
        if len(value) > most:
            raise BadArgument(f"填写的内容超过 {most} 字", "请缩短后重新提交")
        return value

    def number(self, name: str) -> int | None:
        """A whole number of the form or the query, None where it is left out. BadArgument for anything else."""
        value = self.form.get(name) or self.request.query_params.get(name) or ""
        if value == "":
            return None
        if not isinstance(value, str) or not value.isdecimal() or len(value) > 9:
            raise BadArgument(f"“{name}”不是有效的编号", "请返回后重试")
        return int(value)

    def day(self, name: str) -> date | None:
        """A day of the form or the query. BadArgument for what is no date."""
        value = self.form.get(name) or self.request.query_params.get(name) or ""
        if value == "":
            return None
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise BadArgument(f"日期“{str(value)[:20]}”无效", "请写成 2026-01-31 的形式") from error

    def query(self, name: str, most: int = 200) -> str:
        return self.request.query_params.get(name, "").strip()[:most]

    def page(self, template: str, section: str = "", status: int = 200, /, **values: Any) -> HTMLResponse:
        """A page of the templates."""
        shown = values.pop("notice", None) or notice_of(self.request)
        context = {
            "me": self.actor,
            "csrf": self.csrf,
            "token": lambda: Markup('<input type="hidden" name="csrf" value="{}">').format(self.csrf),
            "may": self.may,
            "menu": [item for item in MENU if self.may(item.action)],
            "section": section,
            "notice": shown,
            "today": self.today,
        }
        answer = HTMLResponse(templates().get_template(template).render(context | values), status)
        if self.request.cookies.get("notice"):
            answer.delete_cookie("notice")
        return answer

    @property
    def today(self) -> date:
        return local_day(self.office.clock())

    def go(self, url: str, said: str = "", style: str = "done") -> RedirectResponse:
        """On to another page, with a word of what was done."""
        answer = RedirectResponse(url, 303)
        if said:
            remember_notice(answer, Notice(said, style))
        return answer


@cache
def templates() -> Environment:
    """The templates: autoescape always, an unknown name is an error."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words.filters())
    environment.globals["static"] = lambda name: f"/static/{name}?{__version__}"
    return environment


class PageRoute(APIRoute):
    """A route of the pages: errors become pages (or problems for our scripts), and headers guard every answer."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                answer: Response = await handle(request)
            except RequestValidationError:
                answer = failed(request, NotFound("没有这个页面", "请核对地址"))
            except BeishenError as error:
                answer = failed(request, error)
            except HTTPException as error:
                answer = refused(request, error)
            except Exception as error:
                answer = unforeseen(request, error)
            for name, value in SECURITY.items():
                answer.headers.setdefault(name, value)
            return answer

        return guarded


def failed(request: Request, error: BeishenError) -> Response:
    """The answer to a coded error: sign-in, a problem for a script, or a page."""
    if "application/json" in request.headers.get("accept", ""):
        detail = error.message + (f"。{error.remedy}" if error.remedy else "")
        body = {"status": error.status, "code": error.code, "title": error.message, "detail": detail}
        return JSONResponse(body, error.status, media_type="application/problem+json")
    if isinstance(error, Unauthenticated):
        return _to_the_door(request, error)
    return _error_page(request, error.status, error.message, error.remedy, error.code)


def _to_the_door(request: Request, error: Unauthenticated) -> Response:
    """To the sign-in page, and back from it; who was signed in, or came from single sign-on, is told why."""
    outside = request.url.path.startswith("/oidc")
    back = request.url.path if request.method == "GET" and not outside else "/"
    answer = RedirectResponse(f"/login?next={quote(back)}", 303)
    if outside or COOKIE in request.cookies:
        remember_notice(answer, Notice(f"{error.message}。{error.remedy}", "warn"))
        answer.delete_cookie(COOKIE)
    return answer


def refused(request: Request, error: HTTPException) -> Response:
    """The answer to what the framework refuses: no such page, no such method, a form beyond its bounds."""
    if error.status_code in (404, 405):
        return failed(request, NotFound("没有这个页面", "请核对地址"))
    return failed(request, BadArgument("提交的内容无法读取", "请返回后重新填写"))


def unforeseen(request: Request, error: Exception) -> Response:
    """An id for the visitor, the trace for the log."""
    found = unknown(error, request.app.state.settings.log)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"status": 500, "code": found.code, "detail": found.message}, 500)
    return _error_page(request, 500, found.message, "", found.code)


def _error_page(request: Request, status: int, message: str, remedy: str, code: str) -> Response:
    visit = Visit(request, request.app.state.office, getattr(request.state, "actor", None), _csrf_of(request))
    return visit.page(
        "error.html",
        "",
        status,
        heading=heading(status),
        message=message,
        remedy=remedy,
        code=code,
        back=back_of(request),
    )


def _csrf_of(request: Request) -> str:
    return str(getattr(request.state, "csrf", ""))


def back_of(request: Request) -> str:
    """The page of ours that the visitor came from, or nothing."""
    came = request.headers.get("referer", "")
    ours = f"{request.url.scheme}://{request.url.netloc}/"
    return "/" + came.removeprefix(ours) if came.startswith(ours) else ""


async def signed_in(request: Request) -> Visit:
    """The visit of somebody signed in. Unauthenticated otherwise."""
    return await _visit(request)


async def posted(request: Request) -> Visit:
    """A visit with a form whose token is that of the session. Forbidden where it is not."""
    return await _with_form(request, MAX_FILES)


async def posted_many(request: Request) -> Visit:
    """The same with as many files as a folder may hold."""
    return await _with_form(request, MANY_FILES)


async def _with_form(request: Request, most: int) -> Visit:
    _check_length(request)
    visit = await _visit(request)
    # A file may come with a field of its own (its role).
    form = await request.form(max_files=most, max_fields=MAX_FIELDS + most, max_part_size=MAX_FIELD)
    given = request.headers.get("x-csrf-token") or form.get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), visit.csrf.encode()):
        raise Forbidden("页面已过期，操作没有执行", "请刷新页面后重新操作")
    return Visit(visit.request, visit.office, visit.actor, visit.csrf, form)


def _check_length(request: Request) -> None:
    """Refuse a body before it is read."""
    office: Office = request.app.state.office
    most = office.limits.max_unpacked_bytes
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > most:
        raise FileTooLarge(f"一次提交的内容超过 {most // 2**20} MB", "请分次提交")


async def _visit(request: Request) -> Visit:
    office: Office = request.app.state.office
    token = request.cookies.get(COOKIE, "")
    if not token:
        raise Unauthenticated("尚未登录", "请登录")
    logged = await run_in_threadpool(sessions.resolve, office, token)
    request.state.actor, request.state.csrf = logged.actor, logged.csrf
    return Visit(request, office, logged.actor, logged.csrf)


def files_of(form: FormData, name: str) -> Iterator[UploadFile]:
    """The files of a field that have a name."""
    for value in form.getlist(name):
        if isinstance(value, UploadFile) and value.filename:
            yield value


def attachment(name: str) -> Mapping[str, str]:
    """The header that names a download, in any script (RFC 6266)."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


Signed = Annotated[Visit, Depends(signed_in)]
Posted = Annotated[Visit, Depends(posted)]
PostedMany = Annotated[Visit, Depends(posted_many)]
