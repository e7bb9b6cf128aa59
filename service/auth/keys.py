"""API keys: shown once, stored as a hash, limited to scopes; a key never may more than its account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from ...corpora.errors import BadArgument
from .. import audit
from ..errors import NotFound, Unauthenticated
from ..office.desk import Actor, Desk, Office
from ..office.permission import permissions, require
from ..store.tables import Account, ApiKey
from .sessions import digest

PREFIX = "bsk_"
MOST_DAYS = 3660
_KNOWN = (
    select(
        *(ApiKey.revoked, ApiKey.expires, ApiKey.scopes),
        *(Account.id, Account.name, Account.display, Account.roles, Account.organ_id, Account.active),
    )
    .join(Account, Account.id == ApiKey.account_id)
    .where(ApiKey.hash == bindparam("hash"))
)


@dataclass(frozen=True, slots=True)
class Key:
    """A key as listed; `token` is there only when it was just made."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    token: str = ""


def create(desk: Desk, name: str, scopes: Sequence[str], days: int | None = 365, account_id: int | None = None) -> Key:
    """A key of the actor; an administrator may make one for another account. BadArgument."""
    require(desk.actor, "key.manage")
    owner = _owner(desk, account_id)
    known = permissions().scopes
    if not name.strip() or len(name) > 80 or not scopes or not set(scopes) <= set(known):
        raise BadArgument("密钥的名称或权限范围无效", f"可用的范围：{'、'.join(known)}")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadArgument("密钥的有效天数无效", f"请给出 1 到 {MOST_DAYS} 的整数")
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        account_id=owner, name=name.strip(), prefix=token[:12], hash=digest(token), scopes=sorted(set(scopes)),
        created=desk.now, expires=desk.now + timedelta(days=days) if days else None, revoked=None,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    audit.record(desk, "key.create", f"key:{row.id}", account=owner, scopes=row.scopes)
    return replace(_view(row), token=token)


def list_of(desk: Desk, account_id: int | None = None) -> tuple[Key, ...]:
    """The keys of the actor, or of an account for an administrator, newest first."""
    require(desk.actor, "key.manage")
    query = select(ApiKey).where(ApiKey.account_id == _owner(desk, account_id)).order_by(ApiKey.id.desc())
    return tuple(_view(row) for row in desk.session.scalars(query))


def revoke(desk: Desk, key_id: int) -> None:
    """End a key of the actor, or of anyone for an administrator. NotFound."""
    require(desk.actor, "key.manage")
    row = desk.session.get(ApiKey, key_id)
    foreign = row is not None and row.account_id != desk.actor.id and "administrator" not in desk.actor.roles
    if row is None or foreign:
        raise NotFound(f"没有编号为 {key_id} 的密钥", "请核对编号")
    row.revoked = row.revoked or desk.now
    audit.record(desk, "key.revoke", f"key:{row.id}")


def resolve(office: Office, token: str) -> Actor:
    """The actor behind a key, limited to its scopes. Unauthenticated where it is unknown, expired or ended."""
    with office.database.glance() as connection:
        found = connection.execute(_KNOWN, {"hash": digest(token)}).one_or_none()
    if found is None or found.revoked or (found.expires and found.expires <= office.clock()) or not found.active:
        raise Unauthenticated("密钥无效或已过期", "请向管理员索取新的密钥")
    shown = found.display or found.name
    return Actor(found.id, found.name, shown, tuple(found.roles), found.organ_id, tuple(found.scopes))


def _owner(desk: Desk, account_id: int | None) -> int:
    if account_id is None or account_id == desk.actor.id:
        return desk.actor.id
    require(desk.actor, "account.manage")
    if desk.session.get(Account, account_id) is None:
        raise NotFound(f"没有编号为 {account_id} 的账号", "请核对编号")
    return account_id


def _view(row: ApiKey) -> Key:
    return Key(row.id, row.name, row.prefix, tuple(row.scopes), row.created, row.expires, row.revoked)
