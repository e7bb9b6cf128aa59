"""BM25 over terms: bm25s builds the arrays, which are memory-mapped and read with numpy alone.

Scores are bm25s's `lucene` variant, k1 1.2, b 0.75. Searching does not import bm25s: the sum over postings is three
lines, and its import costs 0.3 s.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

K1, B = 1.2, 0.75
VOCABULARY = "terms.json"
Scores = npt.NDArray[np.float32]


class Lexical:
    """Postings of every term: `places[starts[t]:starts[t+1]]` are rows, `weights` their BM25 scores."""

    def __init__(
        self,
        vocabulary: dict[str, int],
        weights: Scores,
        places: npt.NDArray[np.int32],
        starts: npt.NDArray[np.int64],
        rows: int,
    ) -> None:
        self._vocabulary = vocabulary
        self._weights = weights
        self._places = places
        self._starts = starts
        self.rows = rows

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> Self:
        """Index documents given as terms."""
        import bm25s  # type: ignore[import-untyped]

        vocabulary = {term: at for at, term in enumerate(sorted({term for terms in documents for term in terms}))}
        ids = [[vocabulary[term] for term in terms] for terms in documents]
        model = bm25s.BM25(k1=K1, b=B, method="lucene")
        model.index((ids, vocabulary), show_progress=False)
        scores = model.scores
        return cls(
            vocabulary,
            np.asarray(scores["data"], np.float32),
            np.asarray(scores["indices"], np.int32),
            np.asarray(scores["indptr"], np.int64),
            len(documents),
        )

    def save(self, folder: Path) -> None:
        """Arrays as .npy, terms as JSON."""
        for name, values in (("weights", self._weights), ("places", self._places), ("starts", self._starts)):
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        facts = {"rows": self.rows, "terms": list(self._vocabulary)}
        (folder / VOCABULARY).write_text(json.dumps(facts, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Memory-map what `save` wrote."""
        facts = json.loads((folder / VOCABULARY).read_text("utf-8"))
        weights, places, starts = (
            np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in ("weights", "places", "starts")
        )
        return cls({term: at for at, term in enumerate(facts["terms"])}, weights, places, starts, facts["rows"])

    def scores(self, terms: Sequence[str]) -> Scores:
        """BM25 of every row, float32 (rows,); zero where no term matches. A repeated term counts once more each time
        up to three."""
        total = np.zeros(self.rows, np.float32)
        for term, count in Counter(terms).items():
            at = self._vocabulary.get(term)
            if at is None:
                continue
            posting = slice(int(self._starts[at]), int(self._starts[at + 1]))
            total[self._places[posting]] += self._weights[posting] * np.float32(min(count, 3))
        return total
