"""Which rows are worth ranking for a query, and what the lists say of them.

The best hundred of the lexical and the dense list, the best of the laws the document names, articles that limit what
documents may do where the clause does such a thing, articles the clause cites, articles that govern clauses like it
(`precedents`), and one hop along the citation graph from the leading rows. Filters have acted before: an excluded
row never comes back.
"""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from .fuse import fuse, spread, standard
from .roles import Act
from .store import Parts

DEPTH = 100
# Below every cosine, and what takes the cosine of a row that the filters exclude below that.
NEVER, BAR = -2.0, 4.0
# Most rows taken from the named laws, and leading rows whose links are followed.
NAMED, LEADING = 150, 12
# Acts whose setting the law limits; a clause that does one brings the limiting articles in.
LIMITED = Act.PERMIT | Act.PENALTY | Act.COERCION | Act.FEE | Act.PROOF | Act.PAST | Act.MARKET | Act.DISPUTE
# Of more rows than this the best are found by a look at every sixteenth first.
MANY, EVERY = 4096, 16
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Rows that pass the filters, as a mask and as what lists are multiplied by (`kept`) or lowered by (`barred`)."""

    mask: Mask = field(repr=False)
    kept: Floats = field(repr=False)
    barred: Floats = field(repr=False)
    any: bool

    @classmethod
    def of(cls, mask: Mask) -> Self:
        kept = mask.astype(np.float32)
        return cls(mask, kept, (kept - 1) * np.float32(BAR), bool(mask.any()))


@dataclass(frozen=True, slots=True)
class Likened:
    """Rows (sorted) that govern clauses like the query: greatest cosine, share of voices, place of the first; by
    meaning and by words."""

    rows: Rows = field(repr=False)
    cosine: Floats = field(repr=False)
    voices: Floats = field(repr=False)
    place: Floats = field(repr=False)
    worded: Floats = field(repr=False)
    worded_voices: Floats = field(repr=False)
    worded_place: Floats = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the index sees it: its terms and acts, and the rows that pass the filters, are named, are cited, and
    govern clauses like it."""

    terms: tuple[str, ...]
    acts: int
    allowed: Allowed
    named: Mask = field(repr=False)
    cited: Rows = field(repr=False)
    like: Likened = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows (sorted) with both lists' scores, standard scores and ranks (0 beyond the best hundred)."""

    rows: Rows = field(repr=False)
    lexical: Floats = field(repr=False)
    dense: Floats = field(repr=False)
    lexical_standard: Doubles = field(repr=False)
    dense_standard: Doubles = field(repr=False)
    lexical_rank: Rows = field(repr=False)
    dense_rank: Rows = field(repr=False)
    named: Mask = field(repr=False)
    fused: Doubles = field(repr=False)


def gather(parts: Parts, asked: Asked, cosine: Floats) -> Candidates:
    """The candidates of one query; `cosine` is that of every row."""
    lists = (
        _List.of(parts.lexical.scores(asked.terms) * asked.allowed.kept, 0.0),
        _List.of(cosine + asked.allowed.barred, NEVER),
    )
    held = np.zeros(len(cosine), np.bool_)
    named = _named(asked.named, lists[0].scores, lists[1].scores)
    for more in (lists[0].top, lists[1].top, named, _limits(parts, asked), asked.cited, asked.like.rows):
        held[more] = True
    rows = np.flatnonzero(held)
    leading = rows[np.argsort(-_fused(rows, asked, lists)[0], kind="stable")[:LEADING]]
    near = parts.graph.near(leading)
    held[near[asked.allowed.mask[near]]] = True
    return _listed(np.flatnonzero(held), asked, lists)


@dataclass(frozen=True, slots=True)
class _List:
    """Scores of all rows, the best rows (best first), and mean and deviation of their scores."""

    scores: Floats
    top: Rows
    spread: tuple[float, float]

    @classmethod
    def of(cls, scores: Floats, floor: float) -> Self:
        top = best(scores, DEPTH, floor)
        return cls(scores, top, spread(scores[top]))


def _fused(rows: Rows, asked: Asked, lists: tuple[_List, _List]) -> tuple[Doubles, Doubles, Doubles]:
    """Fused scores, and the standard scores of both lists."""
    lexical, dense = (standard(one.scores[rows], one.spread) for one in lists)
    return fuse(lexical, dense, asked.named[rows]), lexical, dense


def _listed(rows: Rows, asked: Asked, lists: tuple[_List, _List]) -> Candidates:
    lexical, dense = lists
    fused, lexical_standard, dense_standard = _fused(rows, asked, lists)
    return Candidates(
        rows,
        lexical.scores[rows],
        dense.scores[rows],
        lexical_standard,
        dense_standard,
        ranks(lexical.scores, rows, lexical.top),
        ranks(dense.scores, rows, dense.top),
        asked.named[rows],
        fused,
    )


def _named(named: Mask, lexical: Floats, dense: Floats) -> Rows:
    rows = np.flatnonzero(named)
    if len(rows) <= NAMED:
        return rows
    half = NAMED // 2
    by_words = rows[np.lexsort((rows, -lexical[rows]))[:half]]
    return np.union1d(by_words, rows[np.lexsort((rows, -dense[rows]))[:half]])


def _limits(parts: Parts, asked: Asked) -> Rows:
    acts = asked.acts & LIMITED
    if not acts:
        return np.zeros(0, np.int64)
    rows = parts.columns.limits
    return rows[((parts.columns.acts[rows] & acts) > 0) & asked.allowed.mask[rows]]


def best(scores: Floats, depth: int, floor: float) -> Rows:
    """Rows of the `depth` greatest scores above the floor, best first, ties by row."""
    least = _near_best(scores, depth) if len(scores) > MANY else floor
    held = np.flatnonzero(scores >= least if least > floor else scores > floor)
    if len(held) < depth and least > floor:
        held = np.flatnonzero(scores > floor)
    if len(held) > depth:
        least = np.partition(scores[held], len(held) - depth)[len(held) - depth]
        held = held[scores[held] >= least]
    return held[np.lexsort((held, -scores[held]))][:depth]


def _near_best(scores: Floats, depth: int) -> float:
    """A score that more than `depth` rows are likely to reach, and few others: from every `EVERY`th row."""
    some = scores[::EVERY]
    at = len(some) - max(2, 3 * depth // EVERY)
    return float(np.partition(some, at)[at])


def ranks(scores: Floats, rows: Rows, top: Rows) -> Rows:
    """Rank of each row (sorted) that stands in `top` (best first), ties sharing the better rank; 0 elsewhere."""
    found = np.zeros(len(rows), np.int64)
    at = np.minimum(np.searchsorted(rows, top), len(rows) - 1)
    here = rows[at] == top
    lowered = -scores[top]
    found[at[here]] = np.searchsorted(lowered, lowered[here], side="left") + 1
    return found
