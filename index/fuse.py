"""Fusion of a lexical and a dense ranking."""

import numpy as np
import numpy.typing as npt

K = 60
Ranks = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]


def reciprocal(ranks: Ranks, k: int = K) -> Scores:
    """1 / (k + rank), zero where the rank is absent (0). Cormack, Clarke and Büttcher, SIGIR 2009."""
    return np.where(ranks > 0, 1.0 / (k + np.maximum(ranks, 1)), 0.0)


def fuse(lexical: Ranks, dense: Ranks, named: npt.NDArray[np.bool_]) -> Scores:
    """One score per candidate from its two ranks (0 where absent); laws that the document names count a little more."""
    return (reciprocal(lexical) + reciprocal(dense)) * np.where(named, NAMED, 1.0)


NAMED = 1.25
