"""The web application: pages, API, health; one process, told everything by its settings."""

import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .. import __version__
from . import health
from .api import router as api
from .api.entry import Hands
from .jobs.opening import open_office
from .metrics import Metrics
from .settings import Settings
from .shelf import Shelf
from .web import router as web

log = logging.getLogger("beishen.http")
QUIET = ("/healthz", "/readyz", "/metrics")
# Any other word a caller sends as a method counts as one: each would be a series kept for good.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def create_app(settings: Settings) -> FastAPI:
    """The application on the office of the settings: `app.state` carries settings, office, metrics and shelf.

    Raises StoreInvalid where the data folder cannot be used. The schema is the business of whoever starts it.
    """
    office = open_office(settings, pool=20)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        office.close()

    app = FastAPI(
        title="备审 Beishen",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.state.settings, app.state.office, app.state.metrics = settings, office, Metrics.open(office)
    app.state.shelf, app.state.hands = Shelf(settings), Hands()
    app.include_router(health.router)
    for room in (api, web):
        app.include_router(room.router)
        room.install(app)
    if settings.sign_on is not None:
        _sign_on(app)
    app.add_middleware(Watched, app_of=app)
    return app


def _sign_on(app: FastAPI) -> None:
    """Single sign-on, where the settings name a server. ToolMissing where the extra is not installed."""
    from .auth import oidc

    oidc.check_installed()
    from . import sso

    app.include_router(sso.router)
    app.state.oidc_url = sso.LOGIN


class Watched:
    """Counts and logs each request by its route (never by its query, which may hold words of a document)."""

    def __init__(self, app: ASGIApp, app_of: FastAPI) -> None:
        self._app, self._of = app, app_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            self._note(scope, status, time.perf_counter() - begun)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "") or "(none)"
        method = scope["method"] if scope["method"] in METHODS else "(other)"
        self._of.state.metrics.seen(method, route, status, seconds)
        if route in QUIET:
            return
        state = scope.get("state", {})
        actor = getattr(state.get("actor") or getattr(state.get("call"), "actor", None), "id", None)
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        log.info("request", extra=fields | {"actor": actor, "request": state.get("request_id", "")})
