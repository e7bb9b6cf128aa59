"""The lexical scores against an independent implementation of BM25 (bm25s), on texts of our own."""

import random

import bm25s
import numpy as np
import pytest
from beishen.index.lexical import K1, B, Lexical

WORDS = [f"词{number}" for number in range(60)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scores_are_those_of_bm25s(seed: int) -> None:
    """Lucene's variant, the same k1 and b: every row, every query, whatever the lengths."""
    draw = random.Random(seed)
    documents = [draw.choices(WORDS, k=draw.randint(1, 40)) for _ in range(120)]
    oracle = bm25s.BM25(method="lucene", k1=K1, b=B)
    oracle.index(documents, show_progress=False)
    ours = Lexical.build(documents)
    for _ in range(20):
        query = draw.sample(WORDS, k=draw.randint(1, 6))
        assert np.allclose(ours.scores(query), oracle.get_scores(query), atol=1e-4)
