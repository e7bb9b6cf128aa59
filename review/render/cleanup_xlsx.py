"""A clean-up as the usual workbook: the list, what could not be read, what does not match, statistics.

Every text cell is text: words that begin like a formula are marked with the quote prefix of the format, so that no
spreadsheet runs them. The file is the same for the same outcome, byte for byte.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from ..cleanup.outcome import Outcome
from ..cleanup.statistics import ACTIONS, Table
from .cleanup_words import COLUMNS, NOTICE, row
from .stamped import stamped

_WIDTHS = (6, 42, 22, 22, 12, 12, 20, 12, 60, 36, 8, 30, 22, 36, 14)
_FILLS = {"修改": "FFF2CC", "废止": "F8CBAD", "宣布失效": "E7D3EE", "需人工判断": "D9E1F2"}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_LONGEST = 32_000
_ACTION, _REPORT = COLUMNS.index("处理建议"), COLUMNS.index("审查报告")


def workbook(outcome: Outcome) -> bytes:
    """The workbook as bytes, written row by row."""
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook(write_only=True)
    book.properties.creator = "beishen"
    _list(book, outcome)
    _plain(book, "未能读取", ("序号", "文件", "代码", "原因"), _unread(outcome))
    _plain(book, "目录与文件不符", ("序号", "情形", "位置", "名称", "文号"), _mismatches(outcome))
    _statistics(book, outcome)
    if outcome.aside:
        rows = ((n, i.proposal.card.title or i.proposal.card.file, i.proposal.card.number, i.proposal.card.file)
                for n, i in enumerate(outcome.aside, 1))  # fmt: skip
        _plain(book, "未涉及专题", ("序号", "名称", "文号", "文件"), rows)
    held = BytesIO()
    book.save(held)
    return stamped(held.getvalue(), outcome.day)


def _list(book: Any, outcome: Outcome) -> None:
    from openpyxl.styles import PatternFill  # type: ignore[import-untyped]
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]

    sheet = book.create_sheet("清理清单")
    for at, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(outcome.listed) + 1}"
    sheet.append(_heads(sheet, COLUMNS))
    fills = {name: PatternFill("solid", start_color=color) for name, color in _FILLS.items()}
    for number, item in enumerate(outcome.listed, 1):
        values = row(number, item)
        cells = [_cell(sheet, value) for value in values]
        fill = fills.get(str(values[_ACTION]))
        if fill is not None:
            cells[_ACTION].fill = fill
        if values[_REPORT]:
            cells[_REPORT] = _link(sheet, str(values[_REPORT]))
        sheet.append(cells)
    sheet.append([_cell(sheet, "")])
    sheet.append([_cell(sheet, ""), _cell(sheet, NOTICE)])


def _unread(outcome: Outcome) -> Iterable[Sequence[object]]:
    for number, card in enumerate(outcome.unread, 1):
        code, message = card.problems[0] if card.problems else ("", "")
        yield (number, card.file, code, message)


def _mismatches(outcome: Outcome) -> Iterable[Sequence[object]]:
    rows: list[tuple[str, str, str, str]] = []
    rows += [
        ("目录有、文件无", f"目录第 {r.place} 行 {r.file}".strip(), r.title, r.number) for r in outcome.without_file
    ]
    rows += [("文件有、目录无", file, "", "") for file in outcome.without_row]
    for group in outcome.twins:
        same = len({card.sha256 for card in group}) == 1
        what = "内容相同的文件" if same else "同一文号的多个文件"
        rows += [(what, card.file, card.title, card.number) for card in group]
    yield from ((number, *values) for number, values in enumerate(rows, 1))


def _statistics(book: Any, outcome: Outcome) -> None:
    sheet = book.create_sheet("统计")
    sheet.column_dimensions["A"].width = 40
    sheet.append([_cell(sheet, f"基准日 {outcome.day.isoformat()}" + (f"　{outcome.focus}" if outcome.focus else ""))])
    for table in outcome.tables:
        sheet.append([])
        sheet.append([_cell(sheet, table.title + (f"（{table.note}）" if table.note else ""))])
        sheet.append(_heads(sheet, (table.first, *(action.value for action in ACTIONS), "合计")))
        for name, counts in _rows(table):
            sheet.append([_cell(sheet, name), *(_cell(sheet, count) for count in counts)])


def _rows(table: Table) -> Iterable[tuple[str, tuple[int, ...]]]:
    return ((name, (*counts, sum(counts))) for name, counts in table.rows)


def _plain(book: Any, name: str, heads: tuple[str, ...], rows: Iterable[Sequence[object]]) -> None:
    sheet = book.create_sheet(name)
    for letter, width in zip("BCDE", (44, 30, 60, 24), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(_heads(sheet, heads))
    for values in rows:
        sheet.append([_cell(sheet, value) for value in values])


def _heads(sheet: Any, names: Iterable[str]) -> list[Any]:
    from openpyxl.styles import Font, PatternFill

    cells = [_cell(sheet, name) for name in names]
    for cell in cells:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DDEBF7")
    return cells


def _cell(sheet: Any, value: object) -> Any:
    """A cell; words stay words whatever they begin with."""
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
    from openpyxl.styles import Alignment

    if isinstance(value, int | float):
        return WriteOnlyCell(sheet, value)
    words = ILLEGAL_CHARACTERS_RE.sub("", str(value or ""))[:_LONGEST]
    cell = WriteOnlyCell(sheet, None)
    cell.value = words
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if words.startswith(_RISKY):
        cell._style.quotePrefix = 1
    return cell


def _link(sheet: Any, target: str) -> Any:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink  # type: ignore[import-untyped]

    cell = _cell(sheet, "查看")
    cell._hyperlink = Hyperlink(ref="", target=target)
    cell.font = Font(color="0563C1", underline="single")
    return cell
