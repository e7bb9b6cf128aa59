"""Printed lines with their boxes into paragraphs; headers, footers and page numbers by repetition and position."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ..text import Block
from .lines import LABEL

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—－–~·\s]*\d{1,4}[-—－–~·\s]*|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d+.*)\s*",
    re.IGNORECASE,
)
_STOP = "。；：！？…”』」》】;:!?"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `box` is left, top, right, bottom from the upper left corner of the page.

    `row`: a row of a table, its cells parted by " | ".
    """

    text: str
    page: int
    box: tuple[float, float, float, float]
    page_size: tuple[float, float]
    doubtful: bool = False
    row: bool = False

    @property
    def height(self) -> float:
        return max(1.0, self.box[3] - self.box[1])


def lay_out(pages: Sequence[Sequence[Line]]) -> tuple[Block, ...]:
    """Blocks of all pages in reading order; a paragraph that runs over a page keeps the page it begins on."""
    repeated = _repeated(pages)
    body: list[Line] = []
    edges: list[Block] = []
    for lines in pages:
        for line in lines:
            kind = _edge(line, repeated)
            if kind:
                edges.append(Block(text=line.text, page=line.page, kind=kind, box=line.box))
            else:
                body.append(line)
    return tuple(sorted((*_join(body), *edges), key=lambda block: block.page))


def merge_row(row: Sequence[Line]) -> Line:
    """Runs of one printed row, already from left to right, as one line; a wide gap becomes a space."""
    text = row[0].text
    for before, line in pairwise(row):
        gap = line.box[0] - before.box[2]
        text += (" " if gap > 0.6 * before.height else "") + line.text
    box = (row[0].box[0], min(r.box[1] for r in row), max(r.box[2] for r in row), max(r.box[3] for r in row))
    return replace(row[0], text=text, box=box, doubtful=any(r.doubtful for r in row))


def _key(text: str) -> str:
    return re.sub(r"[\d\s]+", "#", text)


def _zone(line: Line) -> str:
    height = line.page_size[1]
    if line.box[3] < height * 0.09:
        return "header"
    return "footer" if line.box[1] > height * 0.90 else ""


def _repeated(pages: Sequence[Sequence[Line]]) -> frozenset[tuple[str, str]]:
    """Edge lines that come back on at least a third of the pages, digits aside."""
    seen = Counter(key for lines in pages for key in {(_zone(line), _key(line.text)) for line in lines if _zone(line)})
    least = max(2, len(pages) // 3)
    return frozenset(key for key, count in seen.items() if count >= least)


def _edge(line: Line, repeated: frozenset[tuple[str, str]]) -> str:
    zone = _zone(line)
    if zone and (zone, _key(line.text)) in repeated:
        return zone
    outer = line.box[1] > line.page_size[1] * 0.86 or line.box[3] < line.page_size[1] * 0.1
    if outer and _PAGE_NUMBER.fullmatch(line.text):
        return "footer" if line.box[1] > line.page_size[1] / 2 else "header"
    return ""


def _join(lines: Sequence[Line]) -> list[Block]:
    edges = _columns(lines)
    blocks: list[Block] = []
    run: list[Line] = []
    for line, (left, right) in zip(lines, edges, strict=True):
        if run and not _continues(run[-1], line, left, right):
            blocks.append(_block(run))
            run = []
        run.append(line)
    if run:
        blocks.append(_block(run))
    return blocks


def _block(run: list[Line]) -> Block:
    first = [line for line in run if line.page == run[0].page]
    box = (
        min(line.box[0] for line in first),
        min(line.box[1] for line in first),
        max(line.box[2] for line in first),
        max(line.box[3] for line in first),
    )
    return Block(
        text="\n".join(line.text for line in run),
        page=run[0].page,
        box=box,
        doubtful=any(line.doubtful for line in run),
        kind="row" if run[0].row else "text",
    )


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Left and right edge of the column each line stands in.

    A column is what begins within two characters of the line on the same page: the text body, or the cells of
    one table column.
    """
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    found: list[tuple[float, float]] = []
    cache: dict[tuple[int, int], tuple[float, float]] = {}
    for line in lines:
        key = (line.page, round(line.box[0] / 4))
        if key not in cache:
            reach = 2.6 * line.height
            near = [other for other in pages[line.page] if abs(other.box[0] - line.box[0]) <= reach]
            counted = Counter(round(other.box[0] / 4) for other in near)
            left = 4.0 * min(counted.items(), key=lambda kv: (-kv[1], kv[0]))[0]
            cache[key] = (left, _right(near))
        found.append(cache[key])
    return found


def _right(lines: Sequence[Line]) -> float:
    """Where full lines end: the commonest right edge, so that one hanging mark does not move it."""
    counted = Counter(round(line.box[2] / 4) for line in lines)
    edge, times = max(counted.items(), key=lambda kv: (kv[1], kv[0]))
    return 4.0 * edge if times >= 2 else max(line.box[2] for line in lines)


def _continues(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether `line` goes on with the paragraph of `before`: full line above, no indent, no label."""
    size = before.height
    if before.row or line.row or LABEL.match(line.text):
        return False
    if before.box[2] < right - 1.6 * size or line.box[0] > left + 0.9 * size:
        return False
    if line.page != before.page:
        return line.page == before.page + 1 and before.text[-1] not in _STOP
    gap = line.box[1] - before.box[3]
    return (
        -0.8 * size < gap < 1.6 * size
        and 0.75 < line.height / size < 1.34
        and -3 * size < line.box[0] - before.box[0] < size
    )
