"""Search: the provisions that outrank a document, in force on the day, best first.

Filters (day, rank, region) are exact and act before ranking. Articles of the laws that the document names are always
among the candidates. Ties break by article key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import BadArgument, IndexInvalid
from ..corpora.laws.store import LawStore
from ..corpora.text import Article
from .encoding import PassageEncoder
from .fuse import fuse, standard
from .scope import Scope, scope
from .store import Identity, Parts, build, check, open_parts

__all__ = ["Hit", "Index", "Query", "Scope", "scope"]

DEPTH = 100
BATCH = 64
# Below every cosine: the score of a row that the filters exclude.
NEVER = -2.0
Progress = Callable[[int, int], None]
Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked: a clause or question, the day, what outranks the asker (None: everything), laws it names."""

    text: str
    day: date
    above: Scope | None = None
    laws: tuple[str, ...] = ()
    top: int = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found. Ranks start at 1 and are absent beyond the first hundred, except for laws the query names.

    `score` is the fused score, comparable within one query only; `cosine` is the exact cosine of the two texts.
    """

    article: Article
    lexical_rank: int | None
    dense_rank: int | None
    score: float
    cosine: float | None


class Index:
    """An opened index over one law store; safe to search from several threads."""

    def __init__(self, parts: Parts, laws: LawStore, encoder: PassageEncoder) -> None:
        self._parts = parts
        self._laws = laws
        self._encoder = encoder
        self._law_at = {law: at for at, law in enumerate(parts.facts.laws)}
        self._mask = lru_cache(maxsize=16)(self._filter)
        self.id = f"{laws.digest[:12]}-{encoder.id}"

    @classmethod
    def open(cls, home: Path, store: LawStore, encoder: PassageEncoder, progress: Progress | None = None) -> Self:
        """Open `home/cache/index`, building it when it is absent or belongs to another store or encoder.

        `progress(done, total)` reports passages encoded, if any must be.
        """
        folder = home / "cache" / "index"
        identity = Identity.of(store, encoder)
        try:
            check(folder, identity)
        except IndexInvalid:
            build(folder, store, encoder, home, progress)
        return cls(open_parts(folder, identity), store, encoder)

    @property
    def rows(self) -> int:
        """Number of articles, all versions."""
        return len(self._parts.facts.keys)

    def search(self, query: Query, vector: Floats | None = None) -> tuple[Hit, ...]:
        """The best articles for one query, at most `query.top`. `vector` is the query's unit vector, if known."""
        return self.search_many((query,), None if vector is None else vector[None, :])[0]

    def search_many(self, queries: Sequence[Query], vectors: Floats | None = None) -> tuple[tuple[Hit, ...], ...]:
        """One tuple of hits per query, in their order. `vectors` is (n, dim), or None to encode the texts here.

        A query without a letter, digit or Chinese character has no hits. Raises BadArgument for vectors of another
        shape.
        """
        if vectors is None:
            vectors = self._encoder.encode([query.text for query in queries], "query")
        if vectors.shape != (len(queries), self._parts.dense.dim):
            raise BadArgument(f"查询向量的形状不符：{vectors.shape}", "请使用同一编码模型的向量")
        found: list[tuple[Hit, ...]] = []
        for start in range(0, len(queries), BATCH):
            cosines = self._parts.dense.scores(vectors[start : start + BATCH])
            found.extend(
                self._one(query, row) for query, row in zip(queries[start : start + BATCH], cosines, strict=True)
            )
        return tuple(found)

    def _one(self, query: Query, cosine: Floats) -> tuple[Hit, ...]:
        terms = self._parts.cutter.terms(query.text)
        mask = self._mask(query.day, query.above)
        if not terms or query.top < 1 or not mask.any():
            return ()
        lexical = np.where(mask, self._parts.lexical.scores(terms), np.float32(0))
        dense = np.where(mask, cosine, np.float32(NEVER))
        named = self._named(query.laws, mask)
        tops = best(lexical, DEPTH, 0.0), best(dense, DEPTH, NEVER)
        rows = np.union1d(np.union1d(*tops), np.flatnonzero(named))
        lexical_ranks = ranks(lexical, rows, 0.0, named[rows])
        dense_ranks = ranks(dense, rows, NEVER, named[rows])
        scores = fuse(standard(lexical[rows], lexical[tops[0]]), standard(dense[rows], dense[tops[1]]), named[rows])
        order = np.lexsort((rows, -scores))[: query.top]
        articles = self._laws.get(self._parts.facts.keys[row] for row in rows[order])
        return tuple(
            Hit(
                article,
                int(lexical_ranks[at]) or None,
                int(dense_ranks[at]) or None,
                float(scores[at]),
                float(cosine[rows[at]]),
            )
            for article, at in zip(articles, order, strict=True)
        )

    def _filter(self, day: date, above: Scope | None) -> Mask:
        facts = self._parts.facts
        held = np.array([above is None or above.holds(*place) for place in facts.places], np.bool_)
        now = day.toordinal()
        return (facts.start <= now) & (now < facts.end) & held[facts.place]

    def _named(self, laws: tuple[str, ...], mask: Mask) -> Mask:
        """Rows of the named laws that pass the filters; names unknown to the store are passed over."""
        records = (self._laws.law(name) for name in laws)
        wanted = [self._law_at[record.name] for record in records if record is not None and record.name in self._law_at]
        return np.isin(self._parts.facts.law, wanted) & mask if wanted else np.zeros(len(mask), np.bool_)


def best(scores: Floats, depth: int, floor: float) -> Rows:
    """Rows of the `depth` greatest scores above the floor, best first, ties by row."""
    held = np.flatnonzero(scores > floor)
    if len(held) > depth:
        least = np.partition(scores[held], len(held) - depth)[len(held) - depth]
        held = held[scores[held] >= least]
    return held[np.lexsort((held, -scores[held]))][:depth]


def ranks(scores: Floats, rows: Rows, floor: float, named: Mask) -> Rows:
    """Rank of each row by score, ties sharing the better rank; 0 at the floor, or beyond DEPTH where not named."""
    ordered = np.sort(scores[scores > floor])
    found = len(ordered) - np.searchsorted(ordered, scores[rows], side="right") + 1
    return np.where((scores[rows] > floor) & ((found <= DEPTH) | named), found, 0)
