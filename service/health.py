"""Whether the process lives and whether it can do its work: /healthz, /readyz, /metrics."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import func, select

from ..corpora.errors import BeishenError
from .metrics import ALIVE, MEDIA
from .office.desk import SYSTEM, Office
from .store import schema
from .store.tables import Worker

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """503 where filings cannot be taken; `workers` 0 means that they are taken and wait for a worker."""
    office: Office = request.app.state.office
    body: dict[str, Any] = {"database": "ok", "files": "ok", "workers": 0}
    ready = True
    checks: tuple[tuple[str, Callable[[], None]], ...] = (
        ("database", partial(_database, office)),
        ("files", office.blobs.check),
    )
    for name, check in checks:
        try:
            check()
        except BeishenError as error:
            body[name], ready = error.code, False
    if ready:
        body["workers"] = _workers(office)
    body["status"] = "ok" if ready else "unavailable"
    return JSONResponse(body, 200 if ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Counts and times only; shield it at the proxy like any inner page."""
    try:
        return Response(request.app.state.metrics.text(), media_type=MEDIA)
    except BeishenError as error:
        return JSONResponse({"code": error.code}, error.status)


def _database(office: Office) -> None:
    office.database.ping()
    schema.check(office.database)


def _workers(office: Office) -> int:
    with office.look(SYSTEM) as desk:
        return int(desk.session.scalar(select(func.count()).where(Worker.beat > desk.now - ALIVE)) or 0)
