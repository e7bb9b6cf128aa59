"""Who may do what: one table of roles and actions (permissions.toml), used by every function of the office."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVarTuple

from sqlalchemy import Select, false

from ..errors import Forbidden
from ..store.tables import Filing
from .desk import Actor

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Grant:
    """The roles that may do an action, and the scopes of which an API key needs one for it (none: no key may)."""

    roles: frozenset[str]
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Permissions:
    own: frozenset[str]
    roles: dict[str, str]
    scopes: dict[str, str]
    actions: dict[str, Grant]


@cache
def permissions() -> Permissions:
    """The table that travels with the program."""
    raw: dict[str, Any] = tomllib.loads(files(__package__).joinpath("permissions.toml").read_text("utf-8"))
    actions = {key: Grant(frozenset(row["roles"]), _scopes(row["scope"])) for key, row in raw["actions"].items()}
    return Permissions(frozenset(raw["own"]), raw["roles"], raw["scopes"], actions)


def _scopes(value: str | list[str]) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value) - {""}


def allowed(actor: Actor, action: str) -> bool:
    """Whether the actor may do the action at all; which filings it may touch is `scoped`'s matter."""
    grant = permissions().actions[action]
    if not grant.roles & set(actor.roles):
        return False
    return actor.scopes is None or bool(grant.scopes & set(actor.scopes))


def require(actor: Actor, action: str) -> None:
    """Raises Forbidden where the actor may not do the action."""
    if not allowed(actor, action):
        raise Forbidden("您的账号没有进行此操作的权限", "如需此权限，请联系管理员")


def restricted(actor: Actor) -> bool:
    """Whether the actor sees the filings of its own organ only."""
    return not set(actor.roles) - permissions().own


def scoped(query: Select[*Columns], actor: Actor) -> Select[*Columns]:
    """The query on Filing narrowed to what the actor may see."""
    if not restricted(actor):
        return query
    return query.where(false()) if actor.organ_id is None else query.where(Filing.organ_id == actor.organ_id)
