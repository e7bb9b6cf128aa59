"""Printed lines with their boxes into paragraphs; headers, footers and page numbers by repetition and position."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..text import Block
from .lines import LABEL

_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—－–~·\s]*\d{1,4}[-—－–~·\s]*|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}|page\s*\d+.*)\s*",
    re.IGNORECASE,
)
_STOP = "。；：！？…”』」》】;:!?"


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `box` is left, top, right, bottom from the upper left corner of the page."""

    text: str
    page: int
    box: tuple[float, float, float, float]
    page_size: tuple[float, float]

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
    left, right = _margins(lines)
    blocks: list[Block] = []
    run: list[Line] = []
    for line in lines:
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
    return Block(text="\n".join(line.text for line in run), page=run[0].page, box=box)


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Left and right edge of the text column: the commonest, on a grid of four points."""
    long = [line for line in lines if len(line.text) >= 12] or list(lines)
    if not long:
        return 0.0, 0.0
    left = Counter(round(line.box[0] / 4) * 4 for line in long)
    right = Counter(round(line.box[2] / 4) * 4 for line in long)
    return float(min(left.items(), key=lambda kv: (-kv[1], kv[0]))[0]), float(
        min(right.items(), key=lambda kv: (-kv[1], -kv[0]))[0]
    )


def _continues(before: Line, line: Line, left: float, right: float) -> bool:
    """Whether `line` goes on with the paragraph of `before`: full line above, no indent, no label."""
    size = before.height
    if LABEL.match(line.text):
        return False
    if before.box[2] < right - 1.6 * size or line.box[0] > left + 0.9 * size:
        return False
    if line.page == before.page:
        gap = line.box[1] - before.box[3]
        return -0.8 * size < gap < 1.6 * size and 0.75 < line.height / size < 1.34
    return line.page == before.page + 1
