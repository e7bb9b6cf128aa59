"""Grounds that no article in force carries are named, and a rule that has lost them all says so."""

from datetime import date

import pytest
from beishen.review.engine import Engine
from beishen.review.norms import fixed, matters
from beishen.review.standard import Ground
from beishen.review.upkeep import gone, loose, missing

pytestmark = pytest.mark.encoder
DAY = date(2026, 11, 23)
STANDS = Ground(law="中华人民共和国行政处罚法", article="第十六条")
NO_ARTICLE = Ground(law="中华人民共和国行政处罚法", article="第九百条")
NO_LAW = Ground(law="青石镇小河管理条例", article="第三条")


@pytest.mark.parametrize(("ground", "why"), [(STANDS, ""), (NO_ARTICLE, "已失效"), (NO_LAW, "未入库")])
def test_why_a_ground_does_not_stand(engine: Engine, ground: Ground, why: str) -> None:
    assert missing(engine.store, ground, DAY) == why


@pytest.mark.parametrize(
    ("grounds", "lost"),
    [
        ((NO_ARTICLE,), True),
        ((NO_ARTICLE, NO_LAW), True),
        ((NO_ARTICLE, STANDS), False),
        ((NO_LAW,), False),
        ((), False),
    ],
)
def test_a_rule_is_lost_when_nothing_stored_carries_it(engine: Engine, grounds: tuple[Ground, ...], lost: bool) -> None:
    assert gone(engine.store, grounds, DAY) is lost


def test_no_rule_of_the_standard_rests_on_an_article_that_has_gone(engine: Engine) -> None:
    assert [one for one in loose(engine.standard, engine.store, DAY) if one.why == "已失效"] == []


def test_grounds_of_the_tables_are_listed_as_well(engine: Engine) -> None:
    listed = {(one.ground.law, one.ground.article) for one in loose(engine.standard, engine.store, DAY)}
    wanted = {(r.ground.law, r.ground.article) for r in (*fixed(), *matters()) if missing(engine.store, r.ground, DAY)}
    assert wanted and wanted <= listed
