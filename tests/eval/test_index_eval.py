"""Masking of citations, features kept in a file, and the measures of a list."""

from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.citation import mentions
from beishen.eval.index_mined import MASK, _masked
from beishen.eval.index_ranker import Judged, measure, read, save


@pytest.mark.parametrize(
    "text",
    [
        "违反本办法的，依照《中华人民共和国花灯法》第三条的规定处罚。",
        "依照《花灯法》第三条、第五条和《渔船法》第二条办理。",
        "根据《花灯管理条例》，制定本办法。",
    ],
)
def test_no_name_or_number_of_a_law_is_left(text: str) -> None:
    masked = _masked(text, list(mentions(text)))
    assert MASK in masked
    assert "花灯法" not in masked
    assert "花灯管理条例" not in masked
    assert "第三条" not in masked


def judged(id_: str, right: list[int], fused: list[float], gold: int) -> Judged:
    features = np.arange(len(right) * 3, dtype=np.float32).reshape(-1, 3)
    return Judged(id_, "own", "g", "law", gold, 0.5, features, np.array(right, np.bool_), np.array(fused))


def test_features_come_back_as_they_were_kept(tmp_path: Path) -> None:
    made = [judged("a", [0, 1], [1.0, 2.0], 1), judged("b", [1, 0, 1], [3.0, 2.0, 1.0], 2)]
    save(tmp_path / "features.npz", made)
    for one, other in zip(made, read(tmp_path / "features.npz"), strict=True):
        assert (one.id, one.held, one.gold, one.weight) == (other.id, other.held, other.gold, other.weight)
        np.testing.assert_array_equal(one.features, other.features)
        np.testing.assert_array_equal(one.right, other.right)


def test_recall_counts_articles_that_no_candidate_is() -> None:
    line = measure([judged("a", [0, 1], [1.0, 2.0], 2), judged("b", [0, 1], [2.0, 1.0], 1)], lambda one: one.fused)
    assert "R@1 0.250" in line
    assert "R@5 0.750" in line
    assert "MRR@10 0.750" in line
    assert "candidates hold 0.750" in line
