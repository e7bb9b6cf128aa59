"""Dense search against an independent oracle: faiss's exact inner product over the same rows."""

import faiss
import numpy as np
import pytest
from beishen.index.dense import Dense
from beishen.index.vectors import quantise


@pytest.mark.parametrize(("rows", "dim", "top"), [(500, 32, 10), (3000, 384, 20)])
def test_the_best_rows_are_those_faiss_finds(rows: int, dim: int, top: int) -> None:
    drawn = np.random.default_rng(7)
    vectors = drawn.normal(size=(rows, dim)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    dense = Dense(*quantise(vectors))
    oracle = faiss.IndexFlatIP(dim)
    oracle.add(dense.matrix)
    scores, found = oracle.search(vectors[:9], top)
    ours = dense.scores(vectors[:9])
    np.testing.assert_allclose(np.sort(ours, axis=1)[:, ::-1][:, :top], scores, atol=2e-4)
    assert np.array_equal(np.argsort(-ours, axis=1, kind="stable")[:, :top], found)
