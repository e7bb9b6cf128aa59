"""An office's own list of its documents (XLSX): read whatever its columns are called, matched with the files.

A row meets a file by the file it names, else by number, else by full title. Rows without a file and files without a
row are reported; what a row knows and the file does not (organ, dates, number) is taken from the row.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from ...corpora.dates import days
from ...corpora.errors import BadArgument
from ...corpora.issuer import organ
from .card import Card
from .naming import full_key, number_key

_COLUMNS = {
    "title": ("文件名称", "名称", "文件标题", "标题", "规范性文件名称", "文件题名", "题名"),
    "number": ("文号", "发文字号", "发文文号", "文件编号", "文件字号"),
    "organ": (
        "制定机关",
        "发文机关",
        "发布机关",
        "发文单位",
        "制定单位",
        "制发机关",
        "印发单位",
        "发布单位",
        "起草单位",
    ),
    "published": (
        "公布日期",
        "发布日期",
        "印发日期",
        "发文日期",
        "成文日期",
        "公布时间",
        "发布时间",
        "印发时间",
        "成文时间",
    ),
    "effective": ("施行日期", "实施日期", "生效日期", "施行时间", "实施时间", "执行时间"),
    "file": ("文件", "文件路径", "附件", "原文", "电子文件", "文件名", "正文文件"),
}
_HEAD_ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the catalogue: where it stands (sheet row from 1) and what it says."""

    place: int
    title: str = ""
    number: str = ""
    organ: str = ""
    published: date | None = None
    effective: date | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Matched:
    """Cards with what their rows add, in the order of the cards; rows without file; cards without row (places)."""

    cards: tuple[Card, ...]
    rows: tuple[Row | None, ...]
    without_file: tuple[Row, ...]
    without_row: tuple[int, ...]


def read(path: Path) -> tuple[Row, ...]:
    """The rows of the first sheet that has a header. Raises BadArgument where the file is no such workbook."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]
    from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, BadZipFile, OSError, KeyError, ValueError) as error:
        raise BadArgument(f"目录“{path.name}”无法读取（{type(error).__name__}）", "请确认是 XLSX 工作簿") from error
    try:
        for sheet in book.worksheets:
            found = _rows(sheet.iter_rows(values_only=True))
            if found is not None:
                return found
    finally:
        book.close()
    raise BadArgument(f"目录“{path.name}”中没有找到表头", "表头应有“文件名称”以及“文号”“制定机关”“文件”等列")


def _rows(cells: Any) -> tuple[Row, ...] | None:
    """Rows behind the header, or None where no header stands in the first rows."""
    columns: dict[str, int] = {}
    found: list[Row] = []
    for place, values in enumerate(cells, 1):
        if not columns:
            columns = _header(values) if place <= _HEAD_ROWS else {}
            if not columns and place >= _HEAD_ROWS:
                return None
            continue
        row = _row(place, values, columns)
        if row.title or row.number or row.file:
            found.append(row)
    return tuple(found) if columns else None


def _header(values: tuple[object, ...]) -> dict[str, int]:
    names = [re.sub(r"\s|[（(].*", "", str(value)) if value is not None else "" for value in values]
    found = {}
    for field, known in _COLUMNS.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            found[field] = place
    return found if ("title" in found or "file" in found) and len(found) >= 2 else {}


def _row(place: int, values: tuple[object, ...], columns: dict[str, int]) -> Row:
    def cell(field: str) -> object:
        at = columns.get(field)
        return values[at] if at is not None and at < len(values) else None

    words = {field: re.sub(r"\s+", "", str(cell(field) or "")) for field in ("title", "number", "organ")}
    file = str(cell("file") or "").strip().replace("\\", "/")
    return Row(place, **words, published=_day(cell("published")), effective=_day(cell("effective")), file=file)


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = days(str(value or "").strip())
    return found[0].value if found else None


def match(cards: tuple[Card, ...], rows: tuple[Row, ...]) -> Matched:
    """Rows and files of one set brought together."""
    left = _Finder(cards)
    given: dict[int, Row] = {}
    without_file = []
    for row in rows:
        place = left.take(row)
        if place is None:
            without_file.append(row)
        else:
            given[place] = row
    filled = tuple(_filled(card, given.get(place)) for place, card in enumerate(cards))
    alone = tuple(place for place in range(len(cards)) if place not in given)
    return Matched(filled, tuple(given.get(place) for place in range(len(cards))), tuple(without_file), alone)


class _Finder:
    """Looks up cards for rows; each card is given away once."""

    def __init__(self, cards: tuple[Card, ...]) -> None:
        self.taken: set[int] = set()
        self.tables: tuple[dict[str, list[int]], ...] = (defaultdict(list), defaultdict(list), defaultdict(list))
        for place, card in enumerate(cards):
            name = card.file.rsplit("/", 1)[-1]
            self.tables[0][card.file].append(place)
            self.tables[0][name].append(place)
            if card.number:
                self.tables[1][number_key(card.number)].append(place)
            for title in {full_key(card.title), full_key(name.rsplit(".", 1)[0])} - {""}:
                self.tables[2][title].append(place)

    def take(self, row: Row) -> int | None:
        keys = (row.file, number_key(row.number), full_key(row.title))
        for at, (key, table) in enumerate(zip(keys, self.tables, strict=True)):
            found = [place for place in table.get(key, ()) if key and place not in self.taken]
            if at == 0 and row.file and not found:
                found = [p for p in table.get(row.file.rsplit("/", 1)[-1], ()) if p not in self.taken]
            if found:
                self.taken.add(found[0])
                return found[0]
        return None


def _filled(card: Card, row: Row | None) -> Card:
    """A card with what only its row knows."""
    if row is None or not card.read:
        return card
    if row.organ and not card.organs:
        home = organ(row.organ)
        card = replace(
            card, organs=(row.organ,), level=home.level.value, province=home.region.province, region=home.region.name
        )
    return replace(
        card,
        title=card.title or row.title,
        number=card.number or row.number,
        published=card.published or (None if card.issued else row.published),
        effective=card.effective or row.effective,
    )
