"""TXT in every encoding, Markdown, RTF, MHT."""

from collections.abc import Callable

import pytest
from beishen.corpora.errors import FileDamaged, FileUnsupported, NoText
from beishen.corpora.readers import media
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.text import Extract

PROSE = (
    "第一条　为了加强河道管理，保障防洪安全，根据有关法律，制定本办法。\n"
    "第二条　本县行政区域内的河道采砂活动，适用本办法。\n"
    "第三条　县水利局负责本办法的实施，应当公开办事程序和联系电话。\n"
)
TRADITIONAL = "第一條　為了加強河道管理，保障防洪安全，根據有關法律，制定本辦法。\n第二條　縣水利局負責實施。\n"


def read(name: str, data: bytes) -> Extract:
    return extract(accept(name, data))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk", "utf-32"]
)
def test_simplified_text_in_every_encoding(encoding: str) -> None:
    found = read("a.txt", PROSE.encode(encoding))
    assert [b.text for b in found.blocks] == PROSE.splitlines()
    assert not found.problems


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "utf-16-le", "gb18030"])
def test_traditional_text(encoding: str) -> None:
    assert [b.text for b in read("a.txt", TRADITIONAL.encode(encoding)).blocks] == TRADITIONAL.splitlines()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_short_titles_keep_their_encoding(encoding: str) -> None:
    assert read("a.txt", "关于印发采砂管理办法的通知".encode(encoding)).blocks[0].text == "关于印发采砂管理办法的通知"


def test_single_broken_bytes_are_reported_not_fatal() -> None:
    data = (PROSE * 6).encode("utf-8")
    found = read("a.txt", data[:40] + b"\xff" + data[40:])
    assert [p.code for p in found.problems] == ["text.encoding"]
    assert any("县水利局" in b.text for b in found.blocks)


def test_hard_wrapped_lines_are_one_paragraph_and_headings_stay_apart() -> None:
    text = (
        "关于加强河道采砂管理的通知\n"
        "一、总体要求\n"
        "各乡镇应当按照属地管理原则，落实河道采砂管理责任，建立巡查制度，\n"
        "并于每月底前报送巡查情况。\n"
        "二、加强监督检查，严格执法\n"
        "县水利局应当会同有关部门，对重点河段开展检查，依法查处违法\n"
        "采砂行为。\n"
    )
    assert [b.text.replace("\n", "") for b in read("a.txt", text.encode()).blocks] == [
        "关于加强河道采砂管理的通知",
        "一、总体要求",
        "各乡镇应当按照属地管理原则，落实河道采砂管理责任，建立巡查制度，并于每月底前报送巡查情况。",
        "二、加强监督检查，严格执法",
        "县水利局应当会同有关部门，对重点河段开展检查，依法查处违法采砂行为。",
    ]


def test_a_document_pasted_on_one_line_is_parted_at_its_gaps() -> None:
    sentence = "各乡镇人民政府应当按照属地管理的原则落实河道采砂管理的责任，建立日常巡查和定期报告的制度。" * 3
    line = " ".join(f"{n}、第{n}部分要求 {sentence}" for n in "一二三四五六")
    texts = [b.text for b in read("a.txt", line.encode()).blocks]
    assert len(texts) == 12
    assert texts[0] == "一、第一部分要求"
    assert "".join(texts) == line.replace(" ", "")


def test_markdown() -> None:
    text = (
        "---\ntitle: 采砂管理办法\ndate: 2020-01-02\n---\n\n# 采砂管理办法\n\n"
        "**第一条** 依据[《水法》](https://example.org/a_(b))制定，\\*号保留。\n\n"
        "[一](#a)|[二](#b)|[三](#c)\n\n| 项目 | 标准 |\n| --- | --- |\n| 采砂 | 五万元 |\n\n"
        '<p id="t2">&emsp;&emsp;<b>第二条</b>&emsp;甲<br>\n乙</p>\n\n某市**年的指标、**县\n'
    )
    found = read("a.md", text.encode())
    assert found.meta == (("title", "采砂管理办法"), ("date", "2020-01-02"))
    assert [(b.kind, b.text) for b in found.blocks] == [
        ("heading", "采砂管理办法"),
        ("text", "第一条 依据《水法》制定，*号保留。"),
        ("row", "项目 | 标准"),
        ("row", "采砂 | 五万元"),
        ("text", "第二条\u2003甲"),
        ("text", "乙"),
        ("text", "某市**年的指标、**县"),
    ]


def test_rtf_code_pages_unicode_tables_and_skipped_groups() -> None:
    gbk = "".join(f"\\'{b:02x}" for b in "第一条".encode("gbk"))
    data = (
        "{\\rtf1\\ansi\\ansicpg936{\\fonttbl{\\f0 SimSun;}}{\\*\\generator x;}{\\info{\\title skipped}}"
        f"{{\\header {gbk}\\par}}"
        + f"\\pard {gbk} \\u27979?\\u35797?\\par "
        + "{\\v hidden}\\trowd A\\cell B\\cell\\row {\\pict 89504e47}\\u-3935 ?end\\par}"
    ).encode("ascii")
    assert [(b.kind, b.text) for b in read("a.doc", data).blocks] == [
        ("header", "第一条"),
        ("text", "第一条 测试"),
        ("row", "A | B"),
        ("text", "\uf0a1end"),
    ]


def test_rtf_nested_without_end_is_damaged() -> None:
    with pytest.raises(FileDamaged):
        read("a.rtf", b"{\\rtf1 " + b"{" * 5000 + b"a")


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312"])
@pytest.mark.parametrize("transfer", ["quoted-printable", "base64"])
def test_mht(encoding: str, transfer: str) -> None:
    import base64
    import quopri

    page = f"<html><head><meta charset='{encoding}'></head><body><p>第一条　测试河道管理。</p></body></html>".encode(
        encoding
    )
    body = base64.encodebytes(page) if transfer == "base64" else quopri.encodestring(page)
    data = (
        b'From: <saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n'
        + f'Content-Type: text/html; charset="{encoding}"\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n'.encode()
        + body
        + b"\r\n--x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"
    )
    source = accept("a.doc", data)
    assert source.media == media.MHT
    assert [b.text for b in extract(source).blocks] == ["第一条　测试河道管理。"]


def test_mht_without_text() -> None:
    with pytest.raises(NoText):
        read(
            "a.mht",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
            b"--x\r\nContent-Type: image/png\r\n\r\nabc\r\n--x--\r\n",
        )


def test_noise_is_no_text(make_zip: Callable[..., bytes]) -> None:
    with pytest.raises(FileUnsupported):
        read("a.md", make_zip({"a": b"b" * 100})[4:] + bytes(range(32)) * 10)
