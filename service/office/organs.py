"""Issuing organs (制定机关): those that file here."""

from dataclasses import dataclass

from sqlalchemy import select

from ...corpora import issuer
from ...corpora.errors import BadArgument
from ...corpora.text import Level
from .. import audit
from ..errors import Duplicate, NotFound
from ..store import tables as t
from .desk import Desk
from .permission import require, restricted


@dataclass(frozen=True, slots=True)
class Body:
    """An organ as shown; `level` is a corpora.text.Level value."""

    id: int
    name: str
    level: str
    region: str
    active: bool


def add(desk: Desk, name: str, level: str = "", region: str = "") -> Body:
    """Enter an organ; level and region are read from its name where not given. BadArgument, Duplicate."""
    require(desk.actor, "organ.manage")
    name = name.strip()
    if not 2 <= len(name) <= 200:
        raise BadArgument("制定机关名称为空或过长", "请填写 2 到 200 字的全称")
    read = issuer.organ(name)
    if level and level not in set(Level):
        raise BadArgument(f"没有层级“{level}”", f"可用的层级：{'、'.join(Level)}")
    if desk.session.scalars(select(t.Organ.id).where(t.Organ.name == name)).one_or_none() is not None:
        raise Duplicate(f"制定机关“{name}”已存在", "请直接选用")
    row = t.Organ(name=name, level=level or read.level.value, region=region or read.region.name, active=True)
    desk.session.add(row)
    desk.session.flush()
    audit.record(desk, "organ.add", f"organ:{row.id}")
    return _view(row)


def edit(desk: Desk, organ_id: int, level: str | None = None, active: bool | None = None) -> Body:
    """Change level or whether it may file. NotFound, BadArgument."""
    require(desk.actor, "organ.manage")
    row = desk.session.get(t.Organ, organ_id)
    if row is None:
        raise NotFound(f"没有编号为 {organ_id} 的制定机关", "请核对编号")
    if level is not None:
        if level not in set(Level):
            raise BadArgument(f"没有层级“{level}”", f"可用的层级：{'、'.join(Level)}")
        row.level = level
    if active is not None:
        row.active = active
    desk.session.flush()
    audit.record(desk, "organ.edit", f"organ:{row.id}", level=row.level, active=row.active)
    return _view(row)


def list_all(desk: Desk, active_only: bool = True) -> tuple[Body, ...]:
    """Organs by name; a submitting organ sees itself."""
    require(desk.actor, "organ.read")
    query = select(t.Organ).order_by(t.Organ.name, t.Organ.id)
    if active_only:
        query = query.where(t.Organ.active)
    if restricted(desk.actor):
        query = query.where(t.Organ.id == desk.actor.organ_id)
    return tuple(_view(row) for row in desk.session.scalars(query))


def _view(row: t.Organ) -> Body:
    return Body(row.id, row.name, row.level, row.region, row.active)
