"""The opinion letter as a DOCX file in the layout of official letters (GB/T 9704: A4, 仿宋 16 pt, 28 pt lines)."""

import io
import re

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from .letters import Written

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, HEADING = "仿宋_GB2312", "方正小标宋简体", "黑体"
_DATE = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
_POINT = re.compile(r"^[一二三四五六七八九十百]+、")
# XML 1.0 takes no control characters; a pasted letter may carry them.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def docx(letter: Written) -> bytes:
    """The bytes of the file; a draft says so in its head."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    document.core_properties.title = "审查意见书"
    document.core_properties.author = letter.office
    if letter.issued is None:
        _add(document.add_paragraph(), "（草稿）", HEADING, 16)
    if letter.number:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add(paragraph, letter.number, BODY, 16)
    lines = [line.strip() for line in _CONTROL.sub("", letter.text).splitlines() if line.strip()]
    for index, line in enumerate(lines):
        _line(document.add_paragraph(), line, (index, len(lines)), letter)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _line(paragraph: Paragraph, line: str, place: tuple[int, int], letter: Written) -> None:
    """Title first, addressee flush left, points in 黑体, office and date at the right, the rest indented."""
    index, count = place
    paragraph.paragraph_format.line_spacing = Pt(28)
    if index == 0:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(28)
        _add(paragraph, line, TITLE, 22)
        return
    if index >= count - 2 and (_DATE.match(line) or line == letter.office):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif index != 1 or not line.endswith(("：", ":")):
        paragraph.paragraph_format.first_line_indent = Pt(32)
    _add(paragraph, line, HEADING if _POINT.match(line) else BODY, 16)


def _add(paragraph: Paragraph, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
