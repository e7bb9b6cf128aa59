"""Write the sample DOCX files from their text: `python examples/build.py`.

The samples are fiction (there is no 青岭县); the lawful twin uses the words of the faulty one lawfully.
"""

import re
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

HERE = Path(__file__).resolve().parent
CENTRED = re.compile(r"第.{1,3}章|青岭政规|青岭县.*(办法|通知)$")
SIGNED = re.compile(r"青岭县人民政府$|\d{4}年\d{1,2}月\d{1,2}日$")


def build(source: Path, target: Path) -> None:
    """One paragraph per line: titles centred, the signature to the right, body text indented."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "仿宋", Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    for line in source.read_text(encoding="utf-8").splitlines():
        paragraph = document.add_paragraph(line)
        if SIGNED.match(line):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif CENTRED.match(line):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            paragraph.runs[0].bold = True
        elif line and not line.endswith("："):
            paragraph.paragraph_format.first_line_indent = Pt(32)
    document.save(str(target))


if __name__ == "__main__":
    for text in sorted(HERE.glob("*.txt")):
        build(text, text.with_suffix(".docx"))
