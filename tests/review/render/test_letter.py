"""The letter: quotes and articles verbatim, the reviewer's words in place of ours, no verdict, no signature."""

import io
import re
from dataclasses import replace

import docx
import pytest
from beishen.corpora.errors import BadArgument
from beishen.review.finding import Report
from beishen.review.render.json import dumps, to_json
from beishen.review.render.letter import Choice, draft, facts, letter, letter_docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

TITLE = "关于《云溪县人民政府关于印发〈云溪县集市<摊位>管理办法〉的通知》的审查意见书"


def paragraphs(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(data)).paragraphs]


def test_draft_holds_what_a_letter_needs(report: Report) -> None:
    text = draft(report, Choice(findings=("f3",)))
    lines = text.splitlines()
    assert lines[0] == TITLE
    assert "云溪县人民政府：" in lines
    assert "云溪政规〔2024〕7号，2024年3月5日印发" in text
    assert "一、关于第三条" in text
    assert "文件条款：“处五百元罚款”" in text
    assert "《某处罚法》第十六条（法律，2021年1月22日版本，现行有效）" in text
    assert report.findings[2].citations[0].text.replace("\n", "") in text
    assert "建议：请对照条文核实。" in text
    assert "备案证" not in text


def test_every_finding_goes_in_where_none_is_chosen_and_order_is_the_reviewers(report: Report) -> None:
    assert len(re.findall(r"、关于第", draft(report))) == len(report.findings)
    ordered = draft(report, Choice(findings=("f3", "f1")))
    assert ordered.index("处五百元罚款") < ordered.index("取得备案证")


def test_reviewers_words_replace_the_reports(report: Report) -> None:
    choice = Choice(("f3",), {"f3": "本条自行设定罚款。"}, {"f3": "删去\n本条。"}, "云溪县人民政府办公室")
    text = draft(report, choice)
    assert "问题：本条自行设定罚款。" in text
    assert "建议：删去本条。" in text
    assert "云溪县人民政府办公室：" in text
    assert "请对照条文核实" not in text


def test_article_that_the_store_lacks_is_named_not_quoted(report: Report) -> None:
    assert "《某营商条例》第三十九条（本机法规库未收录原文，引用前请核对）" in draft(report, Choice(("f1",)))


def test_day_in_force_is_printed_where_known(report: Report) -> None:
    cited = replace(report.findings[2].citations[0], since="2021-07-15")
    findings = tuple(replace(f, citations=(cited,)) if f.id == "f3" else f for f in report.findings)
    assert "2021年7月15日起施行" in draft(replace(report, findings=findings), Choice(("f3",)))


def test_no_verdict_and_no_signature(report: Report) -> None:
    text = draft(report)
    assert not re.search("通过审查|审查通过|合格|违法|非法", text)
    assert text.splitlines()[-1].replace("　", "") == "年月日"
    assert "由审查人员核定、签署后发出" in text


def test_stored_json_gives_the_same_letter(report: Report) -> None:
    import json

    assert draft(json.loads(dumps(to_json(report)))) == draft(report)


def test_docx_reads_back_as_the_draft(report: Report) -> None:
    text = draft(report)
    data = letter(report)
    assert paragraphs(data) == [line.strip() for line in text.splitlines()]
    document = docx.Document(io.BytesIO(data))
    assert document.core_properties.title == TITLE
    assert "2026-11-23" in document.sections[0].footer.paragraphs[0].text
    assert document.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [p.alignment for p in document.paragraphs[-3:]] == [WD_ALIGN_PARAGRAPH.RIGHT] * 3


def test_edited_text_is_set_as_it_stands(report: Report) -> None:
    text = "关于某文件的审查意见书\n某机关：\n　　一、关于第三条\n　　改\x0b写过的话。\n某审查机关\n2026年12月1日\n"
    data = letter_docx(text, facts(report))
    assert paragraphs(data)[2:4] == ["一、关于第三条", "改写过的话。"]
    ends = docx.Document(io.BytesIO(data)).paragraphs[-2:]
    assert [p.alignment for p in ends] == [WD_ALIGN_PARAGRAPH.RIGHT] * 2


def test_refusals_name_what_is_wrong(report: Report, broken: Report) -> None:
    with pytest.raises(BadArgument, match="f9"):
        draft(report, Choice(("f9",)))
    with pytest.raises(BadArgument, match="未能审查"):
        draft(broken)
