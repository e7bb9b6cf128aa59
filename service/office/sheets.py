"""Tables as XLSX and CSV files. Text that a spreadsheet would run as a formula stays text."""

import csv as csv_format
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from openpyxl import Workbook  # type: ignore[import-untyped]
from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]
from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# CSV injection: what Excel, WPS and LibreOffice take for a formula at the start of a cell (OWASP).
_ARMED = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MOST = 32_000


def xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with a frozen bold header; every text cell is stored as text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_name(title))
    sheet.freeze_panes = "A2"
    for index, word in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(index)].width = max(10, min(40, len(word) * 3))
    sheet.append([_head(sheet, word) for word in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheet programs need for Chinese; formulas are disarmed by a quote."""
    stream = io.StringIO()
    writer = csv_format.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([disarmed(value) if isinstance(value, str) else _text(value) for value in row])
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8")


def disarmed(text: str) -> str:
    """The text with a quote before it where it would run as a formula."""
    return f"'{text}" if text.startswith(_ARMED) else text


def _head(sheet: object, word: str) -> WriteOnlyCell:
    cell = _cell(sheet, word)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def _cell(sheet: object, value: object) -> WriteOnlyCell:
    if isinstance(value, str):
        cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value)[:_MOST])
        cell.data_type = "s"
        if value.startswith(_ARMED):
            cell.quotePrefix = True
        return cell
    if isinstance(value, datetime):
        value = value.replace(tzinfo=None)
    return WriteOnlyCell(sheet, value)


def _text(value: object) -> object:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else value


def _name(title: str) -> str:
    """A sheet name: at most 31 characters, none of those a spreadsheet forbids."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\")[:31] or "表"
