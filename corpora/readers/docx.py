"""DOCX (and its one-file XML form): paragraphs with Word's own numbering as text, tables, headers, text boxes.

Only the XML parts are read: macros, embedded objects and links are never touched. Tracked deletions and hidden
text are left out; of a phonetic guide only the base text is kept.
"""

import re
from collections.abc import Iterator, Mapping

from ..errors import FileDamaged
from ..limits import Limits
from ..text import Block, Extract, Source
from . import media
from .archive import Container, open_zip
from .lines import paragraphs
from .markup import Element, local, parse_xml
from .numbering import Numbering

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_LOOSE = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
# fmt: off
_SKIPPED = frozenset((
    "del", "moveFrom", "delText", "instrText", "rPr", "pPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "rt",
    "Fallback", "footnoteReference", "endnoteReference", "commentReference", "annotationRef", "bookmarkStart",
    "bookmarkEnd", "proofErr", "lastRenderedPageBreak",
))
# fmt: on
_PART = re.compile(r"(?:document|numbering|styles|footnotes|endnotes|(?:header|footer)\d{0,4})\.xml")
_PLAIN = {"tab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": "\t"}
_LEAVES = frozenset({"t", "br", "sym", *_PLAIN})


def read(source: Source, limits: Limits) -> Extract:
    """Blocks in document order; headers first, footers last. Raises FileDamaged, FileUnsafe, FileEncrypted."""
    parts = _flat_parts(source) if source.media == media.FLAT_OPC else _zip_parts(source, limits)
    main = parts.get("word/document.xml")
    if main is None:
        raise FileDamaged(f"“{source.name}”缺少正文部件 word/document.xml", "请用办公软件另存后重新提交")
    numbering = Numbering(parts.get("word/numbering.xml"), parts.get("word/styles.xml"))
    body = next((child for child in main if local(child) == "body"), None)
    blocks: list[Block] = list(_edges(parts, "header"))
    if body is not None:
        blocks.extend(_blocks(body, numbering))
    for notes in ("word/footnotes.xml", "word/endnotes.xml"):
        if notes in parts:
            blocks.extend(Block(text=text, kind="footer") for text in _notes(parts[notes]))
    blocks.extend(_edges(parts, "footer"))
    return Extract(blocks=tuple(blocks))


def _zip_parts(source: Source, limits: Limits) -> Mapping[str, Element]:
    container = open_zip(source.name, source.data, limits)
    wanted = {name: _canonical_part(name) for name in container.entries}
    parts = {part: _part(container, name) for name, part in wanted.items() if part}
    if "word/document.xml" not in parts:
        other = [n for n in container.entries if n.startswith("word/document") and n.endswith(".xml")]
        if other:
            parts["word/document.xml"] = _part(container, sorted(other)[0])
    return parts


def _canonical_part(name: str) -> str:
    """`word/…` name of a part that is read, else ""."""
    lowered = name.lower()
    folder, _, leaf = lowered.rpartition("/")
    return lowered if folder == "word" and _PART.fullmatch(leaf) else ""


def _part(container: Container, name: str) -> Element:
    data = container.read(name)
    if _STRICT in data:
        data = data.replace(_STRICT, _LOOSE)
    return parse_xml(data, f"“{container.name}”的 {name}")


def _flat_parts(source: Source) -> Mapping[str, Element]:
    root = parse_xml(source.data, f"“{source.name}”")
    parts: dict[str, Element] = {}
    for part in root:
        name = next((v for k, v in part.attrib.items() if k.endswith("}name")), "").lstrip("/").lower()
        data = next((child for child in part if local(child) == "xmlData"), None)
        if data is not None and len(data) and _canonical_part(name):
            parts[name] = data[0]
    return parts


def _edges(parts: Mapping[str, Element], kind: str) -> Iterator[Block]:
    seen: set[str] = set()
    for name in sorted(parts):
        if not name.startswith(f"word/{kind}"):
            continue
        text = " ".join(t for p in parts[name].iter(f"{_W}p") if (t := _own_text(p).strip()))
        if text and text not in seen:
            seen.add(text)
            yield Block(text=text, kind=kind)


def _notes(root: Element) -> Iterator[str]:
    for note in root:
        if note.get(f"{_W}type") is None:
            text = " ".join(t for p in note.iter(f"{_W}p") if (t := _own_text(p).strip()))
            if text:
                yield text


def _blocks(parent: Element, numbering: Numbering) -> Iterator[Block]:
    for child in parent:
        tag = local(child)
        if tag == "p":
            yield from _paragraph(child, numbering)
        elif tag == "tbl":
            yield from _table(child, numbering)
        elif tag == "altChunk" or tag in _SKIPPED:
            continue
        elif len(child):
            yield from _blocks(child, numbering)


def _paragraph(p: Element, numbering: Numbering) -> Iterator[Block]:
    boxes: list[Element] = []
    text = _own_text(p, boxes)
    label, heading = numbering.label(p)
    if text.strip() or boxes:
        shown = label + text.lstrip() if label and text.strip() else text
        for line in paragraphs(shown.split("\n")):
            yield Block(text=line, kind="heading" if heading else "text")
    for box in boxes:
        yield from _blocks(box, numbering)


def _table(tbl: Element, numbering: Numbering) -> Iterator[Block]:
    """A row a block; a cell merged downwards is printed once, where it begins."""
    for row in tbl.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not tbl:
            continue
        nodes = list(row.iterchildren(f"{_W}tc", f"{_W}sdt"))
        if len(nodes) == 1:
            # A frame around text (a letterhead, a boxed page), not a table.
            yield from _blocks(nodes[0], numbering)
            continue
        cells = [_cell(cell, numbering) for cell in nodes]
        if any(cells):
            yield Block(text=" | ".join(cells), kind="row")


def _cell(cell: Element, numbering: Numbering) -> str:
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
        return ""
    texts = []
    for p in cell.iter(f"{_W}p"):
        text = _own_text(p).strip().replace("\n", " ")
        if text:
            texts.append(numbering.label(p)[0] + text)
    return " ".join(texts).replace("|", "｜")


def _own_text(node: Element, boxes: list[Element] | None = None) -> str:
    """Text of a paragraph without that of text boxes inside it, which are put into `boxes`."""
    out: list[str] = []
    _gather(node, out, boxes)
    return "".join(out)


def _gather(node: Element, out: list[str], boxes: list[Element] | None) -> None:
    for child in node:
        tag = local(child)
        if tag in _LEAVES:
            out.append(_leaf(child, tag))
        elif tag == "txbxContent":
            if boxes is not None:
                boxes.append(child)
        elif tag not in _SKIPPED and len(child) and not (tag == "r" and _hidden(child)):
            _gather(child, out, boxes)


def _leaf(node: Element, tag: str) -> str:
    if tag == "t":
        return node.text or ""
    if tag == "br":
        return "\n" if node.get(f"{_W}type") in (None, "textWrapping") else ""
    return _symbol(node) if tag == "sym" else _PLAIN[tag]


def _symbol(node: Element) -> str:
    """A character of a symbol font: boxes and ticks of forms are kept, the rest is dropped."""
    code = node.get(f"{_W}char", "").upper()
    return {"F0A8": "□", "F06F": "□", "F0FE": "☑", "F052": "☑", "F0A3": "□", "F0FC": "√", "25A1": "□"}.get(code, "")


def _hidden(run: Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "1") not in {"0", "false", "off"}
