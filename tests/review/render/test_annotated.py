"""Comments at the clauses of a copy; the original untouched, its layout kept; read back with python-docx and lxml."""

import io
import zipfile
from datetime import date

import docx
import pytest
from beishen.corpora.errors import BadArgument
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document, Source, Span
from beishen.review.finding import Finding, FindingLevel, Provenance, Report, Status
from beishen.review.render.annotated import NEAREST, Annotated, annotate
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
BOX = (
    f"<w:r {W} {VML}><w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>集市摊主应当缴纳卫生押金二百元。</w:t>"
    "</w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def made(*findings: Finding, document: Document) -> Report:
    provenance = Provenance("0", "l", "i", (), "s", date(2026, 11, 23))
    return Report(document.source, Status.OK, (), document, findings, provenance)


def remark(document: Document, ident: str, words: str) -> Finding:
    start = document.text.index(words)
    clause = next((c.id for c in document.clauses if c.span.start <= start < c.span.end), "")
    span = Span(start, start + len(words))
    return Finding(
        ident, "fee.set@1", FindingLevel.DOUBT, ("fee",), clause, span, words, f"核对{ident}。", advice="删去。"
    )


def original() -> bytes:
    """A DOCX with split runs, a table, an automatic number, a text box and a comment of somebody's own."""
    file = docx.Document()
    file.add_heading("云溪县集市摊位管理办法", 0)
    file.add_paragraph("第一条 为了规范集市经营，制定本办法。")
    split = file.add_paragraph()
    split.add_run("第二条 摊主应当缴纳")
    bold = split.add_run("清洁费五十元")
    bold.bold, bold.font.size = True, Pt(15)
    split.add_run("。拒不缴纳的，不予登记。")
    table = file.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("项目", "标准", "临时摊位占地费", "每日每平方米十二元"), strict=True):
        cell.text = words
    file.add_paragraph("摊主应当每月交纳公平秤使用费", style="List Number")
    host = file.add_paragraph("第三条 本条旁有文本框。")
    host._p.append(parse_xml(BOX))
    file.add_paragraph("第四条 本办法自公布之日起施行。")
    own = file.paragraphs[1].runs[0]
    file.add_comment(own, text="原有批注", author="某人")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


@pytest.fixture
def source() -> Source:
    return accept("集市办法.docx", original())


def comments(found: Annotated) -> list[str]:
    return [comment.text for comment in docx.Document(io.BytesIO(found.data)).comments if comment.author == "备审"]


def anchored(found: Annotated, number: int) -> str:
    """The text between the range marks of our n-th comment."""
    file = docx.Document(io.BytesIO(found.data))
    ident = str([comment.comment_id for comment in file.comments if comment.author == "备审"][number])
    inside, words = False, []
    for node in file.element.body.iter():
        if node.tag == qn("w:commentRangeStart") and node.get(qn("w:id")) == ident:
            inside = True
        elif node.tag == qn("w:commentRangeEnd") and node.get(qn("w:id")) == ident:
            inside = False
        elif inside and node.tag == qn("w:t"):
            words.append(node.text or "")
    return "".join(words)


def test_comments_stand_at_the_words_and_nothing_else_changes(source: Source) -> None:
    before = bytes(source.data)
    document = read(source)
    report = made(
        remark(document, "f1", "清洁费五十元"), remark(document, "f2", "拒不缴纳的，不予登记"), document=document
    )
    found = annotate(report, source)
    assert source.data == before
    assert found.copied and found.comments == 2 and found.nearest == ()
    assert anchored(found, 0) == "清洁费五十元"
    assert anchored(found, 1) == "。拒不缴纳的，不予登记。"
    old, new = docx.Document(io.BytesIO(before)), docx.Document(io.BytesIO(found.data))
    assert [p.text for p in new.paragraphs] == [p.text for p in old.paragraphs]
    assert [p.style.name for p in new.paragraphs] == [p.style.name for p in old.paragraphs]
    assert new.paragraphs[2].runs[1].font.size == Pt(15)
    assert "原有批注" in [comment.text for comment in new.comments]
    assert read(accept("again.docx", found.data)).text == document.text


def test_a_comment_says_what_the_report_says(source: Source) -> None:
    document = read(source)
    (text,) = comments(annotate(made(remark(document, "f1", "清洁费五十元"), document=document), source))
    assert "核对f1。" in text and "建议：删去。" in text and "疑问" in text and "由审查人员认定" in text


def test_cells_of_a_table_and_automatic_numbers_are_found(source: Source) -> None:
    document = read(source)
    report = made(
        remark(document, "f1", "临时摊位占地费 | 每日每平方米十二元"),
        remark(document, "f2", document.text[document.text.index("摊主应当每月") - 2 :].split("\n")[0]),
        document=document,
    )
    found = annotate(report, source)
    assert found.nearest == ()
    assert anchored(found, 0) == "临时摊位占地费每日每平方米十二元"
    assert anchored(found, 1) == "摊主应当每月交纳公平秤使用费"


def test_words_of_a_text_box_go_to_the_nearest_paragraph_and_are_reported(source: Source) -> None:
    document = read(source)
    found = annotate(made(remark(document, "f1", "集市摊主应当缴纳卫生押金二百元"), document=document), source)
    assert found.nearest == ("f1",)
    assert NEAREST in comments(found)[0]
    assert anchored(found, 0) in {"第三条 本条旁有文本框。", "第四条 本办法自公布之日起施行。"}


def test_words_said_twice_are_told_apart() -> None:
    file = docx.Document()
    for words in ("云溪县集市管理办法", "第一条 处五十元罚款。", "第二条 摊位整洁。", "第三条 处五十元罚款。"):
        file.add_paragraph(words)
    out = io.BytesIO()
    file.save(out)
    source = accept("办法.docx", out.getvalue())
    document = read(source)
    start = document.text.rindex("处五十元罚款")
    late = Finding(
        "f1",
        "a.b@1",
        FindingLevel.HINT,
        ("fee",),
        document.clauses[-1].id,
        Span(start, start + 6),
        "处五十元罚款",
        "核对。",
    )
    assert anchored(annotate(made(late, document=document), source), 0) == "第三条 处五十元罚款。"


def test_other_formats_give_the_canonical_text_with_comments(document: Document) -> None:
    source = accept("集市办法.txt", document.text.encode())
    found = annotate(made(remark(document, "f1", "处五百元罚款"), document=document), source)
    assert not found.copied
    assert [p.text for p in docx.Document(io.BytesIO(found.data)).paragraphs] == document.text.split("\n")
    assert "处五百元罚款" in anchored(found, 0)


def test_a_docx_that_cannot_be_written_back_is_set_anew(source: Source) -> None:
    """A file that names its main part otherwise is read, but the library refuses to write it."""
    document = read(source)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source.data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name != "_rels/.rels":
                new.writestr(name, old.read(name))
    crooked = accept("集市办法.docx", out.getvalue())
    found = annotate(made(remark(document, "f1", "清洁费五十元"), document=document), crooked)
    assert not found.copied
    assert "清洁费五十元" in anchored(found, 0)


def test_only_the_chosen_and_never_a_failed_report(source: Source, broken: Report) -> None:
    document = read(source)
    report = made(remark(document, "f1", "清洁费五十元"), remark(document, "f2", "不予登记"), document=document)
    assert [text.split("\n")[0][:1] for text in comments(annotate(report, source, ("f2",)))] == ["1"]
    with pytest.raises(BadArgument, match="未能审查"):
        annotate(broken, source)
