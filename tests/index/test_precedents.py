"""Known clauses: what the nearest say, which articles they bring, the file."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from beishen.corpora.errors import IndexInvalid
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Instrument, Level, Region
from beishen.index.features import NAMES
from beishen.index.precedents import FILE, NEAREST, Precedents, shipped
from beishen.index.scope import scope
from beishen.index.search import Index, Query
from beishen.index.store import Identity, open_parts

DAY = date(2026, 6, 1)
CLAUSES = ("携带打火机登船的，扣留其船票。", "划船的人应当会游泳。", "甲板上不得堆放木箱。")
GOVERNING = ((("渔船法", "第二条"), ("花灯法", "第一条")), (("渔船法", "第二条"),), (("没有这部法", "第九条"),))


@pytest.fixture
def known(encoder: Any) -> Precedents:
    return Precedents.of(("a", "b", "c"), GOVERNING, encoder.encode(CLAUSES, "query"))


def brute(known: Precedents, vector: np.ndarray) -> dict[tuple[str, str], float]:
    best: dict[tuple[str, str], float] = {}
    for line, named in enumerate(GOVERNING):
        for one in named:
            best[one] = max(best.get(one, -1.0), float(known.dense.matrix[line] @ vector))
    return best


def test_an_article_has_the_cosine_of_its_nearest_clause_and_the_voices_of_all(known: Precedents, encoder: Any) -> None:
    vector = encoder.encode(["划船的人不会游泳的，扣留其船票。"], "query")[0]
    said = known.near(vector)
    assert {(one.law, one.number): pytest.approx(one.cosine, abs=2e-4) for one in said} == brute(known, vector)
    assert [one.cosine for one in said] == sorted((one.cosine for one in said), reverse=True)
    shared = next(one for one in said if one.law == "渔船法")
    assert shared.place == 0
    assert shared.voices == pytest.approx(1 - next(one.voices for one in said if one.law == "没有这部法"), abs=1e-5)


def test_a_clause_that_may_not_speak_is_not_heard(known: Precedents, encoder: Any) -> None:
    vector = encoder.encode([CLAUSES[0]], "query")[0]
    assert known.near(vector)[0].cosine == pytest.approx(1.0, abs=1e-3)
    quiet = known.near(vector, frozenset({"a"}))
    assert ("花灯法", "第一条") not in {(one.law, one.number) for one in quiet if one.cosine > 0}


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
    [(keys, features, _)] = knowing.examine([query], without=[frozenset({"a"})])
    assert features[:, NAMES.index("like")].max() < 0.99
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
    assert not any(name.startswith(("d2", "e")) for name in known.ids)
    np.testing.assert_allclose(np.linalg.norm(known.dense.matrix, axis=1), 1, atol=1e-3)
