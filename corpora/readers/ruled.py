"""Ruled tables of a PDF page: where the rules run, and the printed lines between them as rows of cells."""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pypdfium2 import raw  # type: ignore[import-untyped]

from .layout import Line

_THIN = 3.0  # points: a rule, not a box
_NEAR = 4.0  # points: two rules that are one
_WIDE = 0.6  # of the width of the table that a rule between two rows covers
_MOST = 20_000  # page objects: a drawing, not a table


@dataclass(frozen=True, slots=True)
class Grid:
    """Rules of one table in points from the upper left corner.

    `down`: (x, top, bottom) of the rules between columns, `across`: (y, left, right) of those between rows, `ys`: the
    heights at which these cross most of the table; all ascending. A cell merged across has no rule inside it, so the
    columns are those of the place asked; one merged downwards belongs to the row in which it begins.
    """

    down: tuple[tuple[float, float, float], ...]
    across: tuple[tuple[float, float, float], ...]
    ys: tuple[float, ...]

    def xs(self, y: float) -> tuple[float, ...]:
        """Rules between columns at a height."""
        return _distinct(x for x, top, bottom in self.down if top - _NEAR / 2 <= y <= bottom + _NEAR / 2)

    def at(self, x: float, y: float) -> int | None:
        """Index of the column at a place; None outside the table."""
        return _between(self.xs(y), x + 1.0)

    def row(self, line: Line) -> int | None:
        """Index of the row in which the cell of a line begins; None outside the table."""
        middle, x = _middle(line), line.box[0] + 1.0
        if _between(self.ys, middle) is None:
            return None
        above = max((y for y, left, right in self.across if y <= middle and left <= x <= right), default=middle)
        return _between(self.ys, max(above + _NEAR, self.ys[0]))

    def crosses(self, line: Line) -> bool:
        """Whether a line of the table runs over a rule between columns."""
        return self.row(line) is not None and any(line.box[0] + 2 < x < line.box[2] - 2 for x in self.xs(_middle(line)))


def side_by_side(lines: Sequence[Line]) -> bool:
    """Whether some line stands to the right of the one before it: what a table, or columns of text, looks like."""
    return any(b.box[0] > a.box[2] and b.box[1] < a.box[3] for a, b in pairwise(lines)) or any(
        " " in line.text.strip() for line in lines
    )


def grids(page: Any, height: float) -> tuple[Grid, ...]:
    """The ruled tables of a pdfium page with two columns or more, from the top."""
    across, down = _rules(page, height)
    found = []
    for top, bottom in _areas(down):
        own = tuple(sorted(rule for rule in down if rule[1] >= top - _NEAR and rule[2] <= bottom + _NEAR))
        xs = _distinct(x for x, _, _ in own)
        if len(xs) < 3:
            continue
        inside = tuple(sorted(rule for rule in across if top - _NEAR <= rule[0] <= bottom + _NEAR))
        ys = tuple(y for y in _distinct(y for y, _, _ in inside) if _covered(inside, y) >= _WIDE * (xs[-1] - xs[0]))
        if len(ys) >= 2:
            found.append(Grid(own, inside, ys))
    return tuple(found)


def in_rows(lines: Sequence[Line], tables: Sequence[Grid]) -> tuple[Line, ...]:
    """The lines with each table row as one line of cells parted by " | ", in place of the first line of its table."""
    cells: dict[tuple[int, int], dict[int, list[Line]]] = {}
    first: dict[int, int] = {}
    taken: set[int] = set()
    for index, line in enumerate(lines):
        for at, grid in enumerate(tables):
            row, column = grid.row(line), grid.at(line.box[0], _middle(line))
            if row is not None and column is not None:
                cells.setdefault((at, row), {}).setdefault(column, []).append(line)
                first.setdefault(at, index)
                taken.add(index)
                break
    places = {index: at for at, index in first.items()}
    out: list[Line] = []
    for index, line in enumerate(lines):
        if index in places:
            at = places[index]
            out += (_row(cells[key]) for key in sorted(k for k in cells if k[0] == at))
        if index not in taken:
            out.append(line)
    return tuple(out)


def _row(cells: dict[int, list[Line]]) -> Line:
    texts = [" ".join(_cell(cells.get(column, ()))) for column in range(max(cells) + 1)]
    every = [line for lines in cells.values() for line in lines]
    box = (
        min(line.box[0] for line in every),
        min(line.box[1] for line in every),
        max(line.box[2] for line in every),
        max(line.box[3] for line in every),
    )
    return replace(every[0], text=" | ".join(texts), box=box, row=True)


def _cell(lines: Iterable[Line]) -> Iterator[str]:
    """Paragraphs of one cell: a line that ends well before the widest one ends a paragraph."""
    ordered = sorted(lines, key=lambda line: (round(line.box[1] / 4), line.box[0]))
    right = max((line.box[2] for line in ordered), default=0.0)
    text = ""
    for line in ordered:
        text += line.text.strip().replace("|", "｜")
        if line.box[2] < right - 1.6 * line.height:
            yield text
            text = ""
    if text:
        yield text


def _rules(page: Any, height: float) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """Rules across as (y, left, right) and down as (x, top, bottom); a drawn box gives its four edges."""
    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    for index in range(min(raw.FPDFPage_CountObjects(page), _MOST)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        edges = tuple(ctypes.c_float() for _ in range(4))
        if not raw.FPDFPageObj_GetBounds(drawn, *edges):
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        top, bottom = height - top, height - bottom
        if right - left > _THIN:
            across += [(y, left, right) for y in {top, bottom if bottom - top > _THIN else top}]
        if bottom - top > _THIN:
            down += [(x, top, bottom) for x in {left, right if right - left > _THIN else left}]
    return across, down


def _areas(down: Iterable[tuple[float, float, float]]) -> Iterator[tuple[float, float]]:
    """Stretches of the page over which rules run down without a break."""
    top = bottom = None
    for _, start, end in sorted(down, key=lambda rule: rule[1]):
        if bottom is None or top is None or start > bottom + _NEAR:
            if top is not None and bottom is not None:
                yield top, bottom
            top, bottom = start, end
        bottom = max(bottom, end)
    if top is not None and bottom is not None:
        yield top, bottom


def _distinct(values: Iterable[float]) -> tuple[float, ...]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return tuple(found)


def _covered(rules: Iterable[tuple[float, float, float]], y: float) -> float:
    """Length that the rules near `y` cover together."""
    length, reached = 0.0, float("-inf")
    for left, right in sorted((left, right) for at, left, right in rules if abs(at - y) <= _NEAR):
        length += max(0.0, right - max(left, reached))
        reached = max(reached, right)
    return length


def _middle(line: Line) -> float:
    return (line.box[1] + line.box[3]) / 2


def _between(rules: tuple[float, ...], at: float) -> int | None:
    for index, (low, high) in enumerate(pairwise(rules)):
        if low <= at < high:
            return index
    return None
