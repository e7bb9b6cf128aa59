"""The two addresses of single sign-on: leave for the server, come back from it."""

import json

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from .auth import oidc
from .errors import Unauthenticated
from .office.desk import Office
from .web.door import COOKIE
from .web.visit import PageRoute

router = APIRouter(include_in_schema=False, route_class=PageRoute)
LOGIN, CALLBACK = "/oidc/login", "/oidc/callback"
UNDER_WAY = "beishen_oidc"


@router.get(LOGIN)
def leave(request: Request) -> RedirectResponse:
    """Send the browser to the sign-on server."""
    begun = oidc.begin(oidc.discover(request.app.state.settings.sign_on), _callback(request))
    answer = RedirectResponse(begun.url, 303)
    kept = json.dumps([begun.state, begun.nonce, begun.verifier])
    answer.set_cookie(
        UNDER_WAY, kept, max_age=600, httponly=True, samesite="lax", secure=_secure(request), path="/oidc"
    )
    return answer


@router.get(CALLBACK)
def come_back(request: Request) -> RedirectResponse:
    """Take the browser in, with a session of its own."""
    try:
        state, nonce, verifier = json.loads(request.cookies.get(UNDER_WAY, ""))
    except ValueError as error:
        raise Unauthenticated("单点登录已过期", "请重新登录") from error
    office: Office = request.app.state.office
    provider = oidc.discover(request.app.state.settings.sign_on)
    url = f"{_callback(request)}?{request.url.query}"
    logged = oidc.finish(office, provider, oidc.Begun("", state, nonce, verifier), url)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, logged.token, httponly=True, samesite="lax", secure=_secure(request), path="/")
    answer.delete_cookie(UNDER_WAY, path="/oidc")
    return answer


def _callback(request: Request) -> str:
    return str(request.url_for("come_back"))


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"
