"""Filters, candidates and order of the search, against brute force over the store."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from beishen.corpora.errors import BadArgument
from beishen.corpora.laws.store import LawStore
from beishen.corpora.text import Instrument, Level, Region
from beishen.index.passage import passage
from beishen.index.ranker import Ranker
from beishen.index.search import Index, Query, Scope, scope

DAY = date(2026, 6, 1)
SUZHOU = Region("江苏省", "苏州市", "昆山市")
SCOPES = (
    None,
    scope(Instrument.NORMATIVE, Level.COUNTY_GOVERNMENT, SUZHOU),
    scope(Instrument.LOCAL_RULE, Level.CITY_GOVERNMENT, Region("江苏省", "苏州市")),
    scope(Instrument.DEPARTMENT_RULE, Level.STATE_DEPARTMENT, Region()),
)


@pytest.mark.parametrize("day", [date(1948, 1, 1), date(2011, 1, 1), date(2017, 6, 1), date(2019, 12, 31), DAY])
@pytest.mark.parametrize("above", SCOPES)
def test_filters_are_exact(index: Index, laws: LawStore, day: date, above: Scope | None) -> None:
    expected = {a.key for a in laws.articles() if a.in_force(day) and (above is None or above.holds(a.rank, a.region))}
    hits = index.search(Query("花灯展览备案、渔船出海与罚款", day, above, top=100))
    assert {hit.article.key for hit in hits} == expected


def test_the_version_in_force_answers(index: Index) -> None:
    old = index.search(Query("制作花灯要许可证吗", date(2015, 6, 1), top=1))[0].article
    new = index.search(Query("制作花灯要许可证吗", DAY, top=1))[0].article
    assert (old.law, old.number, old.version) == ("花灯法", "第一条", "2010-01-01")
    assert (new.law, new.number, new.version) == ("花灯法", "第一条", "2020-01-01")


def test_articles_of_named_laws_are_candidates(index: Index) -> None:
    query = Query("花灯展览备案", DAY, laws=("渔船法", "没有这部法"), top=100)
    hits = index.search(query)
    assert {hit.article.number for hit in hits if hit.article.law == "渔船法"} == {"第一条", "第二条", "第三条"}
    assert all(hit.dense_rank for hit in hits if hit.article.law == "渔船法")


def test_scores_fall_and_ties_break_by_key(index: Index) -> None:
    hits = index.search(Query("本文本自2019年1月1日起施行", DAY, top=100))
    order = [(-hit.score, hit.article.key) for hit in hits]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("花灯失火怎么赔", True),
        ("渔船没有证能出海吗", True),
        ("花灯展览应当备案。", False),
        ("是否备案由县局决定。", False),
    ],
)
def test_a_question_has_a_ranker_of_its_own(text: str, question: bool) -> None:
    own, asked = Ranker.of([[[-1, 0.0, 0, 0, 1.0]]]), Ranker.of([[[-1, 0.0, 0, 0, 2.0]]])
    assert Query(text, DAY).question is question
    both = Ranker.of([[[-1, 0.0, 0, 0, 1.0]]], 0.0, asked)
    assert (both.meant(Query(text, DAY).question) is asked) is question
    assert own.meant(True) is own


def test_many_queries_answer_as_each_alone(index: Index, encoder: Any) -> None:
    queries = [Query(text, DAY, SCOPES[1], top=5) for text in ("花灯失火怎么赔", "展览备案期限", "船员年龄")] * 30
    together = index.search_many(queries)
    vectors = encoder.encode([query.text for query in queries], "query")
    for query, vector, hits in zip(queries[:3], vectors, together, strict=False):
        alone = index.search(query, vector)
        assert [hit.article.key for hit in alone] == [hit.article.key for hit in hits]
        assert [hit.score for hit in alone] == pytest.approx([hit.score for hit in hits], rel=1e-3)


def test_cosine_is_that_of_the_two_texts(index: Index, encoder: Any) -> None:
    query = Query("花灯失火", DAY, top=5)
    hits = index.search(query)
    passages = encoder.encode([passage(hit.article) for hit in hits], "passage")
    assert [hit.cosine for hit in hits] == pytest.approx(
        (passages @ encoder.encode([query.text], "query")[0]).tolist(), abs=1e-2
    )


@pytest.mark.parametrize("text", ["", "……", "\n"])
def test_a_query_without_words_finds_nothing(index: Index, text: str) -> None:
    assert index.search(Query(text, DAY)) == ()


def test_latin_and_very_long_queries_are_answered(index: Index) -> None:
    assert len(index.search(Query("lantern permit", DAY, top=3))) == 3
    assert index.search(Query("花灯失火的处罚。" * 500, DAY, top=1))[0].article.law in (
        "花灯法",
        "关于审理花灯案件的解释",
    )


def test_a_vector_of_another_encoder_is_refused(index: Index) -> None:
    with pytest.raises(BadArgument, match="形状"):
        index.search(Query("花灯", DAY), np.zeros(5, np.float32))


def test_no_queries(index: Index) -> None:
    assert index.search_many([]) == ()


def test_a_second_opening_builds_nothing(tmp_path: Path, index: Index, laws: LawStore, encoder: Any) -> None:
    again = Index.open(tmp_path, laws, encoder)
    assert encoder.encoded == 0
    assert again.rows == index.rows == len(list(laws.articles()))
