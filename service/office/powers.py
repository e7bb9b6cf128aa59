"""Power lists (权责清单) of organs: imported from XLSX, looked through, and used in reviews of what the organ files."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from ...corpora.errors import BadArgument, FileDamaged, FileTooLarge, ProfileInvalid
from ...review.powerlist import Power, PowerList, load_powers
from .. import audit
from ..errors import NotFound
from ..store import tables as t
from ..store.blobs import Blobs
from .catalogue import UNREADABLE, fits
from .desk import Desk
from .permission import require

MOST_BYTES = 2**25


@dataclass(frozen=True, slots=True)
class Listed:
    """The list in use for an organ: file, items in all and by kind, who imported it when."""

    organ_id: int
    organ: str
    name: str
    items: int
    kinds: Mapping[str, int]
    person: str
    changed: datetime


def put(desk: Desk, organ_id: int, name: str, data: bytes) -> Listed:
    """Import a list in place of the one before. NotFound, BadArgument where no table of items is in it, FileDamaged."""
    require(desk.actor, "organ.manage")
    organ = desk.session.get(t.Organ, organ_id)
    if organ is None:
        raise NotFound(f"没有编号为 {organ_id} 的制定机关", "请核对编号")
    found = read(name, data)
    row = desk.session.get(t.PowerListRow, organ_id)
    if row is None:
        row = t.PowerListRow(organ_id=organ_id)
        desk.session.add(row)
    row.name, row.sha256 = name[-300:], desk.blobs.put(data)
    row.items, row.kinds = len(found.powers), dict(Counter(power.kind for power in found.powers))
    row.changed, row.changed_by = desk.now, desk.actor.id
    desk.session.flush()
    audit.record(desk, "powers.put", f"organ:{organ_id}", items=row.items)
    return get(desk, organ_id)


def remove(desk: Desk, organ_id: int) -> None:
    """Take a list out of use. NotFound."""
    require(desk.actor, "organ.manage")
    row = desk.session.get(t.PowerListRow, organ_id)
    if row is None:
        raise NotFound("该机关没有权责清单", "请刷新后核对")
    desk.session.delete(row)
    desk.session.flush()
    audit.record(desk, "powers.remove", f"organ:{organ_id}")


def get(desk: Desk, organ_id: int) -> Listed:
    """The list in use for an organ. NotFound."""
    found = next((listed for listed in list_all(desk) if listed.organ_id == organ_id), None)
    if found is None:
        raise NotFound("该机关没有权责清单", "请先导入")
    return found


def list_all(desk: Desk) -> tuple[Listed, ...]:
    """Every list in use by name of the organ."""
    require(desk.actor, "organ.manage")
    row = t.PowerListRow
    query = (
        select(row, t.Organ.name, t.Account.display, t.Account.name)
        .join(t.Organ, t.Organ.id == row.organ_id)
        .join(t.Account, t.Account.id == row.changed_by)
        .order_by(t.Organ.name, row.organ_id)
    )
    return tuple(
        Listed(held.organ_id, organ, held.name, held.items, held.kinds, display or name, held.changed)
        for held, organ, display, name in desk.session.execute(query)
    )


def items(desk: Desk, organ_id: int, q: str = "", kind: str = "") -> tuple[Power, ...]:
    """The items of a list by row, those that hold the words `q` and are of the kind. NotFound, BlobMissing."""
    require(desk.actor, "organ.manage")
    row = desk.session.get(t.PowerListRow, organ_id)
    if row is None:
        raise NotFound("该机关没有权责清单", "请先导入")
    return tuple(
        power for power in _kept(desk.blobs, row.sha256, row.name).powers
        if (not kind or power.kind == kind) and (not q or q in f"{power.item} {power.basis} {power.organ}")
    )  # fmt: skip


def in_use(desk: Desk, organ_id: int | None) -> PowerList | None:
    """The list that reviews of an organ's filings use, None where it has none. For the worker."""
    row = desk.session.get(t.PowerListRow, organ_id) if organ_id is not None else None
    return _kept(desk.blobs, row.sha256, row.name) if row is not None else None


def read(name: str, data: bytes) -> PowerList:
    """A list from the bytes of its workbook. BadArgument, FileDamaged, FileTooLarge."""
    if len(data) > MOST_BYTES:
        raise FileTooLarge(f"“{name}”超过 {MOST_BYTES // 2**20} MB", "请只留事项表后重新导入")
    with tempfile.TemporaryDirectory(prefix="powers-") as folder:
        path = Path(folder) / "权责清单.xlsx"
        path.write_bytes(data)
        try:
            fits(name, data)
            found = load_powers(path)
        except ProfileInvalid as error:
            raise BadArgument(error.message.replace(str(path), name), error.remedy) from error
        except UNREADABLE as error:
            raise FileDamaged(f"“{name}”不是可读的 XLSX 表格", "请用电子表格软件另存为 XLSX 后重试") from error
    return PowerList(name, found.powers)


def _kept(blobs: Blobs, sha256: str, name: str) -> PowerList:
    return _once(name, blobs.get(sha256))


@lru_cache(maxsize=8)
def _once(name: str, data: bytes) -> PowerList:
    """The same workbook is read once by a worker, not for each review."""
    return read(name, data)
