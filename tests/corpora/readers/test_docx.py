"""DOCX: numbering as text, tables, headers, revisions, text boxes; nothing executed."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from beishen.corpora.errors import FileDamaged, FileUnsafe
from beishen.corpora.limits import Limits
from beishen.corpora.readers.formats import accept, extract
from beishen.corpora.readers.numbering import numeral
from beishen.corpora.text import Block
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def blocks(data: bytes) -> tuple[Block, ...]:
    return extract(accept("a.docx", data)).blocks


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            made.writestr(name, change(given.read(name)) if name == part else given.read(name))
    return out.getvalue()


def body_of(xml: str) -> bytes:
    """A document whose body is `xml`."""
    base = saved(Document())
    return rewritten(
        base,
        "word/document.xml",
        lambda old: re.sub(rb"<w:body>.*</w:body>", f"<w:body>{xml}</w:body>".encode(), old, flags=re.S),
    )


def test_paragraphs_in_order(make_docx: Callable[..., bytes], body: tuple[str, ...]) -> None:
    assert [b.text for b in blocks(make_docx(body))] == list(body)


def test_tables_keep_rows_and_cells() -> None:
    document = Document()
    document.add_paragraph("前")
    table = document.add_table(2, 3)
    for r, row in enumerate(table.rows):
        for c, cell in enumerate(row.cells):
            cell.text = f"格{r}{c}"
    document.add_paragraph("后")
    found = blocks(saved(document))
    assert [(b.kind, b.text) for b in found] == [
        ("text", "前"),
        ("row", "格00 | 格01 | 格02"),
        ("row", "格10 | 格11 | 格12"),
        ("text", "后"),
    ]


def test_a_frame_of_one_cell_holds_paragraphs() -> None:
    document = Document()
    cell = document.add_table(1, 1).rows[0].cells[0]
    cell.text = "第一条　甲。"
    cell.add_paragraph("第二条　乙。")
    assert [(b.kind, b.text) for b in blocks(saved(document))] == [("text", "第一条　甲。"), ("text", "第二条　乙。")]


def test_headers_and_footers_have_their_kind() -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "测试县公报"
    document.sections[0].footer.paragraphs[0].text = "内部资料"
    document.add_paragraph("正文")
    assert {b.kind: b.text for b in blocks(saved(document))} == {
        "header": "测试县公报",
        "footer": "内部资料",
        "text": "正文",
    }


def test_automatic_numbers_become_text() -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
            '<w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
            '<w:lvlText w:val="（%2）"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level, text in ((0, "甲"), (1, "乙"), (1, "丙"), (0, "丁"), (1, "戊")):
        paragraph = document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
        )
    texts = [b.text for b in blocks(saved(document))]
    assert texts == ["第一条 甲", "（一）乙", "（二）丙", "第二条 丁", "（一）戊"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (12, "chineseCounting", "十二"),
        (105, "chineseCountingThousand", "一百零五"),
        (3, "chineseLegalSimplified", "叁"),
        (3, "decimalEnclosedCircle", "③"),
        (27, "lowerLetter", "aa"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (5, "none", ""),
        (9, "somethingNew", "9"),
    ],
)
def test_number_forms(value: int, form: str, shown: str) -> None:
    assert numeral(value, form) == shown


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_kept() -> None:
    data = body_of(
        "<w:p><w:r><w:t>留</w:t></w:r><w:del><w:r><w:delText>删</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>增</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r></w:p>"
    )
    assert [b.text for b in blocks(data)] == ["留增"]


def test_a_text_box_is_read_once() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>框中文字</w:t></w:r></w:p></w:txbxContent>"
    data = body_of(
        '<w:p><w:r><w:t>前文</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/'
        f'markup-compatibility/2006"><mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [b.text for b in blocks(data)] == ["前文", "框中文字"]


def test_phonetic_guides_keep_the_base_text() -> None:
    data = body_of(
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>zhì</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>峙</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>"
    )
    assert [b.text for b in blocks(data)] == ["峙"]


def test_the_one_file_xml_form() -> None:
    data = (
        '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
        '<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>'
        f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>第一条　测试。</w:t></w:r></w:p></w:body></w:document>'
        "</pkg:xmlData></pkg:part></pkg:package>"
    ).encode()
    assert [b.text for b in extract(accept("a.doc", data)).blocks] == ["第一条　测试。"]


def test_entities_are_refused(make_docx: Callable[..., bytes]) -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]>'
    data = rewritten(
        make_docx(["甲"]), "word/document.xml", lambda old: old.replace(b"<w:document", bomb + b"<w:document", 1)
    )
    with pytest.raises(FileUnsafe):
        blocks(data)


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", b" " * (64 * 2**20))
    with pytest.raises(FileUnsafe):
        extract(accept("a.docx", data.getvalue()), Limits(max_unpacked_bytes=8 * 2**20))


def test_a_document_without_body_part_is_damaged(make_zip: Callable[..., bytes]) -> None:
    with pytest.raises(FileDamaged):
        blocks(make_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document"}))


@pytest.mark.parametrize("depth", [20, 400])
def test_deep_nesting_is_read_or_coded(depth: int) -> None:
    deep = "<w:sdt><w:sdtContent>" * depth + "<w:p><w:r><w:t>甲</w:t></w:r></w:p>" + "</w:sdtContent></w:sdt>" * depth
    if depth < 100:
        assert [b.text for b in blocks(body_of(deep))] == ["甲"]
    else:
        with pytest.raises(FileDamaged):
            blocks(body_of(deep))
