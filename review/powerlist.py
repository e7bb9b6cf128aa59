"""An organ's list of powers (权责清单): read from XLSX, and the item nearest to what a clause does.

A sheet has a heading row with the item (事项), its kind (类型), its basis (依据) and the organ (机关), under the names
that lists really use. The kinds are the nine of the State Council's lists; others are kept as 其他.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..corpora.errors import ProfileInvalid
from .words import pairs

KINDS = (
    "行政许可",
    "行政处罚",
    "行政强制",
    "行政征收",
    "行政给付",
    "行政检查",
    "行政确认",
    "行政奖励",
    "行政裁决",
)
OTHER = "其他"
_HEADS = {
    "organ": re.compile(r"机关|部门|主体|单位"),
    "kind": re.compile(r"类型|类别|种类|性质"),
    "basis": re.compile(r"依据"),
    "item": re.compile(r"事项|职权|权力名称|名称|项目"),
}
_FIRST_ROWS, _MOST_ROWS = 12, 100_000
_SUFFIX = re.compile(
    r"(?:行政)?(?:主管|管理|监督|监管|执法)*(?:部门|机关|机构|局|委员会|委|厅|办公室|办|支队|大队|总队|中心|处|科)$"
)
_PLACE = re.compile(r"^(?:[一-龥]{2,7}?(?:省|自治区|自治州|市|县|区|盟|旗))+")


@dataclass(frozen=True, slots=True)
class Power:
    """One item: its name, kind, basis and organ, and the row it stands in."""

    item: str
    kind: str
    basis: str
    organ: str
    row: int

    @property
    def words(self) -> str:
        """The item as it is shown to a reader."""
        tail = "，".join(part for part in (self.kind, self.organ) if part)
        return f"{self.item}（{tail}）" if tail else self.item


@dataclass(frozen=True, slots=True)
class PowerList:
    """The items in order of rows, and the name of the file they came from."""

    file: str
    powers: tuple[Power, ...]

    def nearest(self, words: str, kind: str) -> tuple[Power, float] | None:
        """The item of a kind whose name's words a text holds most of, and the share; None without such items."""
        wanted = pairs(words)
        scored = [
            (power, len(own & wanted) / len(own))
            for power in self.powers
            if power.kind == kind and (own := named(power))
        ]
        return min(scored, key=lambda found: (-found[1], found[0].row), default=None)


def named(power: Power) -> frozenset[str]:
    """The words of an item's name that tell it from others of its kind."""
    return pairs(power.item.replace(power.kind, " "))


def organ_key(name: str) -> str:
    """What is left of an organ's name without its place and the word for its kind: 县农业农村局 -> 农业农村."""
    name = _PLACE.sub("", name.strip())
    while name and (short := _SUFFIX.sub("", name)) != name:
        name = short
    return name


def load_powers(path: Path) -> PowerList:
    """Read a list. Raises ProfileInvalid with file, sheet and row."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (OSError, InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise ProfileInvalid(f"权责清单“{path}”无法读取", "请给出 XLSX 文件，并核对路径") from error
    powers: list[Power] = []
    try:
        for sheet in book.worksheets:
            rows = ([str(cell).strip() if cell is not None else "" for cell in row] for row in sheet.values)
            powers += _sheet(f"权责清单 {path.name} 的工作表“{sheet.title}”", rows)
    finally:
        book.close()
    if not powers:
        raise ProfileInvalid(f"权责清单 {path.name} 没有找到事项", "表头须有事项、类型、依据、机关各列")
    return PowerList(path.name, tuple(powers))


def _sheet(where: str, rows: Iterator[list[str]]) -> Iterator[Power]:
    columns: dict[str, int] | None = None
    above: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        if number > _MOST_ROWS:
            raise ProfileInvalid(f"{where}超过 {_MOST_ROWS} 行", "请删去空行或者拆分文件")
        if columns is None:
            columns = _columns(row)
            if columns is None and number >= _FIRST_ROWS:
                return
        else:
            power = _power(where, number, row, columns, above)
            if power is not None:
                yield power


def _columns(row: Sequence[str]) -> dict[str, int] | None:
    """Column of each heading; None for a row that is not the heading."""
    found: dict[str, int] = {}
    for name, pattern in _HEADS.items():
        place = next((i for i, cell in enumerate(row) if i not in found.values() and pattern.search(cell)), None)
        if place is not None and len(row[place]) <= 12:
            found[name] = place
    return found if {"item", "kind"} <= set(found) else None


def _power(where: str, number: int, row: list[str], columns: dict[str, int], above: dict[str, str]) -> Power | None:
    """The item of a row; a merged cell (blank below its first row) keeps the value above, a row without item none."""
    cells = {name: " ".join(row[place].split()) if place < len(row) else "" for name, place in columns.items()}
    if not cells["item"]:
        return None
    for name in ("kind", "organ"):
        above[name] = cells.get(name) or above.get(name, "")
    if not above["kind"]:
        raise ProfileInvalid(f"{where}第 {number} 行没有类型", f"类型为{'、'.join(KINDS)}之一")
    return Power(cells["item"], _kind(above["kind"]), cells.get("basis", ""), above["organ"], number)


def _kind(words: str) -> str:
    return next((kind for kind in KINDS if kind in words or kind.removeprefix("行政") in words), OTHER)
