"""How far a provision carries a sentence."""

import re
from dataclasses import replace
from datetime import date

import pytest
from beishen.corpora.text import Article, Rank, Span
from beishen.review.engine import Engine
from beishen.review.support import concerns, inside, ranked, repeated, restating
from beishen.review.view import Sentence
from beishen.review.words import pairs, share

LAMP = "经营者应当在船头悬挂红色航行灯，夜间每三十分钟鸣笛一次。"


def article(text: str) -> Article:
    return Article("k", "某法", "第一条", text, "", "2020-01-01", None, None, Rank.LAW)


def sentence(text: str) -> Sentence:
    return Sentence(text, Span(0, len(text)))


def test_share_is_one_for_the_same_words_and_zero_for_others() -> None:
    assert share(LAMP, LAMP) == 1.0
    assert share(LAMP, "果树每年修剪两次。") == 0.0
    assert 0 < share(LAMP, "船头悬挂航行灯。") < 1
    assert share("应当依法予以处理，不得违反有关规定。", LAMP) == share("。", LAMP) == 0.0


def test_share_is_of_the_sentence_not_of_the_article() -> None:
    assert share("悬挂红色航行灯", LAMP) == 1.0
    assert share(LAMP, "悬挂红色航行灯") < 0.6


def test_words_every_law_has_carry_nothing() -> None:
    assert pairs("由县级以上人民政府有关部门责令限期改正，处罚款") == pairs("县级") | pairs("由县级")


@pytest.mark.parametrize(
    ("mine", "theirs", "held"),
    [
        ("处三百元罚款", "处二百元以上五百元以下罚款", True),
        ("处二百元以上五百元以下罚款", "处二百元以上五百元以下罚款", True),
        ("处六百元罚款", "处二百元以上五百元以下罚款", False),
        ("处二百元以上八百元以下罚款", "处二百元以上五百元以下罚款", False),
        ("五日内答复", "十日内答复", True),
        ("十二日内答复", "十日内答复", False),
        ("公示七日", "公示不少于五日", True),
        ("公示三日", "公示不少于五日", False),
        ("五日内答复", "罚款五元以上", False),
        ("处三百元罚款，五日内缴纳", "处二百元以上五百元以下罚款", False),
        ("及时答复", "十日内答复", False),
    ],
)
def test_inside(mine: str, theirs: str, held: bool) -> None:
    assert inside(sentence(mine), article(theirs)) is held


def test_ranked_holds_the_cited_article_and_keeps_to_the_ranks(look) -> None:  # type: ignore[no-untyped-def]
    view = look("对拒绝门前三包的，依照《中华人民共和国行政处罚法》第五十一条当场处罚。")
    (one,) = view.sentences
    found = ranked(view, one, (Rank.LAW,))
    assert ("中华人民共和国行政处罚法", "第五十一条") in {(s.article.law, s.article.number) for s in found}
    assert {s.article.rank for s in found} == {Rank.LAW}
    assert [(-s.share, s.article.key) for s in found] == sorted((-s.share, s.article.key) for s in found)
    assert {s.article.key for s in ranked(view, one, ())} >= {s.article.key for s in found}


def test_restating_finds_the_provision_repeated(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    """The words come from the store; the trigger must stand in the provision too."""
    law = engine.store.article("消防法", "第六十四条", date(2026, 11, 23))
    assert law is not None
    view = look(re.sub(r"\s+", "", law.text.split("\n")[0]).replace("：", "，")[:60] + "处警告或者五百元以下罚款。")
    rule = engine.standard.rule("penalty.fine")
    found = {(s.article.law, s.article.number) for one in view.sentences if (s := restating(view, one, rule))}
    assert found == {(law.law, law.number)}
    strange = replace(rule, any=(re.compile("鸣笛"),))
    assert not any(restating(view, one, strange) for one in view.sentences)


REPEATS = "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。"


@pytest.mark.parametrize(
    ("clause", "same"),
    [
        (REPEATS, True),
        (REPEATS.replace("九十日", "二百日"), False),
        (REPEATS.replace("应当自", "可以自"), False),
        ("对占道经营的商户，由镇政府一律处二百元罚款，三日内不缴清的停止供水。", False),
    ],
)
def test_a_sentence_that_only_repeats_a_law(look, clause: str, same: bool) -> None:  # type: ignore[no-untyped-def]
    view = look(clause)
    assert repeated(view, view.sentences[0]) is same


@pytest.mark.parametrize(
    ("law", "clause", "meant"),
    [
        ("中华人民共和国香港特别行政区基本法", "渡口经营者应当悬挂航行灯。", False),
        ("中华人民共和国香港特别行政区基本法", "香港居民在渡口经营的，应当悬挂航行灯。", True),
        ("中华人民共和国监狱法", "渡口经营者应当悬挂航行灯。", False),
        ("中华人民共和国监狱法", "罪犯家属乘坐渡船的，凭会见通知免费。", True),
        ("中华人民共和国行政许可法", "渡口管理机构负责人批准后可以延长。", False),
        ("中华人民共和国行政许可法", "渡口经营的批准文件应当公示。", True),
        ("某法", "渡口经营者应当悬挂航行灯。", True),
    ],
)
def test_a_law_on_one_act_or_region_concerns_who_speaks_of_it(look, law: str, clause: str, meant: bool) -> None:  # type: ignore[no-untyped-def]
    assert concerns(replace(article(LAMP), law=law), look(clause)) is meant
