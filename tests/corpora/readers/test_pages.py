"""PDF and OFD: lines by position, page furniture, damage, protection."""

import importlib.util
import time
from collections.abc import Callable

import pytest
from beishen.corpora.errors import FileDamaged, FileEncrypted, FileTooLarge, FileUnsafe, NoText
from beishen.corpora.limits import DEFAULT, Limits
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.text import Block

FULL = "河道采砂管理应当遵循统一规划总量控制有序开采保护生态的原则由县水利局组织实施并接受社会各界的"


def pdf(data: bytes, limits: Limits = DEFAULT) -> tuple[Block, ...]:
    return extract(accept("a.pdf", data), limits).blocks


def page(number: int) -> list[tuple[float, float, str]]:
    """A page with a header, an indented paragraph over three lines, a labelled point and a page number."""
    return [
        (200, 810, "测试县人民政府公报"),
        (90, 740, FULL[:34]),
        (66, 720, FULL[:36]),
        (66, 700, "监督检查。"),
        (90, 680, f"（{number}）各乡镇应当按照要求执行。"),
        (280, 40, f"- {number} -"),
    ]


def test_paragraphs_headers_and_page_numbers(make_pdf: Callable[..., bytes]) -> None:
    found = pdf(make_pdf([page(1), page(2), page(3)]))
    assert [(b.page, b.kind, b.text.replace("\n", "")) for b in found if b.page == 2] == [
        (2, "text", FULL[:34] + FULL[:36] + "监督检查。"),
        (2, "text", "（2）各乡镇应当按照要求执行。"),
        (2, "header", "测试县人民政府公报"),
        (2, "footer", "- 2 -"),
    ]
    assert all(b.box is not None for b in found)


def test_a_paragraph_runs_over_the_page(make_pdf: Callable[..., bytes]) -> None:
    first = [(66, 700, FULL[:36]), (66, 680, FULL[:36])]
    second = [(66, 760, "后续文字在下一页结束。"), (90, 740, "第二条　另起一段。")]
    texts = [b.text.replace("\n", "") for b in pdf(make_pdf([first, second]))]
    assert texts == [FULL[:36] * 2 + "后续文字在下一页结束。", "第二条　另起一段。"]


def test_encrypted_truncated_and_too_long(make_pdf: Callable[..., bytes]) -> None:
    with pytest.raises(FileEncrypted):
        pdf(make_pdf([page(1)], encrypted=True))
    with pytest.raises(FileDamaged):
        pdf(make_pdf([page(1)])[:300])
    with pytest.raises(FileTooLarge):
        pdf(make_pdf([page(n) for n in range(30)]), Limits(max_pages=20))
    with pytest.raises(FileTooLarge):
        pdf(make_pdf([page(1)]), Limits(seconds=-1))


def test_ten_thousand_pages_are_refused_at_once(make_pdf: Callable[..., bytes]) -> None:
    data = make_pdf([[]] * 10_000)
    started = time.perf_counter()
    with pytest.raises(FileTooLarge):
        pdf(data)
    assert time.perf_counter() - started < 2


def test_fonts_that_do_not_name_their_characters_are_no_text(
    make_pdf: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda *_: None)
    noise = [(66, 700, "\u05d0\u0e01\u2c80\u10a0\u0530\u07c0\u1700\u1820")]
    with pytest.raises(NoText):
        pdf(make_pdf([noise], mapped=False))
    found = extract(accept("a.pdf", make_pdf([noise, [(66, 700, "监督检查的规定由县水利局负责。")]], mapped=False)))
    assert [b.text for b in found.blocks] == ["监督检查的规定由县水利局负责。"]
    assert [p.code for p in found.problems] == ["file.no_text"]


def test_a_page_without_anything_has_no_text(make_pdf: Callable[..., bytes]) -> None:
    with pytest.raises(NoText):
        pdf(make_pdf([[]]))


def test_ofd_lines_by_position_and_pages_in_order(make_ofd: Callable[..., bytes]) -> None:
    pages = [
        [(30, 60, "第二条　后一段。"), (70, 40, "采砂管理办法"), (30, 50, "第一条　"), (80, 50, "前一段。")],
        [(30, 40, "第三条　第二页。"), (100, 285, "— 2 —")],
    ]
    found = extract(accept("a.ofd", make_ofd(pages)))
    assert found.meta == (("Title", "甲"),)
    assert [(b.page, b.kind, b.text.replace(" ", "")) for b in found.blocks] == [
        (1, "text", "采砂管理办法"),
        (1, "text", "第一条　前一段。"),
        (1, "text", "第二条　后一段。"),
        (2, "text", "第三条　第二页。"),
        (2, "footer", "—2—"),
    ]


def test_ofd_of_another_namespace_with_a_watermark(make_ofd: Callable[..., bytes]) -> None:
    mark = (
        "<ofd:PageAnnot xmlns:ofd='x'><ofd:Annot Type='Watermark'><ofd:Appearance>"
        "<ofd:TextObject Boundary='0 0 9 9' Size='8'>"
        "<ofd:TextCode X='1' Y='1'>内部</ofd:TextCode></ofd:TextObject></ofd:Appearance></ofd:Annot></ofd:PageAnnot>"
    )
    index = "<ofd:Annotations xmlns:ofd='x'><ofd:Page PageID='10'><ofd:FileLoc>P/A.xml</ofd:FileLoc></ofd:Page>"
    index += "</ofd:Annotations>"
    extra = {"Doc_0/Annots/Annotations.xml": index.encode(), "Doc_0/Annots/P/A.xml": mark.encode()}
    found = extract(
        accept("a.ofd", make_ofd([[(30, 40, "第一条　测试。")]], namespace="http://www.ofdspec.org", extra=extra))
    )
    assert [(b.kind, b.text) for b in found.blocks] == [("text", "第一条　测试。"), ("watermark", "内部")]


def test_ofd_missing_page_is_a_problem_and_protection_a_refusal(
    make_ofd: Callable[..., bytes], make_zip: Callable[..., bytes]
) -> None:
    root = b"<OFD><DocBody><DocRoot>D/Document.xml</DocRoot></DocBody></OFD>"
    both = b"<Document><Pages><Page ID='1' BaseLoc='a.xml'/><Page ID='2' BaseLoc='gone.xml'/></Pages></Document>"
    text = b"<Page><TextObject Boundary='10 10 9 9' Size='5'><TextCode X='0' Y='5'>abc</TextCode></TextObject></Page>"
    found = extract(accept("a.ofd", make_zip({"OFD.xml": root, "D/Document.xml": both, "D/a.xml": text})))
    assert [b.text for b in found.blocks] == ["abc"]
    assert [p.code for p in found.problems] == ["file.damaged"]
    with pytest.raises(FileEncrypted):
        extract(accept("a.ofd", make_ofd([[(30, 40, "甲")]], extra={"Encryptions.xml": b"<a/>"})))
    with pytest.raises(FileDamaged):
        extract(accept("a.ofd", make_zip({"OFD.xml": root})))


def test_ofd_entities_are_refused(make_zip: Callable[..., bytes]) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "1"><!ENTITY y "&x;&x;">]><OFD>&y;</OFD>'
    with pytest.raises(FileUnsafe):
        extract(accept("a.ofd", make_zip({"OFD.xml": bomb})))


RULES = b"".join(
    b"%d %d m %d %d l S\n" % rule
    for rule in (
        *((60, y, 540, y) for y in (720, 690, 600)),
        (200, 645, 540, 645),  # between the rows of the two right columns: the left cell is merged downwards
        *((x, 600, x, 720) for x in (60, 200, 540)),
        (380, 600, 380, 690),  # the heading on the right is merged across
    )
)


def test_a_ruled_table_keeps_rows_and_cells(make_pdf: Callable[..., bytes]) -> None:
    """A cell merged downwards is printed where it begins, a cell of several lines stays one, text around is text."""
    printed = [
        (66, 760, "附件：处理标准如下。"),
        (66, 700, "违规情形"),
        (210, 700, "处理意见和理由"),
        (66, 650, "占用道路堆物"),
        (66, 634, "或者摆摊"),
        (210, 672, "经提醒后自行整理恢复"),
        (210, 656, "原状的"),
        (390, 664, "不予处理"),
        (210, 620, "拒不改正的"),
        (390, 620, "移送综合执法机构"),
        (66, 560, "第二条　本标准自发布之日起施行。"),
    ]
    found = pdf(make_pdf([printed], drawn=RULES))
    assert [(b.kind, b.text) for b in found] == [
        ("text", "附件：处理标准如下。"),
        ("row", "违规情形 | 处理意见和理由"),
        ("row", "占用道路堆物或者摆摊 | 经提醒后自行整理恢复原状的 | 不予处理"),
        ("row", " | 拒不改正的 | 移送综合执法机构"),
        ("text", "第二条　本标准自发布之日起施行。"),
    ]


def test_a_line_that_runs_over_a_rule_is_cut_there(make_pdf: Callable[..., bytes]) -> None:
    printed = [(66, 700, "序号"), (170, 700, "事项名称")]
    rules = b"".join(b"%d %d m %d %d l S\n" % r for r in ((60, 720, 300, 720), (60, 690, 300, 690)))
    rules += b"".join(b"%d 690 m %d 720 l S\n" % (x, x) for x in (60, 120, 300))
    assert [(b.kind, b.text) for b in pdf(make_pdf([printed], drawn=rules))] == [("row", "序号 | 事项名称")]
    joined = [(66, 700, "序号 三四五事项名称")]
    assert [b.text for b in pdf(make_pdf([joined], drawn=rules))] == ["序号 三四 | 五事项名称"]
