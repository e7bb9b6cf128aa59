"""Where a clause repeats an article nearly word for word: the places in which the two differ.

Local texts mostly restate. Beside an article that a unit (up to its full stop) follows letter by letter, whatever
differs between two runs that agree was put there by the local maker: another number, 可以 for 不得, another organ.
Pure functions; blanks and the numbers of list items are left out before the letters are compared. Rows of a table
say what applies by their columns, so they are left alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from ..corpora.text import Article
from .words import pairs, share

_UNIT = re.compile(r"(?:[^。\n]|\n(?=\s*[（(]?[一二三四五六七八九十\d]+[）).．、]))+。?")
_MARK = re.compile(r"\s*(?:^|(?<=[\n；：。]))\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d{1,2}[.．、]|[①-⑳])\s*|\s+")
_CELL = " | "
_ALIKE, _FEWEST, _CANDIDATES = 0.45, 6, 2
_RUN, _ANCHOR = 3, 4
_REPEATED, _LONGEST = 0.5, 32
_FIGURES = "0123456789〇零一二两三四五六七八九十百千万亿.%％半"


@dataclass(frozen=True, slots=True)
class Bare:
    """A text without blanks and item numbers, and where each of its letters stands in the text."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Places in the text of letters `start` to `end`; an empty run stands before the next letter."""
        first = self.places[start] if start < len(self.places) else self.places[-1] + 1
        return first, self.places[end - 1] + 1 if end > start else first


@dataclass(frozen=True, slots=True)
class Edit:
    """Letters of the clause where the article has others.

    `start`, `end` are into the clause, `first`, `last` into the article; either side may be empty. `before` and
    `after` are the agreeing letters on both sides.
    """

    article: Article
    start: int
    end: int
    first: int
    last: int
    mine: str
    theirs: str
    before: str
    after: str


def edits(text: str, articles: Sequence[Article]) -> Iterator[Edit]:
    """The differing places of every unit of a clause that repeats an article, in order."""
    for match in _UNIT.finditer(text):
        if len(pairs(match[0])) < _FEWEST or _CELL in match[0]:
            continue
        scored = sorted(((share(match[0], a.text), a.key, a) for a in articles), key=lambda s: (-s[0], s[1]))
        near = [article for alike, _, article in scored[:_CANDIDATES] if alike >= _ALIKE]
        unit = bare(match[0])
        found = [(_covered(unit.text, runs), a, runs) for a in near for runs in [_runs(unit.text, bare(a.text).text)]]
        best = max(found, key=lambda one: one[0], default=None)
        if best is not None and best[0] >= _REPEATED:
            yield from _between(unit, match.start(), best[1], best[2])


@lru_cache(maxsize=512)  # a document meets the same few articles again and again
def bare(text: str) -> Bare:
    """A text without blanks and the numbers of its list items."""
    kept: list[int] = []
    at = 0
    for match in _MARK.finditer(text):
        kept.extend(range(at, match.start()))
        at = match.end()
    kept.extend(range(at, len(text)))
    return Bare("".join(text[i] for i in kept), tuple(kept))


def _runs(unit: str, text: str) -> list[tuple[int, int, int]]:
    """Agreeing runs: place in the unit, place in the article, length."""
    blocks = SequenceMatcher(None, unit, text, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size >= _RUN]


def _covered(unit: str, runs: Sequence[tuple[int, int, int]]) -> float:
    """Share of the unit's letters that lie in agreeing runs."""
    return sum(length for _, _, length in runs) / max(1, len(unit))


def _between(unit: Bare, offset: int, article: Article, runs: list[tuple[int, int, int]]) -> Iterator[Edit]:
    """Short gaps between two agreeing runs long enough to hold on to; what agrees briefly (元以上) lies in the gap."""
    firm = [(a, c, size) for a, c, size in runs if size >= _ANCHOR or a + size >= len(unit.text)]
    for (a, c, left), (b, d, right) in pairwise(firm):
        if b - a - left <= _LONGEST and d - c - left <= _LONGEST:
            yield _widened(unit, offset, article, (a, a + left, b, b + right), (c + left, d))


def _widened(
    unit: Bare, offset: int, article: Article, mine: tuple[int, int, int, int], theirs: tuple[int, int]
) -> Edit:
    """A gap, widened over the figures of a number that both texts begin or end alike."""
    law = bare(article.text)
    (_, a, b, _), (c, d) = mine, theirs
    while a > mine[0] and unit.text[a - 1] in _FIGURES:
        a, c = a - 1, c - 1
    while b < mine[3] and unit.text[b] in _FIGURES:
        b, d = b + 1, d + 1
    (start, end), (first, last) = unit.span(a, b), law.span(c, d)
    around = unit.text[mine[0] : a], unit.text[b : mine[3]]
    return Edit(article, offset + start, offset + end, first, last, unit.text[a:b], law.text[c:d], *around)
