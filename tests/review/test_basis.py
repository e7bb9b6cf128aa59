"""What a citation carries: the rank of a stored act, or what a title shows; nothing once the act has gone."""

from datetime import date

import pytest
from beishen.corpora.laws.resolving import Reason, Resolution, resolve
from beishen.corpora.text import LawMention, Rank, Span
from beishen.review.basis import carries, rank_of
from beishen.review.engine import Engine

DAY = date(2026, 11, 23)


def cited(engine: Engine, name: str, *numbers: str) -> Resolution:
    return resolve(engine.store, LawMention(name, numbers, Span(0, len(name)), "apply"), DAY)


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("中华人民共和国行政许可法", Rank.LAW),
        ("行政许可法", Rank.LAW),
        ("中华人民共和国港口巡航法", Rank.LAW),
        ("港口巡航条例", Rank.ADMIN_REGULATION),
        ("云州省港口巡航条例", Rank.LOCAL_REGULATION),
        ("云溪市港口巡航管理办法", Rank.LOCAL_RULE),
        ("港口巡航管理规定", Rank.DEPARTMENT_RULE),
        ("国务院关于取消一批巡航审批事项的决定", Rank.ADMIN_REGULATION),
        ("双塔镇村规民约", None),
        ("关于做好港口巡航工作的通知", None),
    ],
)
def test_rank(engine: Engine, name: str, rank: Rank | None) -> None:
    assert rank_of(engine.store, cited(engine, name)) is rank


def test_a_live_act_of_the_rank_carries(engine: Engine) -> None:
    found = cited(engine, "行政处罚法", "第十六条")
    assert found.reason is Reason.FOUND
    assert carries(engine.store, found, (Rank.LAW,))
    assert not carries(engine.store, found, (Rank.ADMIN_REGULATION,))
    assert not carries(engine.store, found, ())


@pytest.mark.parametrize("name", ["中华人民共和国大气污染防治法", "中华人民共和国合同法", "物权法"])
def test_an_act_that_has_gone_still_says_whose_sanction_it_was(engine: Engine, name: str) -> None:
    found = cited(engine, name)
    assert found.reason in (Reason.REPEALED, Reason.RENAMED)
    assert carries(engine.store, found, (Rank.LAW,))
