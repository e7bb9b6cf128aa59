"""Accounts of people and systems, their roles and organs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from ...corpora.errors import BadArgument
from .. import audit
from ..auth import passwords
from ..errors import Duplicate, Forbidden, NotFound, Stale, StateConflict
from ..store import tables as t
from .desk import Desk
from .permission import permissions, require

_NAME = re.compile(r"[\w.@-]{2,80}")


@dataclass(frozen=True, slots=True)
class Person:
    """An account as shown; `version` is its ETag."""

    id: int
    name: str
    display: str
    roles: tuple[str, ...]
    organ_id: int | None
    organ: str
    active: bool
    created: datetime
    version: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """`roles` are keys of permissions.toml; a submitter needs an organ. `subject` is its name at the sign-on server."""

    name: str
    roles: tuple[str, ...]
    password: str = ""
    display: str = ""
    organ_id: int | None = None
    subject: str | None = None


def add(desk: Desk, new: NewAccount) -> Person:
    """Make an account. BadArgument, Duplicate."""
    require(desk.actor, "account.manage")
    if not _NAME.fullmatch(new.name):
        raise BadArgument("账号名无效", "请使用 2 到 80 个字母、汉字、数字或 . _ - @")
    _check_roles(desk, new.roles, new.organ_id)
    if desk.session.scalars(select(t.Account.id).where(t.Account.name == new.name)).one_or_none() is not None:
        raise Duplicate(f"账号“{new.name}”已存在", "请换一个账号名")
    row = t.Account(
        name=new.name, display=new.display[:80], roles=sorted(set(new.roles)), organ_id=new.organ_id,
        password=passwords.hashed(new.password, new.name) if new.password else "", subject=new.subject, active=True,
        created=desk.now, version=1,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    audit.record(desk, "account.add", f"account:{row.id}", roles=row.roles)
    return get(desk, row.id)


def edit(
    desk: Desk,
    account_id: int,
    roles: Sequence[str] | None = None,
    active: bool | None = None,
    organ_id: int | None = None,
    expected: int | None = None,
) -> Person:
    """Change roles, organ, or whether it may be used; a closed account loses its sessions. Stale, BadArgument."""
    require(desk.actor, "account.manage")
    row = _row(desk, account_id)
    if expected is not None and row.version != expected:
        raise Stale("该账号已被他人修改", "请刷新后重新操作")
    if account_id == desk.actor.id and (active is False or (roles is not None and "administrator" not in roles)):
        raise StateConflict("不能停用自己或取消自己的管理员角色", "请由另一位管理员操作")
    row.organ_id = organ_id if organ_id is not None else row.organ_id
    if roles is not None:
        _check_roles(desk, tuple(roles), row.organ_id)
        row.roles = sorted(set(roles))
    if active is not None:
        row.active = active
    row.version += 1
    if not row.active or roles is not None:
        desk.session.execute(delete(t.AuthSession).where(t.AuthSession.account_id == row.id))
    desk.session.flush()
    audit.record(desk, "account.edit", f"account:{row.id}", roles=row.roles, active=row.active)
    return get(desk, row.id)


def set_password(desk: Desk, account_id: int, password: str, current: str | None = None) -> None:
    """A new password: one's own with the current one, or anyone's for an administrator. Other sessions end."""
    row = _row(desk, account_id) if account_id != desk.actor.id else desk.session.get_one(t.Account, account_id)
    if account_id == desk.actor.id:
        if desk.actor.scopes is not None or not passwords.right(row.password, current or ""):
            raise Forbidden("当前密码不正确", "请核对后重试")
    else:
        require(desk.actor, "account.manage")
    row.password = passwords.hashed(password, row.name)
    desk.session.execute(delete(t.AuthSession).where(t.AuthSession.account_id == row.id))
    audit.record(desk, "account.password", f"account:{row.id}")


def get(desk: Desk, account_id: int) -> Person:
    """One account. NotFound."""
    require(desk.actor, "account.manage")
    row = _row(desk, account_id)
    organ = desk.session.get(t.Organ, row.organ_id) if row.organ_id else None
    return _view(row, organ.name if organ else "")


def list_all(desk: Desk) -> tuple[Person, ...]:
    """Every account by name."""
    require(desk.actor, "account.manage")
    query = select(t.Account, t.Organ.name).outerjoin(t.Organ, t.Organ.id == t.Account.organ_id)
    return tuple(_view(row, organ or "") for row, organ in desk.session.execute(query.order_by(t.Account.name)))


def any_yet(desk: Desk) -> bool:
    """Whether any account exists: the first start says how to make one."""
    return desk.session.scalars(select(t.Account.id).limit(1)).one_or_none() is not None


def _check_roles(desk: Desk, roles: tuple[str, ...], organ_id: int | None) -> None:
    known = permissions().roles
    if not roles or not set(roles) <= set(known):
        raise BadArgument("角色无效", f"可用的角色：{'、'.join(f'{key}（{name}）' for key, name in known.items())}")
    if set(roles) <= permissions().own and organ_id is None:
        raise BadArgument("报备单位的账号须指定制定机关", "请选择制定机关")
    if organ_id is not None and desk.session.get(t.Organ, organ_id) is None:
        raise BadArgument(f"没有编号为 {organ_id} 的制定机关", "请先登记制定机关")


def _row(desk: Desk, account_id: int) -> t.Account:
    row = desk.session.get(t.Account, account_id)
    if row is None:
        raise NotFound(f"没有编号为 {account_id} 的账号", "请核对编号")
    return row


def _view(row: t.Account, organ: str) -> Person:
    return Person(
        row.id, row.name, row.display or row.name, tuple(row.roles), row.organ_id, organ, row.active, row.created,
        row.version,
    )  # fmt: skip
