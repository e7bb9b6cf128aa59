"""Fines beside the article cited for them: numbers of our own, and the law's through the whole review."""

from datetime import date

import pytest
from beishen.corpora.text import Article, Rank, Region
from beishen.review.checks import comparison
from beishen.review.engine import Engine
from beishen.review.fines import beyond_cited, beyond_quoted, fines

TITLE, ISSUER = "云溪县消防行政处罚裁量基准", "云溪县消防救援大队"


def article(text: str) -> Article:
    day = date(2020, 1, 1)
    return Article("花园法/第九条", "花园法", "第九条", text, "", "2020-01-01", day, None, Rank.LAW, Region())


RANGE = article("折断树枝的，处五百元以上五千元以下罚款；情节严重的，处五千元以上二万元以下罚款。")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("折断树枝的，处三万元罚款。", "三万元"),
        ("折断树枝的，处二万元以上五万元以下罚款。", "二万元以上五万元以下"),
        ("对当事人罚款25000元。", "25000元"),
    ],
)
def test_past_the_highest(text: str, words: str) -> None:
    found = beyond_cited(text, (RANGE,))
    assert found is not None and found.mine.words == words
    assert found.theirs.high == 20_000


@pytest.mark.parametrize(
    "text",
    [
        "折断树枝的，处二万元罚款。",
        "折断树枝的，处五百元以上二万元以下罚款。",
        "违法所得三万元的，处一千元罚款。",
        "折断树枝的，处货值金额三倍罚款。",
        "到期不缴纳罚款的，每日按罚款数额的百分之三加处罚款。",
        "折断树枝价值三万元的，移送公安机关。",
    ],
)
def test_within_or_of_another_measure(text: str) -> None:
    assert beyond_cited(text, (RANGE,)) is None


def test_no_ceiling_no_comparison() -> None:
    assert beyond_cited("处九万元罚款。", (article("处一万元以上罚款。"),)) is None
    assert beyond_cited("处九万元罚款。", (article("应当远离电线。"),)) is None
    assert [q.words for q in fines("并处违法所得一倍以上三倍以下罚款")] == ["一倍以上三倍以下"]


def test_the_article_a_decision_cites(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    """消防法 60: five thousand to fifty thousand."""
    clause = "根据《中华人民共和国消防法》第六十条的规定，占用、堵塞疏散通道的，处{fine}罚款。"
    (found,) = (
        f
        for f in comparison.check(look(clause.format(fine="八万元"), TITLE, ISSUER), engine.standard)
        if f.rule.startswith("compare.fine@")
    )
    assert "八万元" in found.message and found.citations[0].article == "第六十条"
    quiet = comparison.check(look(clause.format(fine="一万元以上三万元以下"), TITLE, ISSUER), engine.standard)
    assert not [f for f in quiet if f.rule.startswith("compare.fine@")]


def test_the_cited_article_comes_before_a_like_one(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    """道交法 109 words the surcharge as 行政处罚法 72 does; the decision names the latter."""
    clause = "根据《中华人民共和国行政处罚法》第七十二条，到期不缴纳罚款的，每日按罚款数额的百分之五加处罚款。"
    (found,) = comparison.check(look(clause, TITLE, ISSUER), engine.standard)
    assert found.citations[0].law == "中华人民共和国行政处罚法"


SIDES = article(
    "单位折断树枝的，处五千元以上五万元以下罚款，对其直接负责的主管人员处一万元以下罚款。\n个人折断树枝的，处五百元以下罚款。"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("单位折断树枝的，处四万元罚款。", None),
        ("单位折断树枝的，处六万元罚款。", "六万元"),
        ("个人折断树枝的，处八百元罚款。", "八百元"),
        ("折断树枝的，对主管人员处三万元罚款。", "三万元"),
        ("折断树枝的，处三万元罚款。", None),
    ],
)
def test_each_party_has_its_own_highest(text: str, words: str | None) -> None:
    found = beyond_cited(text, (SIDES,))
    assert (found.mine.words if found else None) == words


@pytest.mark.parametrize(
    ("text", "past"),
    [
        ("折断树枝的，在五百元以上五千元以下罚款幅度内，处八千元罚款。", True),
        ("折断树枝的，在五百元以上五千元以下罚款幅度内，处四千元罚款。", False),
        ("折断树枝的，处五百元以上五千元以下罚款；情节严重的，处八千元罚款。", False),
    ],
)
def test_past_the_frame_that_a_sentence_quotes(text: str, past: bool) -> None:
    assert (beyond_quoted(text) is not None) is past
