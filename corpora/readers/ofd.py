"""OFD (GB/T 33190): text objects placed by position, straight from the XML.

Page order is that of Document.xml. Template text that returns on several pages is a header or footer; watermark
annotations and slanted text are marked `watermark`. Paths are resolved as real files write them: absolute,
relative to the document, with back slashes or in another case.
"""

import math
import posixpath
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import FileDamaged, FileEncrypted, FileTooLarge
from ..limits import Limits
from ..text import Block, Extract, Problem, Source
from .archive import Container, open_zip
from .layout import Line, lay_out, merge_row
from .markup import Element, attribute, local, parse_xml

_A4 = (210.0, 297.0)
_FIELDS = ("Title", "Author", "CreationDate", "ModDate", "Subject")
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Piece:
    line: Line
    slanted: bool


@dataclass(slots=True)
class _File:
    container: Container
    parsed: dict[str, Element | None]
    lower: dict[str, str]

    def load(self, base: str, path: str) -> Element | None:
        """Root of the part that `path` names as seen from folder `base`; None where no such part is."""
        name = self._find(base, path)
        if name is None:
            return None
        if name not in self.parsed:
            self.parsed[name] = parse_xml(self.container.read(name), f"“{self.container.name}”的 {name}")
        return self.parsed[name]

    def _find(self, base: str, path: str) -> str | None:
        path = path.strip().replace("\\", "/")
        tries = [path.lstrip("/")] if path.startswith("/") else [posixpath.join(base, path), path]
        for one in tries:
            clean = posixpath.normpath(one).lstrip("/")
            if clean.lower() in self.lower:
                return self.lower[clean.lower()]
        return None


def read(source: Source, limits: Limits) -> Extract:
    """Blocks page by page. Raises FileDamaged, FileUnsafe, FileEncrypted, FileTooLarge."""
    container = open_zip(source.name, source.data, limits)
    file = _File(container, {}, {name.lower(): name for name in container.entries})
    root = file.load("", "OFD.xml")
    if root is None:
        raise FileDamaged(f"“{source.name}”缺少 OFD.xml", "请重新导出后提交")
    if file.load("", "Encryptions.xml") is not None or file.load("", "OFDEncryptions.xml") is not None:
        raise FileEncrypted(f"“{source.name}”是加密的 OFD，无法读取", "请取消加密后重新提交")
    meta = tuple((name, text) for name in _FIELDS if (text := _first_text(root, name)))
    blocks: list[Block] = []
    problems: list[Problem] = []
    pages = 0
    for place in (_text(node) for node in root.iter() if local(node) == "DocRoot"):
        document = file.load("", place)
        if document is None:
            raise FileDamaged(f"“{source.name}”缺少文档描述 {place}", "请重新导出后提交")
        base = posixpath.dirname(place.replace("\\", "/").lstrip("/"))
        found = _document(file, document, base, pages, limits, problems)
        pages += sum(1 for node in document.iter() if local(node) == "Page")
        blocks.extend(found)
    return Extract(blocks=tuple(blocks), meta=meta, problems=tuple(problems))


def _document(
    file: _File, document: Element, base: str, before: int, limits: Limits, problems: list[Problem]
) -> Iterator[Block]:
    """Blocks of one document of the file; `before` pages came earlier."""
    nodes = [n for n in document.iter() if local(n) == "Page"]
    if len(nodes) + before > limits.max_pages:
        raise FileTooLarge(f"“{file.container.name}”页数超过上限 {limits.max_pages} 页", "请拆分后提交")
    templates = {
        attribute(n, "ID"): attribute(n, "BaseLoc") or "" for n in document.iter() if local(n) == "TemplatePage"
    }
    size = _page_size(document) or _A4
    deadline = time.monotonic() + limits.seconds
    pages: list[tuple[Line, ...]] = []
    marks: list[Block] = []
    for number, node in enumerate(nodes, before + 1):
        if time.monotonic() > deadline:
            raise FileTooLarge(f"“{file.container.name}”读取超过 {limits.seconds:.0f} 秒", "请拆分后提交")
        page = file.load(base, attribute(node, "BaseLoc") or "")
        if page is None:
            problems.append(Problem("file.damaged", f"第 {number} 页缺少内容文件，未读取"))
            continue
        here = _page_size(page) or size
        pieces = list(_pieces(page, number, here))
        for name in _templates(page, templates):
            template = file.load(base, name)
            if template is not None:
                pieces.extend(_pieces(template, number, here))
        marks.extend(
            Block(text=p.line.text, page=number, kind="watermark", box=p.line.box) for p in pieces if p.slanted
        )
        pages.append(_rows([p.line for p in pieces if not p.slanted]))
    marks.extend(_annotations(file, document, base, nodes, before, size))
    yield from sorted((*lay_out(pages), *marks), key=lambda block: block.page)


def _templates(page: Element, known: dict[str | None, str]) -> list[str]:
    found = (known.get(attribute(n, "TemplateID")) for n in page.iter() if local(n) == "Template")
    return [name for name in found if name]


def _annotations(
    file: _File, document: Element, base: str, nodes: list[Element], before: int, size: tuple[float, float]
) -> Iterator[Block]:
    """Text of annotations: watermarks and stamps as `watermark`, anything else (comments) as `footer`."""
    place = _first_text(document, "Annotations")
    index = file.load(base, place) if place else None
    if index is None:
        return
    numbers = {attribute(node, "ID"): number for number, node in enumerate(nodes, before + 1)}
    folder = posixpath.dirname(posixpath.join(base, place.replace("\\", "/").lstrip("/")))
    for node in index.iter():
        if local(node) != "Page":
            continue
        loc = _first_text(node, "FileLoc")
        notes = file.load(folder, loc) if loc else None
        if notes is None and loc:
            notes = file.load(base, loc)
        for note in () if notes is None else (n for n in notes.iter() if local(n) == "Annot"):
            page = numbers.get(attribute(node, "PageID"), 0)
            text = " ".join(piece.line.text for piece in _pieces(note, page, size))
            kind = "watermark" if attribute(note, "Type") in {"Watermark", "Stamp"} else "footer"
            if text.strip():
                yield Block(text=text, page=page, kind=kind)


def _pieces(root: Element, page: int, size: tuple[float, float]) -> Iterator[_Piece]:
    """Every visible text object of a page, template or annotation."""
    for node in root.iter():
        if local(node) != "TextObject" or attribute(node, "Visible") == "false" or attribute(node, "Alpha") == "0":
            continue
        left, top, _, _ = _numbers(attribute(node, "Boundary"), 4)
        matrix: _Matrix = (*_numbers(attribute(node, "CTM") or "1 0 0 1 0 0", 6),)  # type: ignore[assignment]
        font = abs(_numbers(attribute(node, "Size") or "3", 1)[0]) * math.hypot(matrix[2], matrix[3]) or 1.0
        slanted = min(abs(matrix[0]), abs(matrix[1])) > 0.05 * max(abs(matrix[0]), abs(matrix[1]), 1e-9)
        x = y = 0.0
        for code in (child for child in node if local(child) == "TextCode"):
            x = _numbers(attribute(code, "X"), 1)[0] if attribute(code, "X") else x
            y = _numbers(attribute(code, "Y"), 1)[0] if attribute(code, "Y") else y
            text = re.sub(r"[\r\n]+\s*", "", code.text or "")
            if not text.strip():
                continue
            at = (left + matrix[0] * x + matrix[2] * y + matrix[4], top + matrix[1] * x + matrix[3] * y + matrix[5])
            width = _advance(attribute(code, "DeltaX"), len(text), font, abs(matrix[0]) or 1.0)
            box = (at[0], at[1] - font * 0.85, at[0] + width, at[1] + font * 0.15)
            yield _Piece(Line(text=text, page=page, box=box, page_size=size), slanted)


def _advance(delta: str | None, count: int, font: float, scale: float) -> float:
    """Width of a text run; `g n d` in DeltaX stands for n times d."""
    if not delta:
        return font * count
    total, parts, at = 0.0, delta.split(), 0
    while at < len(parts) and at < 100_000:
        if parts[at] == "g" and at + 2 < len(parts):
            total += min(_float(parts[at + 1]), count) * _float(parts[at + 2])
            at += 3
        else:
            total += _float(parts[at])
            at += 1
    return total * scale + font


def _rows(lines: list[Line]) -> tuple[Line, ...]:
    """Text runs on one base line become one line, from left to right; lines from top to bottom."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda one: (round(one.box[3], 1), one.box[0])):
        if rows and abs(rows[-1][0].box[3] - line.box[3]) < 0.45 * min(rows[-1][0].height, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
    return tuple(merge_row(sorted(row, key=lambda one: one.box[0])) for row in rows)


def _page_size(root: Element) -> tuple[float, float] | None:
    area = next((n for n in root.iter() if local(n) == "PhysicalBox"), None)
    if area is None:
        return None
    _, _, width, height = _numbers(_text(area), 4)
    return (width, height) if width > 0 and height > 0 else None


def _first_text(root: Element, name: str) -> str:
    return next((_text(n) for n in root.iter() if local(n) == name and _text(n)), "")


def _text(node: Element) -> str:
    return (node.text or "").strip()


def _numbers(text: str | None, count: int) -> tuple[float, ...]:
    found = [_float(part) for part in (text or "").replace(",", " ").split()[:count]]
    return tuple(found + [0.0] * (count - len(found)))


def _float(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) and abs(value) < 1e7 else 0.0
