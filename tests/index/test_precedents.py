"""Known clauses: what the nearest say, which articles they bring, the file."""

import math
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from beishen.corpora.errors import IndexInvalid
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Instrument, Level, Region
from beishen.index.features import NAMES
from beishen.index.precedents import FILE, NEAREST, SILENT, Precedents, shipped
from beishen.index.scope import scope
from beishen.index.search import Index, Query
from beishen.index.store import Identity, open_parts
from beishen.index.wording import strings

DAY = date(2026, 6, 1)
CLAUSES = ("携带打火机登船的，扣留其船票。", "划船的人应当会游泳。", "甲板上不得堆放木箱。")
GOVERNING = ((("渔船法", "第二条"), ("花灯法", "第一条")), (("渔船法", "第二条"),), (("没有这部法", "第九条"),))


@pytest.fixture
def known(encoder: Any) -> Precedents:
    return Precedents.of(("a", "b", "c"), GOVERNING, encoder.encode(CLAUSES, "query"), CLAUSES)


def brute(cosines: np.ndarray) -> dict[tuple[str, str], float]:
    best: dict[tuple[str, str], float] = {}
    for line, named in enumerate(GOVERNING):
        for one in named:
            best[one] = max(best.get(one, -1.0), float(cosines[line]))
    return best


def textbook(text: str, clause: str) -> float:
    """Cosine of two texts as weighted sets of strings, string by string."""
    holding = Counter(string for each in CLAUSES for string in strings(each))
    weight = {
        s: math.log(1 + (len(CLAUSES) - holding[s] + 0.5) / (holding[s] + 0.5)) for s in strings(text + "。" + clause)
    }
    one, other = set(strings(text)), set(strings(clause))
    shared = sum(weight[s] for s in one & other)
    return shared / math.sqrt(sum(weight[s] for s in one) * sum(weight[s] for s in other))


def test_an_article_has_the_cosine_of_its_nearest_clause_and_the_voices_of_all(known: Precedents, encoder: Any) -> None:
    text = "划船的人不会游泳的，扣留其船票。"
    vector = encoder.encode([text], "query")[0]
    said = {(one.law, one.number): one for one in known.near(vector, text)}
    meant = brute(known.dense.matrix @ vector)
    assert {name: pytest.approx(one.meaning[0], abs=2e-4) for name, one in said.items()} == meant
    assert said["渔船法", "第二条"].meaning[2] == 0
    others = said["没有这部法", "第九条"].meaning[1]
    assert said["渔船法", "第二条"].meaning[1] == pytest.approx(1 - others, abs=1e-5)


def test_words_are_compared_by_the_strings_that_few_clauses_have(known: Precedents, encoder: Any) -> None:
    text = "划船的人不会游泳的，扣留其船票。"
    said = {(one.law, one.number): one for one in known.near(encoder.encode([text], "query")[0], text)}
    worded = brute(np.array([textbook(text, clause) for clause in CLAUSES]))
    assert said["没有这部法", "第九条"].words == SILENT
    assert worded.pop(("没有这部法", "第九条")) == 0
    assert {name: pytest.approx(said[name].words[0], abs=1e-5) for name in worded} == worded
    assert said["渔船法", "第二条"].words[1] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["", "。", "鸟", "完全不同"])
def test_a_text_that_shares_nothing_is_like_none_in_words(known: Precedents, text: str) -> None:
    assert not known.wording.scores(text).any()
    assert all(one.words == SILENT for one in known.near(np.full(64, 0.125, np.float32), text))


def test_a_clause_that_may_not_speak_is_not_heard(known: Precedents, encoder: Any) -> None:
    vector = encoder.encode([CLAUSES[0]], "query")[0]
    heard = {(one.law, one.number): one for one in known.near(vector, CLAUSES[0])}
    assert heard["花灯法", "第一条"].meaning[0] == pytest.approx(1.0, abs=1e-3)
    assert heard["花灯法", "第一条"].words[0] == pytest.approx(1.0, abs=1e-5)
    assert not {("花灯法", "第一条")} & {
        (one.law, one.number) for one in known.near(vector, CLAUSES[0], frozenset({"a"}))
    }


def test_articles_of_like_clauses_are_candidates_in_the_version_of_the_day(
    tmp_path: Path, index: Index, laws: LawStore, encoder: Any, known: Precedents
) -> None:
    parts = open_parts(tmp_path / "cache" / "index", Identity.of(laws, encoder))
    knowing = Index(parts, laws, encoder, None, known)
    query = Query("携带打火机登船的，扣留其船票。", DAY)
    [(keys, features, _)] = knowing.examine([query])
    at = keys.index(laws.article("花灯法", "第一条", DAY).key)
    assert features[at, NAMES.index("like")] == pytest.approx(1.0, abs=1e-3)
    assert features[at, NAMES.index("like_below_best")] == pytest.approx(0.0, abs=1e-6)
    [hit] = (
        hit for hit in knowing.search(Query(query.text, DAY, top=100, explain=True)) if hit.article.key == keys[at]
    )
    assert hit.why is not None
    assert hit.why.like == pytest.approx(1.0, abs=1e-3)
    old = laws.article("花灯法", "第一条", date(2015, 1, 1))
    assert old.key not in keys
    assert features[at, NAMES.index("worded")] == pytest.approx(1.0, abs=1e-5)
    [(keys, features, _)] = knowing.examine([query], without=[frozenset({"a"})])
    assert features[:, NAMES.index("like")].max() < 0.99
    assert features[:, NAMES.index("worded")].max() < 0.99
    assert index.rows


def test_the_filters_hold_for_articles_of_like_clauses(
    tmp_path: Path, index: Index, laws: LawStore, encoder: Any, known: Precedents
) -> None:
    parts = open_parts(tmp_path / "cache" / "index", Identity.of(laws, encoder))
    above = scope(Instrument.ADMIN_REGULATION, Level.STATE_COUNCIL, Region())
    hits = Index(parts, laws, encoder, None, known).search(Query(CLAUSES[0], date(2011, 1, 1), above, top=100))
    assert {hit.article.law for hit in hits} == {"花灯法"}
    assert index.rows


def test_what_is_saved_comes_back(tmp_path: Path, known: Precedents, encoder: Any) -> None:
    known.save(tmp_path / "known.npz", encoder.id)
    again = Precedents.load(encoder.id, tmp_path / "known.npz")
    assert again is not None
    assert (again.ids, again.articles) == (known.ids, known.articles)
    np.testing.assert_array_equal(again.clause, known.clause)
    np.testing.assert_array_equal(again.article, known.article)
    np.testing.assert_array_equal(again.dense.codes, known.dense.codes)
    np.testing.assert_array_equal(again.wording.scores(CLAUSES[1]), known.wording.scores(CLAUSES[1]))
    assert Precedents.load("another", tmp_path / "known.npz") is None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", FILE.read_bytes()[:5000]])
def test_a_damaged_file_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "known.npz").write_bytes(data)
    with pytest.raises(IndexInvalid, match="参照条款"):
        Precedents.load("x", tmp_path / "known.npz")


def test_the_shipped_clauses_are_those_of_the_shipped_encoder(tmp_path: Path) -> None:
    from beishen.model.encoder import Encoder

    known = shipped(Encoder.open(tmp_path).id)
    assert known is not None
    assert len(known.ids) > NEAREST
    assert not any(name.startswith("e-") for name in known.ids)
    np.testing.assert_allclose(np.linalg.norm(known.dense.matrix, axis=1), 1, atol=1e-3)
