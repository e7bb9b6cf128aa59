"""All routes of `/v1` as one router, and what the app needs besides: `install(app)`."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from ... import __version__
from . import cleanups, filings, findings, hooks, laws, problems, quieted, reviews, tables

ABOUT = """备审的接口，供公文系统（OA）使用。

- 凭据：`Authorization: Bearer bsk_…`（管理页面中建立，或 `beishen account key`）。
- 报送和审查答 202 和任务；用 `GET /v1/reviews/{id}?wait=30` 等待，或登记回调。
- `Idempotency-Key` 相同的提交只办一次；`ETag` 与 `If-Match` 防止互相覆盖。
- 出错一律为 RFC 9457 的 problem，`code` 稳定。
- 工具不作合法与否的结论，每条发现由人决定。
"""
router = APIRouter(prefix="/v1")
# What document systems ask most comes first: a route is looked for from the top.
for part in (reviews, filings, findings, quieted, laws, tables, cleanups, hooks):
    router.include_router(part.router)


def install(app: FastAPI) -> None:
    """Problems for unknown paths, and the OpenAPI document."""
    problems.install(app)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title="备审接口", version=__version__, description=ABOUT, routes=app.routes, openapi_version="3.1.0"
            )
            found.setdefault("components", {}).setdefault("schemas", {})["Problem"] = dict(problems.SCHEMA)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
