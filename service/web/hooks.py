"""Webhooks: one's own with their deliveries, and for administrators those of everybody."""

from fastapi import APIRouter
from fastapi.responses import Response

from ..office import webhooks
from .visit import PageRoute, Posted, Signed, Visit

router = APIRouter(route_class=PageRoute)
SHOWN = 50


@router.get("/account/webhooks")
def mine(visit: Signed) -> Response:
    return _mine(visit)


@router.post("/account/webhooks")
def add(visit: Posted) -> Response:
    """The secret is shown in this answer and never again."""
    events = tuple(value for value in visit.form.getlist("events") if isinstance(value, str))
    with visit.desk() as desk:
        made = webhooks.add(desk, visit.text("url", 500), events)
    return _mine(visit, made)


@router.post("/account/webhooks/{hook_id}/remove")
def remove(hook_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        webhooks.remove(desk, hook_id)
    return visit.go("/account/webhooks", "回调已停用")


@router.get("/admin/webhooks")
def everybody(visit: Signed) -> Response:
    with visit.desk() as desk:
        found = webhooks.list_all(desk)
    return visit.page("webhooks_all.html", "admin", here="/admin/webhooks", hooks=found)


@router.post("/admin/webhooks/{hook_id}/stop")
def stop(hook_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        webhooks.stop(desk, hook_id)
    return visit.go("/admin/webhooks", "回调已停用")


def _mine(visit: Visit, fresh: webhooks.Hook | None = None) -> Response:
    chosen = visit.number("hook")
    with visit.desk() as desk:
        hooks = tuple(hook for hook in webhooks.list_mine(desk) if hook.active)
        sent = webhooks.deliveries(desk, chosen, SHOWN) if chosen is not None else ()
    return visit.page(
        "webhooks.html",
        "account",
        hooks=hooks,
        fresh=fresh,
        chosen=next((hook for hook in hooks if hook.id == chosen), None),
        sent=sent,
        events=webhooks.EVENTS,
    )
