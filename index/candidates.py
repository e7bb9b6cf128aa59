"""Which rows are worth ranking for a query, and what the lists say of them.

The best hundred of the lexical and the dense list, the best of the laws the document names, articles that limit what
documents may do where the clause does such a thing, articles the clause cites, articles that govern clauses like it
(`precedents`), and one hop along the citation graph from the leading rows. Filters have acted before: an excluded
row never comes back.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from .fuse import fuse, standard
from .roles import Act, Role
from .store import Parts

DEPTH = 100
# Below every cosine: the score of a row that the filters exclude.
NEVER = -2.0
# Most rows taken from the named laws, and leading rows whose links are followed.
NAMED, LEADING = 150, 12
# Acts whose setting the law limits; a clause that does one brings the limiting articles in.
LIMITED = Act.PERMIT | Act.PENALTY | Act.COERCION | Act.FEE | Act.PROOF | Act.PAST | Act.MARKET | Act.DISPUTE
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Likened:
    """Rows (sorted) that govern clauses like the query: greatest cosine, share of voices, place of the first."""

    rows: Rows = field(repr=False)
    cosine: Floats = field(repr=False)
    voices: Floats = field(repr=False)
    place: Floats = field(repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the index sees it: its terms and acts, and the rows that pass the filters, are named, are cited, and
    govern clauses like it."""

    terms: tuple[str, ...]
    acts: int
    mask: Mask = field(repr=False)
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
    lexical = np.where(asked.mask, parts.lexical.scores(asked.terms), np.float32(0))
    dense = np.where(asked.mask, cosine, np.float32(NEVER))
    tops = best(lexical, DEPTH, 0.0), best(dense, DEPTH, NEVER)
    rows = np.union1d(*tops)
    for more in (_named(asked.named, lexical, dense), _limits(parts, asked), asked.cited, asked.like.rows):
        rows = np.union1d(rows, more)
    found = _listed(rows, asked, (lexical, dense), tops)
    leading = found.rows[np.argsort(-found.fused, kind="stable")[:LEADING]]
    near = parts.graph.near(leading)
    rows = np.union1d(rows, near[asked.mask[near]])
    return found if len(rows) == len(found.rows) else _listed(rows, asked, (lexical, dense), tops)


def _listed(rows: Rows, asked: Asked, scores: tuple[Floats, Floats], tops: tuple[Rows, Rows]) -> Candidates:
    lexical, dense = scores
    named = asked.named[rows]
    standards = standard(lexical[rows], lexical[tops[0]]), standard(dense[rows], dense[tops[1]])
    return Candidates(
        rows,
        lexical[rows],
        dense[rows],
        *standards,
        ranks(lexical, rows, tops[0]),
        ranks(dense, rows, tops[1]),
        named,
        fuse(*standards, named),
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
    columns = parts.columns
    return np.flatnonzero(((columns.roles & Role.LIMIT) > 0) & ((columns.acts & acts) > 0) & asked.mask)


def best(scores: Floats, depth: int, floor: float) -> Rows:
    """Rows of the `depth` greatest scores above the floor, best first, ties by row."""
    held = np.flatnonzero(scores > floor)
    if len(held) > depth:
        least = np.partition(scores[held], len(held) - depth)[len(held) - depth]
        held = held[scores[held] >= least]
    return held[np.lexsort((held, -scores[held]))][:depth]


def ranks(scores: Floats, rows: Rows, top: Rows) -> Rows:
    """Rank of each row that stands in `top` (best first), ties sharing the better rank; 0 elsewhere."""
    ordered = scores[top][::-1]
    found = len(top) - np.searchsorted(ordered, scores[rows], side="right") + 1
    return np.where(np.isin(rows, top), found, 0)
