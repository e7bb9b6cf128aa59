"""The page: whole text, each finding once, everything escaped, nothing fetched."""

import re
from dataclasses import replace

from beishen.corpora.text import Document
from beishen.review.finding import Copied, CopiedClause, Quieted, Report, Why
from beishen.review.render.html import Note, render, rows
from lxml import html


def test_page_is_self_contained(report: Report) -> None:
    page = render(report)
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)|url\(|@import""", page)


def test_every_value_is_escaped(report: Report, broken: Report) -> None:
    assert "集市&lt;摊位&gt;" in render(report)
    assert "集市<摊位>" not in render(report)
    assert "坏&lt;文件&gt;" in render(broken)


def test_text_column_holds_the_whole_document(report: Report, document: Document) -> None:
    tree = html.fromstring(render(report))
    for reference in tree.xpath("//a[@class='ref']"):
        reference.drop_tree()
    shown = "".join("".join(cell.itertext()) for cell in tree.xpath("//div[@class='text']"))
    assert "".join(shown.split()) == "".join(document.text.split())


def test_each_finding_has_one_note_beside_its_clause(report: Report, document: Document) -> None:
    notes = tuple(Note(number, finding, "") for number, finding in enumerate(report.findings, 1))
    placed = [note.number for row in rows(document, notes) for note in row.notes]
    assert placed == [1, 2, 3, 4]
    tree = html.fromstring(render(report))
    for reference in tree.xpath("//a[@class='ref']"):
        reference.drop_tree()
    for note in notes:
        (cell,) = tree.xpath(f"//article[@id='n{note.number}']/ancestor::section/div[@class='text']")
        assert note.finding.quote in "".join(cell.itertext())


def test_nested_findings_keep_the_strongest_tone(report: Report) -> None:
    tree = html.fromstring(render(report))
    inner = tree.xpath("//mark[text()='备案证后方可']")
    assert [mark.get("class") for mark in inner] == ["doubt"]


def test_unstored_law_says_so_and_failed_file_shows_its_reason(report: Report, broken: Report) -> None:
    assert "未入库" in render(report)
    assert "file.damaged" in render(broken)
    assert "未见冲突" not in render(broken)


def test_wording_never_acquits_or_condemns(report: Report, broken: Report) -> None:
    for page in (render(report), render(broken)):
        assert not re.search("通过审查|审查通过|合格|违法|非法|passed|illegal", page)


def test_answers_copies_and_what_was_searched_are_shown(report: Report) -> None:
    searched = {"ranks": ["法律", "行政法规"], "not_in_store": ["行政法规"], "found": []}
    why = Why({"basis_searched": searched, "compared": {"clause": "四十日", "article": "二十日"},
               "terms": [{"term": "摊位", "meaning": "集市内的<固定>铺位", "clause": "2"}]})  # fmt: skip
    first = replace(report.findings[0], why=why)
    calm = Quieted(report.findings[3], "上位法<已>授权", "王某", "2026-05-01")
    copied = Copied(0.25, (CopiedClause("3", "某处罚法", "第十六条", "2021-01-22", 0.9),))
    full = replace(report, findings=(first, *report.findings[1:3]), quieted=(calm,), copied=copied, known=2)
    text = "".join(html.fromstring(render(full)).itertext())
    shown = (
        "行政法规（未入库）",
        "四十日",
        "本文件所称摊位",
        "集市内的<固定>铺位",
        "上位法<已>授权",
        "《某处罚法》第十六条",
    )
    for words in (*shown, "照抄上位法 25%", "与对照报告相同的 2 条未列"):
        assert words in text, words
