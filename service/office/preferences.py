"""Settings of the office kept in the database, by key."""

from sqlalchemy import select

from ...corpora.errors import BadArgument
from .. import audit
from ..store import tables as t
from .desk import Desk
from .permission import require

# What may be set, with its value where nobody set it.
DEFAULTS: dict[str, dict[str, object]] = {
    "retention": {"days": 0},
    "letter": {"closing": ""},
}


def get(desk: Desk, key: str) -> dict[str, object]:
    """A setting, or its default. BadArgument for an unknown key."""
    if key not in DEFAULTS:
        raise BadArgument(f"没有设置项“{key}”", f"可用的设置项：{'、'.join(DEFAULTS)}")
    row = desk.session.get(t.Setting, key)
    return dict(row.value) if row else dict(DEFAULTS[key])


def put(desk: Desk, key: str, value: dict[str, object]) -> dict[str, object]:
    """Change a setting. Needs setting.manage. BadArgument for unknown names or values of another kind."""
    require(desk.actor, "setting.manage")
    before = get(desk, key)
    wrong = [name for name, found in value.items() if type(found) is not type(DEFAULTS[key].get(name))]
    days = value.get("days", 0)
    if wrong or (isinstance(days, int) and not 0 <= days <= 36_600):
        raise BadArgument(f"设置项“{key}”的值无效", f"默认值为 {DEFAULTS[key]}")
    row = desk.session.scalars(select(t.Setting).where(t.Setting.key == key)).one_or_none()
    if row is None:
        row = t.Setting(key=key, value={}, changed=desk.now)
        desk.session.add(row)
    row.value, row.changed, row.changed_by = before | value, desk.now, desk.actor.id or None
    desk.session.flush()
    audit.record(desk, "setting.put", f"setting:{key}")
    return dict(row.value)
