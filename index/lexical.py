"""BM25 over terms: postings as arrays, memory-mapped and read with numpy alone.

Scores are Lucene's variant of BM25, k1 1.2, b 0.75 (tests hold them against bm25s and a textbook version).
Counts stay beside the weights, so that rows can come and go without cutting any other article again.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .mapped import mapped
from .terms import Terms

K1, B = 1.2, 0.75
VOCABULARY = "terms.json"
MOST = 3
Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]
Arrays = ("weights", "places", "counts", "starts", "lengths", "distinct")


@dataclass(frozen=True, slots=True)
class Lexical:
    """Postings of every term: `places[starts[t]:starts[t+1]]` are rows in order, `weights` their BM25 scores.

    `counts` are occurrences (at most 255), `lengths` terms per row, `distinct` different terms per row.
    """

    vocabulary: dict[str, int] = field(repr=False)
    weights: Scores = field(repr=False)
    places: Ids = field(repr=False)
    counts: npt.NDArray[np.uint8] = field(repr=False)
    starts: Rows = field(repr=False)
    lengths: Ids = field(repr=False)
    distinct: Ids = field(repr=False)

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Self:
        """Index documents given as terms."""
        return cls.empty().changed(Terms.of(documents), np.arange(len(documents)), np.zeros(0, np.int64))

    @classmethod
    def empty(cls) -> Self:
        none = np.zeros(0, np.int32)
        return cls({}, np.zeros(0, np.float32), none, np.zeros(0, np.uint8), np.zeros(1, np.int64), none, none)

    def changed(self, documents: Terms, at: Rows, moved: Rows) -> Self:
        """The index after a change: `documents` stand at rows `at`; old row r goes to `moved[r]`, -1 to drop it."""
        rows = len(at) + int((moved >= 0).sum())
        vocabulary = dict(self.vocabulary)
        used = np.unique(documents.ids)
        terms_used = [documents.words[place] for place in used.tolist()]
        for term in sorted(set(terms_used).difference(vocabulary)):
            vocabulary[term] = len(vocabulary)
        known = np.zeros(len(documents.words), np.int64)
        known[used] = [vocabulary[term] for term in terms_used]
        terms = np.repeat(np.arange(len(self.starts) - 1, dtype=np.int64), np.diff(self.starts))
        kept = moved[self.places] >= 0
        old = terms[kept] * rows + moved[self.places[kept]]
        fresh, times = _postings(known[documents.ids] * rows + np.repeat(at, documents.sizes))
        codes = np.concatenate([old, fresh])
        counts = np.concatenate([self.counts[kept], times])
        order = np.argsort(codes, kind="stable")
        codes, counts = codes[order], counts[order]
        starts = np.searchsorted(codes, np.arange(len(vocabulary) + 1, dtype=np.int64) * rows)
        places = (codes % max(rows, 1)).astype(np.int32)
        lengths = np.zeros(rows, np.int32)
        lengths[moved[moved >= 0]] = self.lengths[moved >= 0]
        lengths[at] = documents.sizes
        weights = _weights(counts, places, starts, lengths)
        distinct = np.bincount(places, minlength=rows).astype(np.int32)
        return type(self)(vocabulary, weights, places, counts, starts, lengths, distinct)

    def save(self, folder: Path) -> None:
        """Arrays as .npy, terms as JSON."""
        for name in Arrays:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        (folder / VOCABULARY).write_text(json.dumps(list(self.vocabulary), ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Memory-map what `save` wrote."""
        terms = json.loads((folder / VOCABULARY).read_text("utf-8"))
        arrays: dict[str, Any] = {name: mapped(folder / f"{name}.npy") for name in Arrays}
        return cls({term: at for at, term in enumerate(terms)}, **arrays)

    @property
    def rows(self) -> int:
        return len(self.lengths)

    def scores(self, terms: Sequence[str]) -> Scores:
        """BM25 of every row, float32 (rows,); zero where no term matches. A repeated term counts once more each time
        up to three."""
        total = np.zeros(self.rows, np.float32)
        for term, count in Counter(terms).items():
            at = self.vocabulary.get(term)
            if at is not None:
                posting = slice(int(self.starts[at]), int(self.starts[at + 1]))
                weights = self.weights[posting]
                weights = weights if count == 1 else weights * np.float32(min(count, MOST))
                np.add.at(total, self.places[posting], weights)
        return total

    def matches(self, terms: Sequence[str], rows: Rows) -> tuple[list[str], Scores, npt.NDArray[np.bool_]]:
        """The known different terms, their inverse document frequency, and whether each row has each: (terms, rows)."""
        known = [term for term in dict.fromkeys(terms) if term in self.vocabulary]
        held = np.zeros((len(known), len(rows)), np.bool_)
        idf = np.zeros(len(known), np.float32)
        wanted = rows.astype(self.places.dtype)
        for line, term in enumerate(known):
            at = self.vocabulary[term]
            posting = self.places[int(self.starts[at]) : int(self.starts[at + 1])]
            idf[line] = _idf(self.rows, len(posting))
            if len(posting):
                near = np.minimum(np.searchsorted(posting, wanted), len(posting) - 1)
                held[line] = posting[near] == wanted
        return known, idf, held


def _idf(rows: int, holding: int) -> float:
    return float(np.log(1 + (rows - holding + 0.5) / (holding + 0.5)))


def _postings(codes: Rows) -> tuple[Rows, npt.NDArray[np.uint8]]:
    """Each different term * rows + row, in order, and how often it occurs."""
    codes, counts = np.unique(codes, return_counts=True)
    return codes, np.minimum(counts, 255).astype(np.uint8)


def _weights(counts: npt.NDArray[np.uint8], places: Ids, starts: Rows, lengths: Ids) -> Scores:
    holding = np.diff(starts).astype(np.float64)
    rows = len(lengths)
    idf = np.log(1 + (rows - holding + 0.5) / (holding + 0.5)).astype(np.float32)
    average = max(float(lengths.mean()) if rows else 1.0, 1e-9)
    damp = (K1 * (1 - B + B * lengths / average)).astype(np.float32)
    times = counts.astype(np.float32)
    weights: Scores = np.repeat(idf, np.diff(starts)) * times / (times + damp[places])
    return weights
