"""Scores of relation and their calibration, all fitted on validation pairs only: temperature, Platt, threshold."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ..relation import LABELS
from .pairs import Pair

Numbers = npt.NDArray[Any]


def f1_by_label(labels: Sequence[str], kinds: Numbers) -> dict[str, float | None]:
    """F1 of each label by the largest logit; None for a label that neither occurs nor is given."""
    true = np.array([LABELS.index(name) for name in labels])
    given = kinds.argmax(1) if len(kinds) else np.zeros(0, int)
    found: dict[str, float | None] = {}
    for at, name in enumerate(LABELS):
        hit = int(((true == at) & (given == at)).sum())
        all_ = int((true == at).sum() + (given == at).sum())
        found[name] = 2 * hit / all_ if all_ else None
    return found


def macro_f1(labels: Sequence[str], kinds: Numbers) -> float:
    """Mean F1 of the labels that occur or are given; 0 over nothing."""
    values = [value for value in f1_by_label(labels, kinds).values() if value is not None]
    return sum(values) / len(values) if values else 0.0


def pairwise(pairs: Sequence[Pair], conflict: Numbers) -> float:
    """Share of twins beside one article whose faulty one scores higher; ties count half, 0 over nothing."""
    groups: dict[str, dict[bool, float]] = {}
    for pair, score in zip(pairs, conflict, strict=True):
        groups.setdefault(pair.group, {})[pair.conflict] = float(score)
    whole = [group for group in groups.values() if len(group) == 2]
    right = sum(1.0 if g[True] > g[False] else 0.5 * (g[True] == g[False]) for g in whole)
    return right / len(whole) if whole else 0.0


def temperature(labels: Sequence[str], kinds: Numbers) -> float:
    """The divisor of the logits with the least negative log likelihood, by search."""
    true = np.array([LABELS.index(name) for name in labels])
    options = np.geomspace(0.4, 4, 60)
    return float(min(options, key=lambda t: _loss(kinds / t, true)))


def _loss(logits: Numbers, true: Numbers) -> float:
    shifted = logits - logits.max(1, keepdims=True)
    log = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return -float(log[np.arange(len(true)), true].mean())


def platt(conflict: Numbers, truth: Sequence[bool]) -> tuple[float, float]:
    """Slope and shift that make the conflict logit a probability: Newton steps, halved till the likelihood gains."""
    x, y = np.stack([conflict, np.ones(len(conflict))], 1), np.array(truth, float)
    start = np.array([1.0, 0.0])

    def loss(at: Numbers) -> float:
        scores = x @ at
        return float((np.logaddexp(0, scores) - y * scores).sum() + 5e-4 * ((at - start) ** 2).sum())

    weights = start.copy()
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -500, 500)))
        slope = x.T @ (p - y) + 1e-3 * (weights - start)
        curve = (x * (p * (1 - p))[:, None]).T @ x + 1e-3 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while loss(weights - step) > loss(weights) and float(np.abs(step).max()) >= 1e-8:
            step /= 2
        weights -= step
        if float(np.abs(step).max()) < 1e-8:
            break
    return float(weights[0]), float(weights[1])


def error(chances: Numbers, truth: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over even bins of the probability."""
    told, y = np.asarray(chances), np.array(truth, float)
    places = np.minimum((told * bins).astype(int), bins - 1)
    gaps = [abs(told[places == at].mean() - y[places == at].mean()) * (places == at).mean()
            for at in range(bins) if (places == at).any()]  # fmt: skip
    return float(sum(gaps))


def threshold(chances: Numbers, truth: Sequence[bool], alarms: float) -> float:
    """The least probability at which at most the share `alarms` of the pairs without conflict is called one."""
    quiet = np.sort(np.asarray(chances)[~np.array(truth, bool)])
    if not len(quiet):
        return 0.5
    place = min(len(quiet) - 1, int(np.ceil(len(quiet) * (1 - alarms))))
    return float(min(0.99, quiet[place] + 1e-6))
