"""Fit the ranker's trees: gradient boosting over candidates, each an article that governs the query or does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Plan:
    """Settings of the fit. Of the candidates of a query the `near` best by fusion are shown, and every eighth below."""

    seed: int = 17
    trees: int = 180
    rate: float = 0.07
    leaves: int = 13
    least: int = 50
    near: int = 40


@dataclass(frozen=True, slots=True)
class Listed:
    """The candidates of one query: features, which govern it, fused scores, and the weight of the query."""

    features: Matrix = field(repr=False)
    right: npt.NDArray[np.bool_] = field(repr=False)
    fused: npt.NDArray[np.float64] = field(repr=False)
    weight: float = 1.0


def fit(lists: Sequence[Listed], plan: Plan) -> list[list[list[float]]]:
    """Trees of nodes [feature, threshold, left, right, value], feature -1 at a leaf; the values add up to log odds.

    The result depends on the lists, the plan and scikit-learn's version alone.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]

    features, right, weights = _shown(lists, plan)
    model = HistGradientBoostingClassifier(
        max_iter=plan.trees,
        learning_rate=plan.rate,
        max_leaf_nodes=plan.leaves,
        min_samples_leaf=plan.least,
        l2_regularization=5.0,
        max_bins=63,
        early_stopping=False,
        random_state=plan.seed,
    )
    model.fit(features, right, sample_weight=weights)
    trees = grown_trees(model)
    checked = np.concatenate([features[:200], features[right][:200]]).astype(np.float64)
    difference = model.decision_function(checked) - model._baseline_prediction.ravel()[0] - _walk(trees, checked)
    if np.abs(difference).max() > 1e-5:
        raise ValueError("the trees taken out of the model do not score as the model does")
    return trees


def grown_trees(model: Any) -> list[list[list[float]]]:
    """The trees of a fitted model as nodes; they have no public form, `nodes` is a structured array: check them."""
    return [_tree(predictor.nodes) for (predictor,) in model._predictors]


def _shown(lists: Sequence[Listed], plan: Plan) -> tuple[Matrix, npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    features, right, weights = [], [], []
    for one in lists:
        if one.right.any():
            order = np.argsort(-one.fused, kind="stable")
            kept = np.union1d(order[: plan.near], order[plan.near :][::8])
            kept = np.union1d(kept, np.flatnonzero(one.right))
            features.append(one.features[kept])
            right.append(one.right[kept])
            weights.append(np.full(len(kept), one.weight))
    return np.concatenate(features), np.concatenate(right), np.concatenate(weights)


def _tree(nodes: Any) -> list[list[float]]:
    made = []
    for node in nodes:
        if node["is_leaf"]:
            made.append([-1, 0.0, 0, 0, float(f"{node['value']:.7g}")])
        else:
            threshold = _below(float(node["num_threshold"]))
            made.append([int(node["feature_idx"]), threshold, int(node["left"]), int(node["right"]), 0.0])
    return made


def _below(threshold: float) -> float:
    """The greatest float32 that is not above: it splits float32 features as the threshold does."""
    near = np.float32(threshold)
    return float(near if near <= threshold else np.nextafter(near, np.float32(-np.inf)))


def _walk(trees: list[list[list[float]]], features: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.array([sum(_value(tree, row) for tree in trees) for row in features])


def _value(tree: list[list[float]], row: npt.NDArray[np.float64]) -> float:
    at = 0
    while tree[at][0] >= 0:
        feature, threshold, left, right, _ = tree[at]
        at = int(left if row[int(feature)] <= threshold else right)
    return tree[at][4]
