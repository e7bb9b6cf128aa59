"""What follows from a trigger: for whom a rule is meant, and how far the level goes."""

from dataclasses import replace

import pytest
from beishen.corpora.text import Instrument, Level
from beishen.review.checks import triggered
from beishen.review.engine import Engine
from beishen.review.finding import FindingLevel
from beishen.review.standard import Applies, Ground, Rule

pytestmark = pytest.mark.encoder

FINE = "经营户占道摆卖的，由镇政府处二百元罚款。"


@pytest.fixture
def rule(engine: Engine) -> Rule:
    return engine.standard.rule("penalty.fine")


def changed(rule: Rule, **data: object) -> Rule:
    return replace(rule, data=rule.data.model_copy(update=data))


def test_a_conflict_with_its_words_and_ground(look, rule: Rule) -> None:  # type: ignore[no-untyped-def]
    (found,) = triggered.check(look(FINE), (rule,))
    assert found.level is FindingLevel.CONFLICT
    assert found.quote.endswith(FINE)
    assert found.citations[0].article == "第十六条"
    assert found.why["power"]["instrument"] == "规范性文件"  # type: ignore[index]
    assert str(found.why["matched"]) in FINE
    assert "{" not in found.message


@pytest.mark.parametrize(
    "applies",
    [
        Applies(instruments=(Instrument.LOCAL_RULE,)),
        Applies(levels=(Level.PROVINCE_GOVERNMENT,)),
    ],
)
def test_a_rule_for_others_keeps_quiet(look, rule: Rule, applies: Applies) -> None:  # type: ignore[no-untyped-def]
    assert triggered.check(look(FINE), (changed(rule, applies=applies),)) == ()


def test_a_ground_the_store_lacks_or_that_has_gone_cannot_carry_a_conflict(look, rule: Rule) -> None:  # type: ignore[no-untyped-def]
    """Not a power, so that nothing but the rule's own grounds counts."""
    for law, article in (("港口巡航条例", "第三条"), ("中华人民共和国合同法", "第六十条")):
        ground = Ground(law=law, article=article)
        (found,) = triggered.check(look(FINE), (changed(rule, check="principle", act="", grounds=(ground,)),))
        assert found.level is FindingLevel.DOUBT
        (cited,) = (c for c in found.citations if (c.law, c.article) == (law, article))
        assert not cited.in_force
        assert {c.role for c in found.citations if c.in_force} <= {"basis"}


def test_at_most_one_finding_per_rule_and_clause(look, rule: Rule) -> None:  # type: ignore[no-untyped-def]
    twice = "占道摆卖的，由镇政府处二百元罚款；拒不改正的，由镇政府处五百元罚款。"
    assert len(triggered.check(look(twice), (rule,))) == 1
    assert triggered.check(look("经营户应当挂牌经营。"), (rule,)) == ()


def test_the_same_words_in_a_city_rule_are_within_its_power(engine: Engine, look, rule: Rule) -> None:  # type: ignore[no-untyped-def]
    """行政处罚法 art. 14: a local government's rule may set a fine, not a confiscation."""
    where = ("云溪市摊点管理办法", "云溪市人民政府", Level.CITY_GOVERNMENT, Instrument.LOCAL_RULE)
    assert triggered.check(look(FINE, *where), (rule,)) == ()
    (beyond,) = triggered.check(
        look("经营户占道摆卖的，没收其商品。", *where), (engine.standard.rule("penalty.confiscate"),)
    )
    assert beyond.citations[0].article == "第十四条"
