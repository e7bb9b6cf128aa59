"""Single sign-on (OpenID Connect, authorization code with PKCE). Needs the extra oidc.

Accounts are made here, never by the sign-on server: the administrator writes the server's subject (`sub`) into the
account, and only such an account can come in this way.
"""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from ...corpora.errors import ToolMissing
from ..errors import Unauthenticated
from ..office.desk import Office
from ..settings import SignOn
from ..store.tables import Account
from .sessions import LoggedIn, open_session

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
ALGORITHMS = ["RS256", "ES256", "PS256"]


@dataclass(frozen=True, slots=True)
class Provider:
    """A sign-on server as its discovery document describes it."""

    known: SignOn
    authorize: str
    token: str
    keys: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in under way: where to send the browser, and what must come back with it."""

    url: str
    state: str
    nonce: str
    verifier: str


def check_installed() -> None:
    """Raises ToolMissing where the extra oidc is not installed."""
    try:
        import authlib  # type: ignore[import-untyped]  # noqa: F401
        import joserfc  # noqa: F401
    except ImportError as error:
        raise ToolMissing(
            "未安装单点登录组件", "请安装：pip install 'beishen[oidc]'，或取消 BEISHEN_OIDC_ISSUER"
        ) from error


def discover(known: SignOn) -> Provider:
    """Ask the server how it is used. Unauthenticated where it does not answer, or answers for another issuer."""
    found = _fetch(known.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if str(found.get("issuer", "")).rstrip("/") != known.issuer.rstrip("/"):
        raise _refused("单点登录服务的标识与配置不符")
    return Provider(known, found["authorization_endpoint"], found["token_endpoint"], found["jwks_uri"])


def begin(provider: Provider, redirect: str) -> Begun:
    """Start a log-in: state against forgery, nonce against replay, PKCE against interception."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # type: ignore[import-untyped]
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = {"code_challenge": create_s256_code_challenge(verifier), "code_challenge_method": "S256"}
    asked = {"redirect_uri": redirect, "scope": "openid", "state": state, "nonce": nonce} | challenge
    url = prepare_grant_uri(provider.authorize, provider.known.client, "code", **asked)
    return Begun(url, state, nonce, verifier)


def finish(office: Office, provider: Provider, begun: Begun, answer: str) -> LoggedIn:
    """End a log-in with the URL the browser came back by. Unauthenticated for anything that does not fit."""
    from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
    from authlib.oauth2.rfc6749.parameters import parse_authorization_code_response

    try:
        code = parse_authorization_code_response(answer, begun.state)["code"]
    except AuthlibBaseError as error:
        raise _refused("单点登录没有完成") from error
    subject = _subject(provider, begun, _token(provider, begun, code, answer.partition("?")[0]))
    with office.database.begin() as session:
        account = session.scalars(select(Account).where(Account.subject == subject)).one_or_none()
        if account is None or not account.active:
            raise Unauthenticated("该单点登录账号尚未在本系统登记", "请联系管理员登记")
        return open_session(session, office.clock(), account)


def _token(provider: Provider, begun: Begun, code: str, redirect: str) -> str:
    """The identity token for a code."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": begun.verifier,
        "client_id": provider.known.client,
    }
    try:
        known = httpx.BasicAuth(provider.known.client, provider.known.secret)
        answer = httpx.post(provider.token, data=form, auth=known, timeout=TIMEOUT)
        answer.raise_for_status()
        return str(answer.json()["id_token"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise _refused("单点登录没有完成") from error


def _subject(provider: Provider, begun: Begun, text: str) -> str:
    """The subject of an identity token that is signed, ours, current, and of this log-in."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    needed = jwt.JWTClaimsRegistry(
        leeway=60,
        iss={"essential": True, "value": provider.known.issuer},
        aud={"essential": True, "value": provider.known.client},
        sub={"essential": True},
        exp={"essential": True},
        nonce={"essential": True, "value": begun.nonce},
    )
    try:
        token = jwt.decode(text, KeySet.import_key_set(_fetch(provider.keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        needed.validate(token.claims)
    except (JoseError, ValueError) as error:
        raise _refused("单点登录的凭据无效") from error
    return str(token.claims["sub"])


def _fetch(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=TIMEOUT)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise _refused("单点登录服务没有正常答复") from error
    return found


def _refused(words: str) -> Unauthenticated:
    return Unauthenticated(words, "请稍后重试，或用账号密码登录；多次失败请联系管理员")
