"""The terminal report: plain in a pipe, complete, one line per remark."""

import io

from beishen.review.finding import Report
from beishen.review.render.text import plain, show
from rich.console import Console


def test_plain_report_names_levels_places_laws_and_advice(report: Report) -> None:
    lines = plain(report).splitlines()
    assert "有发现：冲突 1　疑问 1　提示 1　形式 1" in lines
    assert any("冲突" in line and "第三条" in line and "penalty.set@1" in line for line in lines)
    assert any("《某处罚法》第十六条" in line and "现行有效" in line for line in lines)
    assert any("《某营商条例》第三十九条" in line and "未入库" in line for line in lines)
    assert sum("建议：" in line for line in lines) == 4


def test_pipe_gets_the_plain_text_unwrapped_and_uncoloured(report: Report) -> None:
    stream = io.StringIO()
    show(report, Console(file=stream, width=40))
    assert stream.getvalue() == plain(report)


def test_terminal_gets_colour_and_no_overlong_line(report: Report) -> None:
    stream = io.StringIO()
    show(report, Console(file=stream, width=60, force_terminal=True, color_system="standard", legacy_windows=False))
    text = stream.getvalue()
    assert "\x1b[" in text
    assert "某处罚法" in text


def test_nothing_found_and_nothing_read_are_told_apart(report: Report, broken: Report) -> None:
    empty = Report(report.file, report.status, (), report.document, (), report.provenance)
    assert "未见冲突、疑问、提示和形式方面的发现" in plain(empty)
    assert "未能审查：“坏<文件>.docx”已损坏 [file.damaged]" in plain(broken)
    assert "未见" not in plain(broken)
