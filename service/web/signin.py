"""Signing in and out; one's own account: keys and password."""

import secrets
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from ...corpora.errors import BeishenError
from ..auth import keys, passwords, sessions
from ..errors import Forbidden, Throttled, Unauthenticated
from ..office import accounts
from ..office.desk import Actor, Office
from ..office.permission import permissions
from .door import COOKIE, Notice
from .visit import PageRoute, Posted, Signed, Visit

router = APIRouter(route_class=PageRoute)
DOOR = "beishen_door"
NOBODY = Actor(0, "visitor", "", ())


@router.get("/login")
def form(request: Request) -> Response:
    office: Office = request.app.state.office
    with office.look(NOBODY) as desk:
        empty = not accounts.any_yet(desk)
    first = Notice("还没有账号。请在服务器上运行 beishen account add 建立第一个管理员", "warn") if empty else None
    return _door(request, _inside(request.query_params.get("next", "")), "", first)


@router.post("/login")
async def login(request: Request) -> Response:
    data = await request.form(max_files=0, max_fields=10)
    fields = {key: value for key, value in data.items() if isinstance(value, str)}
    back, name = _inside(fields.get("next", "")), fields.get("name", "").strip()[:80]
    cookie, given = request.cookies.get(DOOR, ""), fields.get("csrf", "")
    if not cookie or not secrets.compare_digest(cookie.encode(), given.encode()):
        raise Forbidden("登录页面已过期", "请重新打开登录页面")
    office: Office = request.app.state.office
    address = request.client.host if request.client else ""
    try:
        logged = await run_in_threadpool(sessions.login, office, name, fields.get("password", ""), address)
    except (Unauthenticated, Throttled) as error:
        return _door(request, back, name, _refused(error), error.status)
    answer = RedirectResponse(back, 303)
    answer.set_cookie(
        COOKIE, logged.token, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
    )
    answer.delete_cookie(DOOR)
    return answer


@router.post("/logout")
def logout(visit: Posted) -> Response:
    sessions.logout(visit.office, visit.request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/account")
def account(visit: Signed) -> Response:
    return _account(visit)


@router.post("/account/keys")
def add_key(visit: Posted) -> Response:
    """The key is shown in this answer and never again."""
    scopes = list(_texts(visit.form.getlist("scopes")))
    with visit.desk() as desk:
        key = keys.create(desk, visit.text("name", 80), scopes, visit.number("days"))
    return _account(visit, key.token)


@router.post("/account/keys/{key_id}/revoke")
def revoke_key(key_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        keys.revoke(desk, key_id)
    return visit.go("/account", "密钥已吊销")


@router.post("/account/password")
def change_password(visit: Posted) -> Response:
    assert visit.actor is not None
    with visit.desk() as desk:
        accounts.set_password(desk, visit.actor.id, visit.text("fresh", 400), visit.text("current", 400))
    answer = visit.go("/login", "密码已修改，请用新密码登录")
    answer.delete_cookie(COOKIE)
    return answer


def _account(visit: Visit, fresh: str = "") -> Response:
    with visit.desk() as desk:
        known = keys.list_of(desk)
    return visit.page(
        "account.html",
        "account",
        keys=known,
        fresh=fresh,
        scopes=tuple(permissions().scopes.items()),
        password_length=passwords.LEAST,
    )


def _door(request: Request, back: str, name: str, notice: Notice | None = None, status: int = 200) -> Response:
    token = secrets.token_urlsafe(24)
    visit = Visit(request, request.app.state.office, None, token)
    oidc = getattr(request.app.state, "oidc_url", "")
    answer = visit.page("login.html", "", status, next=back, name=name, oidc=oidc, notice=notice)
    answer.set_cookie(DOOR, token, httponly=True, samesite="strict", secure=request.url.scheme == "https", max_age=3600)
    return answer


def _refused(error: BeishenError) -> Notice:
    return Notice(error.message + (f"。{error.remedy}" if error.remedy else ""), "bad")


def _inside(url: str) -> str:
    """An address of ours, or the first page: never somebody else's."""
    plain = url.startswith("/") and not url.startswith(("//", "/\\")) and "\\" not in url and "\n" not in url
    return url if plain and not url.startswith(("/login", "/logout")) else "/"


def _texts(values: Iterable[object]) -> Iterable[str]:
    return (value for value in values if isinstance(value, str))
