"""An office's own list: columns by any name, rows and files brought together."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from beishen.corpora.errors import BadArgument
from beishen.review.cleanup.card import Card
from beishen.review.cleanup.catalogue import Row, match, read
from openpyxl import Workbook

Make = Callable[..., Card]


def saved(path: Path, *rows: list[object]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_header_below_a_heading_and_dates_in_every_dress(tmp_path: Path) -> None:
    path = saved(
        tmp_path / "目录.xlsx",
        ["青州市规范性文件目录"],
        [],
        ["序号", "文件 名称", "发文字号（文号）", "制定机关", "印发日期", "实施日期", "备注"],
        [1, "青州市停车 管理办法", "青政发[2024]5号", "青州市人民政府", datetime(2024, 5, 1), "2024年6月1日", "x"],
        [2, None, None, None, None, None, "空行"],
        [3, "青州市夜市管理办法", None, None, "2020.3.1", "待定", None],
    )
    assert read(path) == (
        Row(4, "青州市停车管理办法", "青政发[2024]5号", "青州市人民政府", date(2024, 5, 1), date(2024, 6, 1)),
        Row(6, "青州市夜市管理办法", published=date(2020, 3, 1)),
    )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a workbook", "名称,文号".encode()])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "目录.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadArgument, match="无法读取"):
        read(path)


def test_a_workbook_without_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadArgument, match="表头"):
        read(saved(tmp_path / "目录.xlsx", ["甲", "乙"], [1, 2]))


def test_rows_meet_files_by_file_then_number_then_title_each_once(card: Make) -> None:
    cards = (
        card(file="下级/x.txt", number="", title="另一个标题"),
        card(file="b.txt"),
        card(file="青州市公园管理办法.docx", number="", title=""),
        card(file="d.txt", number="青政发〔2011〕1号", title="无人认领"),
    )
    rows = (
        Row(2, "任意", file="x.txt"),
        Row(3, "任意", "青政发[2024]5号"),
        Row(4, "青州市公园管理办法"),
        Row(5, "任意", "青政发〔2024〕5号"),
    )
    found = match(cards, rows)
    assert [row.place if row else None for row in found.rows] == [2, 3, 4, None]
    assert [row.place for row in found.without_file] == [5]
    assert found.without_row == (3,)


def test_a_row_fills_what_the_file_lacks_and_nothing_else(card: Make) -> None:
    bare = card(title="", number="", organs=(), level="", province="", region="", issued=None)
    row = Row(2, "青州市停车管理办法", "青政发〔2024〕5号", "青州市人民政府", date(2024, 5, 1), file="a.txt")
    filled = match((bare,), (row,)).cards[0]
    assert (filled.title, filled.number, filled.published) == (row.title, row.number, row.published)
    assert (filled.organs, filled.level) == (("青州市人民政府",), "县级政府")
    held = card(published=None)
    assert match((held,), (Row(2, "别的", "别的", "别的机关", date(1999, 1, 1), file="a.txt"),)).cards == (held,)
