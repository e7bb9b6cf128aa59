"""The non-filing check: a catalogue of issued documents against what was filed (应备未备)."""

import csv
import io
import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook  # type: ignore[import-untyped]
from openpyxl.utils.exceptions import InvalidFileException  # type: ignore[import-untyped]
from sqlalchemy import select

from ...corpora.errors import FileDamaged, FileTooLarge
from .. import audit
from ..store import tables as t
from .desk import Desk
from .permission import require, scoped

# A broken part of the workbook's XML is a SyntaxError to either parser.
UNREADABLE = (
    BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, SyntaxError, EOFError, zlib.error, TypeError,
    NotImplementedError,
)  # fmt: skip
MOST = 20_000
# Unpacked bytes of an XLSX: its words are held in memory at once.
MOST_BYTES = 64 * 2**20
COLUMNS = {
    "title": ("标题", "文件名称", "文件标题", "名称", "文件名"),
    "number": ("文号", "发文字号", "文件编号", "发文号"),
    "organ": ("制定机关", "发文机关", "发文单位", "制发单位", "制定单位"),
    "issued": ("公布日期", "印发日期", "发布日期", "发文日期", "成文日期", "公布时间"),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the catalogue; `row` is its number in the file, from 1."""

    row: int
    title: str
    number: str
    organ: str
    issued: date | None


@dataclass(frozen=True, slots=True)
class Match:
    """A row and the filing found for it. `by` is number, title or empty; `late` where it was filed after the days."""

    listed: Listed
    filing_id: int | None
    registration: str | None
    by: str
    late: bool | None


@dataclass(frozen=True, slots=True)
class Check:
    """Rows in the order of the file; `skipped` rows carry neither title nor number."""

    matches: tuple[Match, ...]
    skipped: tuple[int, ...]

    @property
    def missing(self) -> tuple[Match, ...]:
        """应备未备: issued, and no filing found."""
        return tuple(match for match in self.matches if match.filing_id is None)


def check(desk: Desk, name: str, data: bytes) -> Check:
    """Compare a CSV or XLSX catalogue with the filings. FileDamaged where no table with a title or number is found."""
    require(desk.actor, "catalogue.check")
    listed, skipped = read(name, data)
    query = scoped(
        select(t.Filing.id, t.Filing.registration, t.Filing.title, t.Filing.number, t.Filing.late), desk.actor
    )
    by_number: dict[str, tuple[int, str | None, bool | None]] = {}
    by_title: dict[str, tuple[int, str | None, bool | None]] = {}
    for ident, registration, title, number, late in desk.session.execute(query.order_by(t.Filing.id)):
        by_title[plain(title)] = (ident, registration, late)
        if number:
            by_number[plain(number)] = (ident, registration, late)
    matches = tuple(_match(row, by_number, by_title) for row in listed)
    audit.record(desk, "catalogue.check", "catalogue", rows=len(listed), missing=sum(not m.by for m in matches))
    return Check(matches, skipped)


def read(name: str, data: bytes) -> tuple[tuple[Listed, ...], tuple[int, ...]]:
    """The rows of a catalogue, and the numbers of rows that carry neither title nor number."""
    table = _xlsx(name, data) if data[:2] == b"PK" else _csv(name, data)
    columns: dict[str, int] | None = None
    found: list[Listed] = []
    skipped: list[int] = []
    for index, row in enumerate(table, 1):
        if index > MOST:
            raise FileTooLarge(f"“{name}”超过 {MOST} 行", "请拆分后再比对")
        if columns is None:
            columns = _columns(row)
            continue
        listed = _listed(index, row, columns)
        if listed.title or listed.number:
            found.append(listed)
        elif any(str(cell or "").strip() for cell in row):
            skipped.append(index)
    if columns is None:
        raise FileDamaged(f"“{name}”中没有找到表头", "表头须有“标题”或“文号”一列，另可有“制定机关”“公布日期”")
    return tuple(found), tuple(skipped)


def fits(name: str, data: bytes) -> None:
    """Raises FileTooLarge for a workbook that unpacks to more than is held in memory, UNREADABLE for none at all."""
    with ZipFile(io.BytesIO(data)) as packed:
        if sum(info.file_size for info in packed.infolist()) > MOST_BYTES:
            raise FileTooLarge(f"“{name}”展开后超过 {MOST_BYTES // 2**20} MB", "请拆分后再比对，或另存为 CSV")


def plain(text: str) -> str:
    """A title or number without width, brackets, quotes and spaces, so that spellings of one thing are equal."""
    return re.sub(r"[\s《》〈〉“”\"'()\[\]〔〕【】]|关于印发|的通知$", "", unicodedata.normalize("NFKC", text))


def _match(
    row: Listed,
    by_number: dict[str, tuple[int, str | None, bool | None]],
    by_title: dict[str, tuple[int, str | None, bool | None]],
) -> Match:
    for by, key, index in (("number", row.number, by_number), ("title", row.title, by_title)):
        found = index.get(plain(key)) if key else None
        if found:
            return Match(row, found[0], found[1], by, found[2])
    return Match(row, None, None, "", None)


def _columns(row: Sequence[object]) -> dict[str, int] | None:
    """Which column is which, where the row is a header."""
    words = [re.sub(r"\s", "", str(cell or "")) for cell in row]
    found = {key: words.index(name) for key, names in COLUMNS.items() for name in reversed(names) if name in words}
    return found if "title" in found or "number" in found else None


def _listed(index: int, row: Sequence[object], columns: dict[str, int]) -> Listed:
    def cell(key: str) -> object:
        place = columns.get(key)
        return row[place] if place is not None and place < len(row) else None

    title, number, organ = (str(cell(key) or "").strip() for key in ("title", "number", "organ"))
    return Listed(index, title, number, organ, _day(cell("issued")))


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = re.match(r"\s*(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})", str(value or ""))
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _xlsx(name: str, data: bytes) -> Iterator[tuple[object, ...]]:
    try:
        fits(name, data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        yield from sheet.iter_rows(values_only=True)
    except UNREADABLE as error:
        raise FileDamaged(f"“{name}”不是可读的 XLSX 表格", "请用电子表格软件另存为 XLSX 或 CSV 后重试") from error


def _csv(name: str, data: bytes) -> Iterator[tuple[object, ...]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            yield from (tuple(row) for row in csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise FileDamaged(f"“{name}”不是可读的 CSV 表格", "请另存为 CSV 后重试") from error
        return
    raise FileDamaged(f"“{name}”的编码无法识别", "请另存为 UTF-8 编码的 CSV 后重试")
