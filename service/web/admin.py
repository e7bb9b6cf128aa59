"""Administration: accounts, organs, the audit log."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from ...corpora.text import Level
from .. import audit
from ..auth import passwords
from ..errors import AuditBroken
from ..office import accounts, organs, preferences
from ..office.permission import permissions, require
from .ledger import Paging
from .visit import PageRoute, Posted, Signed, Visit

router = APIRouter(route_class=PageRoute)
SIZE = 100


@dataclass(frozen=True, slots=True)
class Verified:
    ok: bool
    text: str


@router.get("/admin")
def first(visit: Signed) -> Response:
    return visit.go("/admin/accounts" if visit.may("account.manage") else "/admin/organs")


@router.get("/admin/accounts")
def list_accounts(visit: Signed) -> Response:
    with visit.desk() as desk:
        known = accounts.list_all(desk)
        chosen = visit.number("edit")
        editing = accounts.get(desk, chosen) if chosen is not None else None
        bodies = organs.list_all(desk)
    return visit.page(
        "accounts.html",
        "admin",
        here="/admin/accounts",
        accounts=known,
        editing=editing,
        organs=bodies,
        roles=tuple(permissions().roles.items()),
        password_length=passwords.LEAST,
    )


@router.post("/admin/accounts")
def add_account(visit: Posted) -> Response:
    new = accounts.NewAccount(
        name=visit.text("name", 80),
        roles=_roles(visit),
        password=visit.text("password", 400),
        display=visit.text("display", 80),
        organ_id=visit.number("organ_id"),
    )
    with visit.desk() as desk:
        made = accounts.add(desk, new)
    return visit.go("/admin/accounts", f"账号“{made.name}”已建立")


@router.post("/admin/accounts/{account_id}")
def edit_account(account_id: int, visit: Posted) -> Response:
    password = visit.text("password", 400)
    with visit.desk() as desk:
        accounts.edit(
            desk,
            account_id,
            roles=_roles(visit),
            active=visit.text("active", 2) == "1",
            organ_id=visit.number("organ_id"),
            expected=visit.number("expected"),
        )
        if password:
            accounts.set_password(desk, account_id, password)
    return visit.go("/admin/accounts", "账号已保存")


@router.get("/admin/organs")
def list_organs(visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "organ.manage")
        bodies = organs.list_all(desk, active_only=False)
    return visit.page(
        "organs.html", "admin", here="/admin/organs", organs=bodies, levels=tuple(level.value for level in Level)
    )


@router.post("/admin/organs")
def add_organ(visit: Posted) -> Response:
    with visit.desk() as desk:
        organs.add(desk, visit.text("name", 200), visit.text("level", 20))
    return visit.go("/admin/organs", "机关已登记")


@router.get("/admin/settings")
def settings(visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "setting.manage")
        kept = preferences.get(desk, "retention")
        profile = desk.profile
    return visit.page("settings.html", "admin", here="/admin/settings", retention=kept, profile=profile)


@router.post("/admin/settings")
def save_settings(visit: Posted) -> Response:
    with visit.desk() as desk:
        preferences.put(desk, "retention", {"days": visit.number("days") or 0})
    return visit.go("/admin/settings", "设置已保存")


@router.get("/admin/audit")
def show_audit(visit: Signed) -> Response:
    return _audit(visit, None)


@router.post("/admin/audit/verify")
def verify(visit: Posted) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "audit.read")
        try:
            verified = Verified(True, f"共 {audit.verify(desk.session)} 条，逐条核对无误")
        except AuditBroken as error:
            verified = Verified(False, f"{error.message}。{error.remedy}")
    return _audit(visit, verified)


def _audit(visit: Visit, verified: Verified | None) -> Response:
    action = visit.query("action", 60)
    with visit.desk() as desk:
        lines = audit.lines(desk, visit.number("before"), SIZE, action)
    after = f"/admin/audit?action={action}&before={lines[-1].seq}" if len(lines) == SIZE else ""
    before = "/admin/audit" if visit.number("before") is not None else ""
    return visit.page(
        "audit.html",
        "admin",
        here="/admin/audit",
        lines=lines,
        action=action,
        verified=verified,
        paging=Paging(None, before, after),
    )


def _roles(visit: Visit) -> tuple[str, ...]:
    return tuple(value for value in visit.form.getlist("roles") if isinstance(value, str))
