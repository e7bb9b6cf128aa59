"""Draft decisions of a clean-up as Word documents: 废止和宣布失效目录, 修改清单, 继续有效目录.

Drafts only: each says how many of its entries a person has confirmed, and the blanks an office fills in stay blank.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from ..cleanup.decision import Settled, Verdict
from ..cleanup.outcome import Outcome
from ..cleanup.proposal import Action
from . import cleanup_words as words
from .stamped import stamped

_FONT = "仿宋"
_HEADS = ("序号", "文件名称", "文号", "制定机关")


def ended(outcome: Outcome) -> bytes:
    """The draft decision to repeal and to declare lapsed, with both lists."""
    repealed = _of(outcome, Action.REPEAL)
    lapsed = _of(outcome, Action.LAPSE)
    document = _begun(outcome, "关于废止和宣布失效一批规范性文件的决定", (*repealed, *lapsed))
    body = (
        "为维护法制统一，按照规范性文件清理工作要求，经清理，决定："
        f"废止 {len(repealed)} 件规范性文件（附件1），宣布失效 {len(lapsed)} 件规范性文件（附件2）。"
        "列入目录的文件自本决定公布之日起不再作为行政管理的依据。"
    )
    _paragraph(document, body)
    _signature(document)
    _list(document, "附件1　废止的规范性文件目录", repealed, "废止理由")
    _list(document, "附件2　宣布失效的规范性文件目录", lapsed, "失效理由")
    return _saved(document, outcome)


def amended(outcome: Outcome) -> bytes:
    """The draft list of documents to amend, with the places and the law."""
    held = _of(outcome, Action.AMEND)
    document = _begun(outcome, "拟修改的规范性文件清单", held)
    _paragraph(document, f"经清理，下列 {len(held)} 件规范性文件需要修改，由起草单位按制定程序办理。")
    _list(document, "拟修改的规范性文件", held, "需要修改的内容和依据")
    return _saved(document, outcome)


def kept(outcome: Outcome) -> bytes:
    """The draft list of documents that stay in force."""
    held = _of(outcome, Action.KEEP)
    document = _begun(outcome, "继续有效的规范性文件目录", held)
    _paragraph(document, f"经清理，下列 {len(held)} 件规范性文件继续有效。未列入本目录的，以废止、失效、修改目录为准。")
    _list(document, "继续有效的规范性文件", held, "有效期")
    return _saved(document, outcome)


def _of(outcome: Outcome, action: Action) -> tuple[Settled, ...]:
    """Documents that now stand under an action; those put off stand in no list."""
    deferred = Verdict.DEFER
    return tuple(
        item for item in outcome.listed
        if item.action is action and not (item.ruling and item.ruling.verdict is deferred)
    )  # fmt: skip


def _begun(outcome: Outcome, title: str, held: Iterable[Settled]) -> Any:
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run(title)
    run.bold, run.font.size = True, Pt(20)
    items = tuple(held)
    confirmed = sum(item.ruling is not None for item in items)
    note = f"（草案，基准日 {outcome.day.isoformat()}；{len(items)} 件中经人工确认 {confirmed} 件，其余待确认）"
    document.add_paragraph(note).alignment = WD_ALIGN_PARAGRAPH.CENTER
    return document


def _paragraph(document: Any, text: str) -> None:
    from docx.shared import Pt

    document.add_paragraph(text).paragraph_format.first_line_indent = Pt(28)


def _signature(document: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for line in ("（制定机关）", "　　年　　月　　日"):
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _list(document: Any, title: str, held: tuple[Settled, ...], last: str) -> None:
    from docx.shared import Cm, Pt

    document.add_paragraph().add_run(title).bold = True
    if not held:
        document.add_paragraph("（无）")
        return
    table = document.add_table(rows=1, cols=5, style="Table Grid")
    widths = (Cm(1.2), Cm(5.6), Cm(3.2), Cm(2.8), Cm(3.6))
    rows = [(*_HEADS, last), *(_row(number, item, last) for number, item in enumerate(held, 1))]
    for at, values in enumerate(rows):
        cells = table.rows[0].cells if at == 0 else table.add_row().cells
        for cell, value, width in zip(cells, values, widths, strict=True):
            cell.width = width
            run = cell.paragraphs[0].add_run(_clean(value))
            run.font.size, run.bold = Pt(10.5), at == 0
    document.add_paragraph()


def _row(number: int, item: Settled, last: str) -> tuple[str, ...]:
    proposal, card = item.proposal, item.proposal.card
    if last == "有效期":
        why = words.validity(proposal)
    else:
        held = [reason for reason in proposal.reasons if reason.action is item.action] or list(proposal.reasons)
        why = "；".join(f"{reason.name}：{reason.words}" for reason in held[:3])
        why = item.ruling.note if item.ruling and item.ruling.note else why
    mark = "" if item.ruling else "（待确认）"
    return (str(number), (card.title or card.file) + mark, card.number, "、".join(card.organs), why)


def _clean(text: str) -> str:
    """Text without characters that XML cannot hold."""
    return "".join(char for char in text if char >= " " or char in "\n\t")


def _saved(document: Any, outcome: Outcome) -> bytes:
    document.core_properties.author = "beishen"
    held = BytesIO()
    document.save(held)
    return stamped(held.getvalue(), outcome.day)
