"""Who calls: an API key in `Authorization: Bearer`, or the session of a signed-in browser with its CSRF token."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import Field

from ...corpora.errors import BadArgument
from ..auth import keys, sessions
from ..errors import Unauthenticated
from ..office.desk import Actor, Desk, Office

COOKIE = "beishen_session"
MAX_FILES = 200
MAX_TEXT = 20_000
_SAFE = ("GET", "HEAD", "OPTIONS")
# Threads that ask who calls, and threads that take documents in. Few: what they do is short and ends at one row of
# the database, and a thread more only takes the interpreter from the others.
HANDS = 4
Answer = TypeVar("Answer")
_bearer = HTTPBearer(auto_error=False, description="API 密钥：Authorization: Bearer bsk_…")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="网页登录的会话；写操作另须 X-CSRF-Token")


@dataclass(frozen=True, slots=True)
class Hands:
    """The threads of one application for work that every request waits for; others have a pool of their own.

    The engine serves one caller at a time: who waits for it holds no thread.
    """

    door: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HANDS))
    intake: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(HANDS))
    engine: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(1))


async def take_in(request: Request, work: Callable[[], Answer]) -> Answer:
    """Do the work of taking in a document in one of the threads for it."""
    hands: Hands = request.app.state.hands
    return await run_sync(work, limiter=hands.intake)


async def by_engine(request: Request, work: Callable[[], Answer]) -> Answer:
    """Do work that needs the engine, one caller after the other."""
    hands: Hands = request.app.state.hands
    return await run_sync(work, limiter=hands.engine)


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated request."""

    request: Request
    office: Office
    actor: Actor

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """One transaction of the caller."""
        with self.office.desk(self.actor) as desk:
            yield desk

    @contextmanager
    def look(self) -> Iterator[Desk]:
        """A desk that only reads."""
        with self.office.look(self.actor) as desk:
            yield desk


async def authenticate(request: Request) -> Call:
    """The call of a request. Unauthenticated without a valid key or session, Forbidden without the CSRF token."""
    office: Office = request.app.state.office
    hands: Hands = request.app.state.hands
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        actor = await run_sync(keys.resolve, office, token.strip(), limiter=hands.door)
        return Call(request, office, actor)
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        raise Unauthenticated("请求没有凭据", "请在 Authorization 头中提供 API 密钥：Bearer bsk_…")
    logged = await run_sync(sessions.resolve, office, cookie, limiter=hands.door)
    if request.method not in _SAFE:
        sessions.check_csrf(logged, request.headers.get("x-csrf-token", ""))
    return Call(request, office, logged.actor)


async def _call(
    request: Request, _key: Annotated[Any, Security(_bearer)] = None, _session: Annotated[Any, Security(_cookie)] = None
) -> Call:
    call: Call = request.state.call
    return call


async def _expected(
    if_match: Annotated[str | None, Header(description="上次取得的 ETag；内容已变时答 412", examples=['"3"'])] = None,
) -> int | None:
    """The version that If-Match names; None for none or `*`."""
    if if_match is None or if_match.strip() == "*":
        return None
    value = if_match.strip().removeprefix("W/").strip('"')
    if not value.isascii() or not value.isdecimal() or len(value) > 9:
        raise BadArgument("If-Match 无效", "请使用上次回答中的 ETag")
    return int(value)


async def _repeated(
    idempotency_key: Annotated[
        str | None, Header(description="同一键重复提交只办一次，答复与第一次相同；保留 7 天", max_length=200)
    ] = None,
) -> str | None:
    return idempotency_key or None


Caller = Annotated[Call, Depends(_call)]
# A day that the law of the People's Republic can know.
Day = Annotated[date, Field(ge=date(1949, 10, 1), le=date(2199, 12, 31))]
Expected = Annotated[int | None, Depends(_expected)]
Repeated = Annotated[str | None, Depends(_repeated)]
