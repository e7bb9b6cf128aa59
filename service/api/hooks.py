"""Webhooks, and who the caller is."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from ..office import webhooks
from . import shapes
from .entry import Caller
from .problems import ApiRoute, responses

router = APIRouter(route_class=ApiRoute, tags=["回调与凭据"], responses=responses())
HookId = Annotated[int, Path(description="回调编号", ge=1, lt=2**31)]


class HookBody(BaseModel):
    """登记一个回调。"""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, Field(description="http 或 https 地址", max_length=500, examples=["https://oa.example/notify"])]
    events: Annotated[
        tuple[
            Literal[
                "review.done", "review.failed", "filing.changed", "letter.issued", "cleanup.done", "cleanup.failed"
            ],
            ...,
        ],
        Field(description="要通知的事件；省略为全部", min_length=1, max_length=6),
    ] = webhooks.EVENTS  # type: ignore[assignment]


@router.get("/me", response_model=shapes.Me, summary="当前凭据")
def me(call: Caller) -> Any:
    """凭据所属的账号、角色和权限范围。"""
    return call.actor


@router.get("/webhooks", response_model=tuple[shapes.Hook, ...], summary="回调")  # type: ignore[valid-type]
def mine(call: Caller) -> Any:
    """本账号登记的回调。"""
    with call.look() as desk:
        return webhooks.list_mine(desk)


@router.post("/webhooks", status_code=201, response_model=shapes.Hook, summary="登记回调")
def add(call: Caller, body: HookBody) -> Any:
    """登记回调；签名密钥只在这次回答中给出。通知以 HMAC-SHA256 签名，失败时逐次延后重试。"""
    with call.desk() as desk:
        return webhooks.add(desk, body.url, tuple(body.events))


@router.delete("/webhooks/{hook_id}", status_code=204, response_class=Response, summary="停用回调")
def remove(call: Caller, hook_id: HookId) -> Response:
    """停用回调；已有的投递记录保留。"""
    with call.desk() as desk:
        webhooks.remove(desk, hook_id)
    return Response(status_code=204)


@router.get("/webhooks/{hook_id}/deliveries", response_model=tuple[shapes.Delivery, ...], summary="投递记录")  # type: ignore[valid-type]
def deliveries(call: Caller, hook_id: HookId) -> Any:
    """一个回调的投递记录，新的在前。"""
    with call.look() as desk:
        return webhooks.deliveries(desk, hook_id)
