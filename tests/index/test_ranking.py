"""Terms, BM25, cosine and fusion against textbook versions."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from beishen.corpora.laws.store import LawStore
from beishen.index import tokens
from beishen.index.candidates import best, ranks
from beishen.index.dense import Dense
from beishen.index.fuse import LEXICAL, fuse, spread, standard
from beishen.index.lexical import K1, B, Lexical
from beishen.index.tokens import Cutter
from beishen.index.vectors import quantise

DOCUMENTS = [
    ["花灯", "许可证", "花灯"],
    ["罚款", "花灯"],
    ["渔船", "出海", "报告"],
    [],
    ["罚款", "渔船", "罚款", "罚款", "许可证"],
]


def textbook(terms: list[str]) -> list[float]:
    """Robertson's BM25 with Lucene's idf, term by term."""
    average = sum(map(len, DOCUMENTS)) / len(DOCUMENTS)
    scores = []
    for document in DOCUMENTS:
        score = 0.0
        for term, count in Counter(terms).items():
            holding = sum(term in other for other in DOCUMENTS)
            times = document.count(term)
            if times:
                idf = math.log(1 + (len(DOCUMENTS) - holding + 0.5) / (holding + 0.5))
                length = 1 - B + B * len(document) / average
                score += min(count, 3) * idf * times / (times + K1 * length)
        scores.append(score)
    return scores


@pytest.mark.parametrize("terms", [["花灯"], ["罚款", "许可证", "没有的词"], ["罚款"] * 5 + ["渔船"], []])
def test_bm25_is_the_textbook_one(terms: list[str], tmp_path: Path) -> None:
    built = Lexical.build(DOCUMENTS)
    np.testing.assert_allclose(built.scores(terms), textbook(terms), rtol=1e-5)
    built.save(tmp_path)
    np.testing.assert_array_equal(Lexical.load(tmp_path).scores(terms), built.scores(terms))


def test_cosine_is_exact_to_the_quantisation(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    vectors = chance.normal(size=(300, 96)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    dense = Dense(*quantise(vectors))
    Dense.save(tmp_path, dense.codes, dense.scales)
    scores = Dense.load(tmp_path).scores(vectors[:7])
    np.testing.assert_allclose(scores, vectors[:7].astype(np.float64) @ vectors.T.astype(np.float64), atol=4e-3)
    assert scores.argmax(axis=1).tolist() == list(range(7))


def test_a_zero_vector_is_quantised_to_zero() -> None:
    codes, scales = quantise(np.zeros((2, 8), np.float32))
    assert not codes.any()
    assert np.isfinite(scales).all()


def test_best_takes_ties_by_row_and_nothing_at_the_floor() -> None:
    scores = np.array([0, 2, 1, 2, 1, 1, 0], np.float32)
    assert best(scores, 4, 0.0).tolist() == [1, 3, 2, 4]
    assert best(scores, 50, 0.0).tolist() == [1, 3, 2, 4, 5]


def test_ranks_count_the_better_rows() -> None:
    scores = np.array([0, 2, 1, 2, 0.5], np.float32)
    assert ranks(scores, np.arange(5), best(scores, 10, 0.0)).tolist() == [0, 1, 3, 1, 4]
    assert ranks(scores, np.arange(5), best(scores, 3, 0.0)).tolist() == [0, 1, 3, 1, 0]


def test_standard_scores_have_mean_zero_and_deviation_one_over_the_best() -> None:
    chance = np.random.default_rng(2)
    values = chance.normal(5, 3, 100).astype(np.float32)
    made = standard(values, spread(values))
    assert made.mean() == pytest.approx(0, abs=1e-5)
    assert made.std() == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(standard(values * 7 + 2, spread(values * 7 + 2)), made, atol=1e-4)
    assert not standard(values, spread(np.zeros(0, np.float32))).any()
    assert not standard(values, spread(np.ones(4, np.float32))).any()


def test_fusion_weighs_both_and_favours_named_laws() -> None:
    lexical, dense = np.array([2.0, 1.5, -1.0]), np.array([-1.0, 1.5, 2.0])
    assert fuse(lexical, dense, np.zeros(3, np.bool_)).tolist() == [LEXICAL * 2 - 1, LEXICAL * 1.5 + 1.5, 2 - LEXICAL]
    named = fuse(lexical, dense, np.array([False, False, True]))
    assert named[0] < named[2] < named[1]


def test_terms_keep_matter_and_drop_function_words(laws: LawStore) -> None:
    cutter = tokens.build(laws.articles())
    terms = cutter.terms("无证制作花灯的，应当处５０００元以下罚款")
    assert {"花灯", "罚款", "5000"} <= set(terms)
    assert not {"的", "应当", "处5000"} & set(terms)
    assert "花灯管理条例" in cutter.dictionary


def test_a_cutter_is_its_dictionary(laws: LawStore) -> None:
    cutter = tokens.build(laws.articles())
    text = "花灯展览应当提前十日备案，县级人民政府负责监督管理；GB 2024"
    assert Cutter(cutter.dictionary).terms(text) == cutter.terms(text)
    assert tokens.build(laws.articles()).dictionary == cutter.dictionary


@pytest.mark.parametrize("text", ["", "，。！", "   \n"])
def test_nothing_to_search_has_no_terms(laws: LawStore, text: str) -> None:
    assert tokens.build(laws.articles()).terms(text) == []
