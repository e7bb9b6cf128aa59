"""PDF with a text layer: lines by position, joined into paragraphs; pages without text go to OCR."""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import Any

import pypdfium2 as pdfium  # type: ignore[import-untyped]
from pypdfium2 import raw

from ..errors import FileDamaged, FileEncrypted, FileTooLarge, NoText, ToolMissing
from ..limits import Limits
from ..text import Extract, Problem, Source
from .encoding import familiar
from .layout import Line, lay_out
from .ruled import Grid, grids, in_rows, side_by_side

_SCALE = 1.8
_SAMPLES = 80  # characters of a page whose font map is asked
_PRINTED = re.compile(r"[^\s](?:[^\r\n]*[^\s])?")
_NOISE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufffe\uffff]")


def read(source: Source, limits: Limits) -> Extract:
    """Blocks page by page; headers, footers and page numbers marked.

    Raises FileEncrypted, FileDamaged, FileTooLarge (pages or time), NoText where no page has any.
    """
    problems: list[Problem] = []
    with closing(_open(source)) as document:
        count = len(document)
        if count > limits.max_pages:
            raise FileTooLarge(f"“{source.name}”共 {count} 页，超过上限 {limits.max_pages} 页", "请拆分后提交")
        pages: list[tuple[Line, ...]] = []
        bare: list[int] = []
        deadline = time.monotonic() + limits.seconds
        for index in range(count):
            if time.monotonic() > deadline:
                raise FileTooLarge(
                    f"“{source.name}”读取超过 {limits.seconds:.0f} 秒（第 {index + 1} 页）", "请拆分后提交"
                )
            lines, drawn = _page(source, document, index)
            pages.append(lines)
            if drawn and not lines:
                bare.append(index)
        scans = _recognise(source, document, bare, limits, problems) if bare else {}
    blocks = lay_out([scans.get(index, lines) for index, lines in enumerate(pages)])
    if not blocks:
        raise NoText(f"“{source.name}”没有文字层", "请安装文字识别组件：pip install beishen[ocr]，或提交可编辑文本")
    return Extract(blocks=blocks, problems=tuple(problems))


def _open(source: Source) -> Any:
    try:
        return pdfium.PdfDocument(source.data)
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise FileEncrypted(f"“{source.name}”设有打开密码，无法读取", "请取消密码后重新提交") from error
        raise FileDamaged(f"“{source.name}”不完整或已损坏，不是可读的 PDF", "请重新导出后提交") from error


def _page(source: Source, document: Any, index: int) -> tuple[tuple[Line, ...], bool]:
    """Lines of a page with text; the flag says that something is drawn on it."""
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise FileDamaged(f"“{source.name}”第 {index + 1} 页损坏", "请重新导出后提交") from error
    with closing(page):
        height = float(page.get_height())
        width = float(page.get_width())
        with closing(page.get_textpage()) as textpage:
            lines = tuple(_lines(textpage, index + 1, (width, height)))
            if side_by_side(lines) and (tables := grids(page, height)):
                lines = in_rows(tuple(_lines(textpage, index + 1, (width, height), tables)), tables)
        drawn = raw.FPDFPage_CountObjects(page) > 0
    return lines, drawn


def _lines(textpage: Any, page: int, size: tuple[float, float], tables: tuple[Grid, ...] = ()) -> Iterator[Line]:
    """Printed lines in the order of the file; with tables, parted where they run over a rule between columns."""
    total = textpage.count_chars()
    if total <= 0:
        return
    text = textpage.get_text_range()
    if len(text) != total:
        text = "".join(chr(raw.FPDFText_GetUnicode(textpage, i) & 0x10FFFF) for i in range(total))
    if _unmapped(textpage, text):
        return
    for found in _PRINTED.finditer(text):
        line = _line(textpage, text, found.span(), (page, size))
        if line.box[3] > 0 and line.box[1] < size[1] and line.box[2] > 0 and line.box[0] < size[0]:
            cut = next((grid for grid in tables if grid.crosses(line)), None)
            yield from _parts(textpage, text, found.span(), (page, size), cut) if cut else (line,)


def _parts(
    textpage: Any, text: str, span: tuple[int, int], at: tuple[int, tuple[float, float]], grid: Grid
) -> Iterator[Line]:
    """A line of several cells, one part for each."""
    height = at[1][1]

    def column(place: int) -> int | None:
        left, bottom, _, top = textpage.get_charbox(place, loose=True)
        return grid.at(left, height - (bottom + top) / 2)

    for _, group in groupby((i for i in range(*span) if not text[i].isspace()), key=column):
        places = list(group)
        yield _line(textpage, text, (places[0], places[-1] + 1), at)


def _unmapped(textpage: Any, text: str) -> bool:
    """Whether the page's fonts do not say which characters they print: what is read would be noise."""
    places = [at for at in range(0, len(text), max(1, len(text) // _SAMPLES)) if not text[at].isspace()]
    bad = sum(1 for at in places if _NOISE.match(text[at]) or raw.FPDFText_HasUnicodeMapError(textpage, at) == 1)
    return bad > 0.3 * len(places) and familiar(text) < 0.25


def _line(textpage: Any, text: str, span: tuple[int, int], at: tuple[int, tuple[float, float]]) -> Line:
    (start, end), (page, size) = span, at
    left, bottom, right, top = textpage.get_charbox(start, loose=True)
    if end - start > 1:
        _, last_bottom, right, last_top = textpage.get_charbox(end - 1, loose=True)
        bottom, top = min(bottom, last_bottom), max(top, last_top)
    return Line(text=text[start:end], page=page, box=(left, size[1] - top, right, size[1] - bottom), page_size=size)


def _recognise(
    source: Source, document: Any, bare: list[int], limits: Limits, problems: list[Problem]
) -> dict[int, tuple[Line, ...]]:
    """OCR of pages without text. Without the extra: a problem, or NoText when no page has text."""
    from .image import recognise

    found: dict[int, tuple[Line, ...]] = {}
    deadline = time.monotonic() + limits.ocr_seconds
    for index in bare[: limits.max_ocr_pages]:
        if time.monotonic() > deadline:
            break
        with closing(document[index]) as page:
            scale = min(_SCALE, 3000 / max(page.get_width(), page.get_height(), 1))
            picture = page.render(scale=scale).to_pil()
        try:
            found[index] = recognise(picture, index + 1, scale)
        except ToolMissing as error:
            if len(bare) == len(document):
                raise NoText(f"“{source.name}”是扫描件，没有文字层", error.remedy) from error
            problems.append(Problem("file.no_text", f"{_pages(bare)}没有文字层，未读取；{error.remedy}"))
            return found
    left = [index for index in bare if index not in found]
    if left:
        problems.append(Problem("file.no_text", f"{_pages(left)}是扫描页，超出识别的页数或时间，未读取"))
    return found


def _pages(indexes: list[int]) -> str:
    shown = "、".join(str(index + 1) for index in indexes[:20])
    return f"第 {shown} 页" + (f"等 {len(indexes)} 页" if len(indexes) > 20 else "")
