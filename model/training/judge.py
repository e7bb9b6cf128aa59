"""Fitting the judge: its words by logistic regression, crossed over fields; a linear head and boosted trees on top.

Heads see logits of words that were fitted without the clause's field, else they would trust what is known by heart.
The same examples, plan and version of scikit-learn give the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse  # type: ignore[import-untyped]
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from ..judge import BUCKETS, FOLDED, NAMES, Judge, Matter, Strings, compared, shares, strings
from ..judge_file import Facts, Weights
from .examples import share
from .ranker import grown_trees

Array = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of the fit; `left_out` are names of facts that the heads may not read (ablations)."""

    seed: int = 17
    folds: int = 5
    words: float = 10.0
    head: float = 0.003
    trees: int = 120
    rate: float = 0.05
    leaves: int = 8
    least: int = 20
    rarest: int = 2
    base: float = 1 / 30
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A clause beside its articles, whether it is faulty and of which main kind; `group` stays in one fold."""

    matter: Matter
    faulty: bool
    kind: str
    group: str


@dataclass(frozen=True, slots=True)
class Read:
    """Examples as numbers."""

    examples: tuple[Example, ...]
    strings: tuple[Strings, ...] = field(repr=False)
    compared: Array = field(repr=False)
    faulty: npt.NDArray[np.bool_] = field(repr=False)
    folds: npt.NDArray[np.int64] = field(repr=False)

    def rows(self, kept: npt.NDArray[np.bool_]) -> list[int]:
        return [int(at) for at in np.flatnonzero(kept)]


@dataclass(frozen=True, slots=True)
class Words:
    """The table of the words, its constant, and how rare the strings are."""

    rarity: Array
    table: Array
    bias: float


@dataclass(frozen=True, slots=True)
class Heads:
    """The linear head (constant last), the trees and their constant."""

    linear: Array
    nodes: Array
    base: float


def read(examples: Sequence[Example], plan: Plan) -> Read:
    """Every example read once."""
    return Read(
        tuple(examples),
        tuple(strings(example.matter.clause) for example in examples),
        np.stack([compared(example.matter) for example in examples]),
        np.array([example.faulty for example in examples]),
        np.array([share(f"judge:{example.group}", plan.seed) % plan.folds for example in examples]),
    )


def fitted(data: Read, plan: Plan) -> tuple[Judge, Doubles]:
    """The judge on all examples (threshold 0 as yet), and scores of each by one that did not see its group."""
    every = np.ones(len(data.faulty), np.bool_)
    crossed = np.zeros((len(data.faulty), 1), np.float32)
    for fold in range(plan.folds):
        held = data.folds == fold
        crossed[held, 0] = _told(_judge(_words(data, ~held, plan), None), data, held)
    scores = np.zeros(len(data.faulty))
    told = np.concatenate([crossed, data.compared], axis=1)
    for fold in range(plan.folds):
        held = data.folds == fold
        one = _judge(None, _heads(told[~held], data.faulty[~held], plan))
        scores[held] = [one.score(row) for row in told[held]]
    made = _judge(_words(data, every, plan), _heads(told, data.faulty, plan), _kinds(data, plan))
    slope, shift = _platt(scores, data.faulty, plan)
    return Judge(made.weights, replace(made.facts, slope=slope, shift=shift, seed=plan.seed)), scores


def _words(data: Read, kept: npt.NDArray[np.bool_], plan: Plan) -> Words:
    rarity = _rarity(data, kept, plan)
    rows = [(data.strings[at].places, shares(data.strings[at], rarity)) for at in data.rows(kept)]
    table, bias = _line(_table(rows, BUCKETS), data.faulty[kept], plan.words)
    return Words(rarity, table, bias)


def _rarity(data: Read, kept: npt.NDArray[np.bool_], plan: Plan) -> Array:
    """Per bucket 1 + log of the inverse share of clauses that have it; 0 for those too rare to learn from."""
    rows, seen = data.rows(kept), np.zeros(BUCKETS, np.float32)
    for at in rows:
        seen[data.strings[at].places] += 1
    made: Array = np.where(seen >= plan.rarest, np.log((1 + len(rows)) / (1 + seen)) + 1, 0).astype(np.float32)
    return made


def _table(rows: Sequence[tuple[npt.NDArray[np.int32], Array]], width: int) -> Any:
    lengths = [len(places) for places, _ in rows]
    at = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.concatenate([places for places, _ in rows])
    return sparse.csr_matrix((np.concatenate([values for _, values in rows]), columns, at), (len(rows), width))


def _line(table: Any, truth: npt.NDArray[np.bool_], strong: float) -> tuple[Array, float]:
    model = LogisticRegression(C=strong, max_iter=1000).fit(table, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _heads(told: Array, truth: npt.NDArray[np.bool_], plan: Plan) -> Heads:
    used = told.copy()
    used[:, [NAMES.index(name) for name in plan.left_out]] = 0
    centre, spread = used.mean(0), used.std(0) + 1e-6
    line, bias = _line((used - centre) / spread, truth, plan.head)
    linear = np.append(line / spread, bias - float((line * centre / spread).sum())).astype(np.float32)
    model = HistGradientBoostingClassifier(
        max_iter=plan.trees,
        learning_rate=plan.rate,
        max_leaf_nodes=plan.leaves,
        min_samples_leaf=plan.least,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=plan.seed,
    ).fit(used, truth)
    return Heads(linear, _nodes(grown_trees(model)), float(model._baseline_prediction.ravel()[0]))


def _nodes(trees: list[list[list[float]]]) -> Array:
    made = np.full((len(trees), max(len(tree) for tree in trees), 5), -1, np.float32)
    for at, tree in enumerate(trees):
        made[at, : len(tree)] = tree
    return made


def _kinds(data: Read, plan: Plan) -> tuple[tuple[str, ...], Array]:
    """Names of the kinds that ten clauses have, and their weights over the words."""
    rarity = _rarity(data, np.ones(len(data.faulty), np.bool_), plan)
    named = [example.kind for example in data.examples]
    kinds = sorted({kind for kind in named if kind and named.count(kind) >= 10})
    if len(kinds) < 2:
        return (*kinds, "")[:1], np.zeros((1, FOLDED), np.float32)
    rows = [at for at, example in enumerate(data.examples) if example.kind in kinds]
    table = _table([(data.strings[at].places % FOLDED, shares(data.strings[at], rarity)) for at in rows], FOLDED)
    model = LogisticRegression(C=plan.words, max_iter=1000).fit(table, [named[at] for at in rows])
    told = model.coef_ if len(kinds) > 2 else np.concatenate([-model.coef_, model.coef_])
    return tuple(kinds), told.astype(np.float32)


def _judge(words: Words | None, heads: Heads | None, kinds: tuple[tuple[str, ...], Array] | None = None) -> Judge:
    """A judge of what is there; zeros stand for the rest."""
    empty = np.zeros(BUCKETS, np.float32)
    known = words or Words(empty, empty, 0.0)
    head = heads or Heads(np.zeros(len(NAMES) + 1, np.float32), np.full((1, 1, 5), -1, np.float32), 0.0)
    names, table = kinds or (("",), np.zeros((1, FOLDED), np.float32))
    base = np.array([head.base], np.float32)
    weights = Weights(known.table, table, known.rarity, head.linear, head.nodes, base)
    return Judge(weights, Facts(NAMES, names, known.bias, 0.0))


def _told(judge: Judge, data: Read, kept: npt.NDArray[np.bool_]) -> list[float]:
    found = [data.strings[at] for at in data.rows(kept)]
    return [judge.words(one, shares(one, judge.weights.rarity)) for one in found]


def _platt(scores: Doubles, truth: npt.NDArray[np.bool_], plan: Plan) -> tuple[float, float]:
    """Slope and shift on crossed scores, faulty clauses weighed down to the share `base`."""
    model = LogisticRegression(C=1e6).fit(scores[:, None], truth)
    share_here = float(truth.mean())
    moved = np.log(plan.base / (1 - plan.base)) - np.log(share_here / (1 - share_here))
    return round(float(model.coef_[0, 0]), 4), round(float(model.intercept_[0] + moved), 4)
