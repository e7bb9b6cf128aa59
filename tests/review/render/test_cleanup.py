"""The files of a clean-up: safe cells, escaped pages, the same bytes for the same outcome."""

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from beishen.review.cleanup.card import Card, Hit
from beishen.review.cleanup.catalogue import Row
from beishen.review.cleanup.decision import Ruling, Settled, Verdict, settle
from beishen.review.cleanup.outcome import Outcome
from beishen.review.cleanup.proposal import Action, Proposal, because
from beishen.review.cleanup.statistics import ACTIONS, by_organ, by_reason, by_year, every_theme, of_law
from beishen.review.render import cleanup_charts, cleanup_docx, cleanup_files, cleanup_html, cleanup_json, cleanup_xlsx
from openpyxl import load_workbook

NASTY = '=HYPERLINK("http://x.example","点我")<script>alert(1)</script>\x07'


def proposal(file: str, action: Action, **changes: object) -> Proposal:
    card = Card(
        file=file, title=f"{file}的标题", organs=("青州市人民政府",), issued=date(2020, 5, 1), instrument="规范性文件"
    )
    reasons = (because("term.over", "文件自定有效期至 2020-01-01，已届满"),) if action is Action.LAPSE else ()
    return Proposal(replace(card, **changes), action, 0.9, reasons, date(2027, 1, 1), True)


@pytest.fixture
def outcome() -> Outcome:
    proposals = (
        proposal("a.txt", Action.LAPSE, report="reports/000/000001.html", hits=(Hit("permit", "许可、审批", 2, ()),)),  # type: ignore[arg-type]
        proposal("b.txt", Action.KEEP, title=NASTY, number="+1", organs=("-乙机关",), issued=None),
        proposal("c.txt", Action.REPEAL, issued=date(2019, 1, 1)),
        proposal("d.txt", Action.AMEND),
    )
    rulings = (
        Ruling("c.txt", Verdict.DEFER, None, "王五", "2026-11-20T10:00:00"),
        Ruling("d.txt", Verdict.CHANGE, Action.REPEAL, "王五", "2026-11-20T10:00:00", "已无必要"),
    )
    settled = settle(proposals, rulings)
    return Outcome(
        day=date(2026, 11, 23),
        settled=settled,
        touched=frozenset(item.proposal.card.file for item in settled),
        focus="",
        unread=(Card("坏.pdf", read=False, problems=(("file.damaged", "@坏了"),)),),
        without_file=(Row(7, "丢失的办法", "青政发〔2001〕1号"),),
        without_row=("b.txt",),
        twins=(),
        tables=(by_organ(settled), by_year(settled), by_reason(settled), *every_theme(settled)),
    )


def test_no_cell_is_a_formula(outcome: Outcome) -> None:
    book = load_workbook(BytesIO(cleanup_xlsx.workbook(outcome)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    risky = [cell for cell in cells if cell.value.startswith(("=", "+", "-", "@"))]
    assert {cell.value[:2] for cell in risky} >= {"=H", "+1", "-乙", "@坏"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)
    sheet = book["清理清单"]
    assert [sheet.cell(row, 8).value for row in range(2, 6)] == ["宣布失效", "继续有效", "废止", "修改"]
    assert sheet.cell(4, 13).value.startswith("暂缓")
    assert sheet.cell(5, 13).value == "更改为废止（王五，2026-11-20）：已无必要"


def test_the_page_escapes_everything_and_fetches_nothing(outcome: Outcome) -> None:
    page = cleanup_html.render(outcome)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert 'href="reports/000/000001.html"' in page
    assert page.count("<svg") == 4


def test_equal_outcomes_give_equal_bytes(outcome: Outcome, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        cleanup_files.write(outcome, tmp_path / name)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert set(one) == {
        cleanup_files.LIST, cleanup_files.OVERVIEW, cleanup_files.LINES, cleanup_files.ENDED, cleanup_files.AMENDED,
        cleanup_files.KEPT,
    }  # fmt: skip


def test_drafts_follow_people_and_leave_out_what_is_put_off(outcome: Outcome) -> None:
    import docx

    def words(data: bytes) -> str:
        document = docx.Document(BytesIO(data))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])

    ended = words(cleanup_docx.ended(outcome))
    assert "废止 1 件" in ended
    assert "d.txt的标题" in ended
    assert "c.txt的标题" not in ended
    assert "a.txt的标题（待确认）" in ended
    assert "草案" in ended
    assert "（无）" in words(cleanup_docx.amended(outcome))


def test_lines_are_json_with_stable_kinds(outcome: Outcome) -> None:
    rows = [json.loads(line) for line in cleanup_json.lines(outcome)]
    assert [row["kind"] for row in rows if row["kind"] != "table"] == [
        *["document"] * 4, "unread", "row_without_file", "file_without_row", "made",
    ]  # fmt: skip
    assert rows[3]["ruling"] == {
        "verdict": "change", "action": "废止", "by": "王五", "at": "2026-11-20T10:00:00", "note": "已无必要",
    }  # fmt: skip


def test_files_of_one_number_are_told_in_every_list(outcome: Outcome) -> None:
    one, other = (item.proposal.card for item in outcome.settled[:2])
    cards = (replace(one, number="青政发〔2020〕4号"), replace(other, number="青政发〔2020〕4号", file="b（2）.txt"))
    double = replace(outcome, twins=(cards,))
    book = load_workbook(BytesIO(cleanup_xlsx.workbook(double)))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any("b（2）.txt" in words for words in cells)
    told = [row for row in map(json.loads, cleanup_json.lines(double)) if row["kind"] == "one_number"]
    assert [row["files"] for row in told] == [["a.txt", "b（2）.txt"]]
    assert "青政发〔2020〕4号：a.txt、b（2）.txt" in cleanup_html.render(double)


def test_tables_add_up(outcome: Outcome) -> None:
    for table in outcome.tables[:3]:
        columns = zip(*(counts for _, counts in table.rows[:-1]), strict=True)
        assert tuple(sum(column) for column in columns) == table.total
        assert sum(table.total) == len(outcome.settled)
    permit = next(table for table in outcome.tables if "行政许可" in table.title)
    assert sum(permit.total) == 1
    assert "涉及 1 件" in permit.note
    assert sum(of_law(outcome.settled, "民法典").total) == 0
    assert dict(zip(ACTIONS, outcome.tables[0].total, strict=True))[Action.REPEAL] == 2


def test_a_long_table_is_cut_and_still_counts_everything() -> None:
    settled = tuple(
        Settled(proposal(f"{at}.txt", Action.KEEP, organs=(f"机关{at:02d}",), issued=None)) for at in range(40)
    )
    chart = cleanup_charts.stacked(by_organ(settled))
    assert "其余 25 项" in chart
    assert ">25</text>" in chart
