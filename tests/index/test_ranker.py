"""The ranker's trees against a walk node by node, its file, and its training."""

import json
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.errors import IndexInvalid
from beishen.index.features import NAMES
from beishen.index.ranker import FILE, Ranker, shipped


def walk(tree: list[list[float]], row: np.ndarray) -> float:
    at = 0
    while tree[at][0] >= 0:
        at = int(tree[at][2] if row[int(tree[at][0])] <= tree[at][1] else tree[at][3])
    return tree[at][4]


def test_scores_are_those_of_a_walk() -> None:
    facts = json.loads(FILE.read_text("utf-8"))
    features = np.random.default_rng(3).normal(0, 3, (40, len(NAMES))).astype(np.float32)
    expected = [
        sum(walk(tree, row) for tree in facts["trees"]) + facts["fused"] * row[NAMES.index("fused")] for row in features
    ]
    np.testing.assert_allclose(shipped().scores(features), expected, atol=1e-4)


@pytest.mark.parametrize(
    "change",
    [
        {"features": ["x"]},
        {"trees": [[[0, 0.5, 7, 9, 0.0]]]},
        {"trees": "x"},
        {"questions": [[[0, 0.5, 7, 9, 0.0]]]},
        {"fused": None},
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(json.dumps(json.loads(FILE.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(IndexInvalid, match="排序模型"):
        Ranker.load(path)


@pytest.mark.parametrize("data", ["", "{", "{}", "[]"])
def test_a_file_that_is_no_ranker_is_refused(tmp_path: Path, data: str) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(data, "utf-8")
    with pytest.raises(IndexInvalid, match="排序模型"):
        Ranker.load(path)


def test_a_fit_learns_what_decides() -> None:
    pytest.importorskip("sklearn")
    from beishen.model.training.ranker import Listed, Plan, fit

    drawn = np.random.default_rng(5)
    lists = []
    for _ in range(120):
        features = drawn.normal(size=(20, len(NAMES))).astype(np.float32)
        features[0, 1], features[0, 7] = 3.0, -3.0
        right = np.arange(20) == 0
        lists.append(Listed(features, right, drawn.normal(size=20)))
    trees = fit(lists, Plan(trees=10, least=10))
    ranker = Ranker.of(trees)
    assert all(ranker.scores(one.features).argmax() == 0 for one in lists)
    assert fit(lists, Plan(trees=10, least=10)) == trees
