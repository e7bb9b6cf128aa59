"""Fusion of a lexical and a dense ranking.

Each list's scores are measured in standard deviations of its own best hundred, weighed, then added: unlike reciprocal
ranks this keeps how clearly an article leads, and unlike a sum of raw scores it needs no constant per encoder.
The measures are in `model/weights/encoder.md` and printed by `python -m beishen.eval.index_retrieval`.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]

# What a law gains whose name the document gives as its own, in the same standard deviations.
NAMED = 0.5
# The lexical list weighs less than the dense one, whose queries go through trained layers; chosen among 0.25, 0.5,
# 0.75 and 1 on clauses of our own held out from that training.
LEXICAL = 0.5


def spread(best: Floats) -> tuple[float, float]:
    """Mean and standard deviation of the best scores of a list, both 0 for none."""
    return (float(best.mean()), float(best.std())) if len(best) else (0.0, 0.0)


def standard(scores: Floats, around: tuple[float, float]) -> Scores:
    """Scores in standard deviations around the mean, both as `spread` gives them; zeros without a deviation."""
    mean, deviation = around
    if deviation < 1e-9:
        return np.zeros(len(scores), np.float64)
    return (scores.astype(np.float64) - mean) / deviation


def fuse(lexical: Scores, dense: Scores, named: npt.NDArray[np.bool_]) -> Scores:
    """One score per candidate from its two standard scores."""
    return LEXICAL * lexical + dense + np.where(named, NAMED, 0.0)
