"""A report made by hand from a text of our own: every level, a stored and an unstored citation, awkward characters."""

from datetime import date

import pytest
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document, Problem, Span
from beishen.review.finding import Citation, Finding, FindingLevel, Provenance, Report, Status, Why

TEXT = """云溪县人民政府关于印发《云溪县集市<摊位>管理办法》的通知
云溪政规〔2024〕7号

各乡镇人民政府：
现将《云溪县集市<摊位>管理办法》印发给你们，请遵照执行。
云溪县人民政府
2024年3月5日

云溪县集市<摊位>管理办法
第一章 总则
第一条 为了规范集市经营，根据有关法律，制定本办法。
第二条 经营者应当自进场之日起三日内向乡镇人民政府备案，取得备案证后方可设摊 & 经营。
第三条 违反第二条规定的，处五百元罚款。
第四条 乡镇人民政府应当免费提供公平秤。
第五条 本办法自2024年4月1日起施行。
"""
ARTICLE = "除法律、法规、规章外，其他文件不得设定处罚。\n本款为测试所写，不是任何法律的原文。"
PROVENANCE = Provenance("0.1.0", "laws-1", "index-1", (("encoder", "e-1"),), "std-1", date(2026, 11, 23))


@pytest.fixture
def document() -> Document:
    return read(accept("集市办法.txt", TEXT.encode()))


def finding(document: Document, ident: str, level: FindingLevel, words: str, *citations: Citation) -> Finding:
    start = document.text.index(words)
    clause = next(c.id for c in document.clauses if c.span.start <= start < c.span.end)
    return Finding(
        id=ident,
        rule="penalty.set@1",
        level=level,
        types=("penalty",),
        clause=clause,
        span=Span(start, start + len(words)),
        quote=words,
        message=f"这里值得核对：{words}",
        why=Why({"matched": words, "numbers": [3, 20], "basis": {"searched": True}}),
        citations=citations,
        confidence=0.875,
        advice="请对照条文核实。",
    )


@pytest.fixture
def report(document: Document) -> Report:
    stored = Citation("某处罚法", "第十六条", ARTICLE, "其他文件不得设定处罚", "2021-01-22", True, "法律", "conflict")
    missing = Citation("某营商条例", "第三十九条", "", "", "", False, "行政法规", "standard", stored=False)
    findings = (
        finding(document, "f1", FindingLevel.DOUBT, "取得备案证后方可设摊 & 经营", missing),
        finding(document, "f2", FindingLevel.HINT, "备案证后方可"),
        finding(document, "f3", FindingLevel.CONFLICT, "处五百元罚款", stored),
        finding(document, "f4", FindingLevel.FORM, "2024年4月1日"),
    )
    return Report("集市办法.txt", Status.OK, (), document, findings, PROVENANCE)


@pytest.fixture
def broken() -> Report:
    problem = Problem("file.damaged", "“坏<文件>.docx”已损坏")
    return Report("坏<文件>.docx", Status.FAILED, (problem,), None, (), PROVENANCE)
