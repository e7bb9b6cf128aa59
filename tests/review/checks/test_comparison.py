"""Clauses against the articles that the real index finds for them."""

import pytest
from beishen.review.checks import comparison
from beishen.review.engine import Engine
from beishen.review.finding import FindingLevel

pytestmark = pytest.mark.encoder

TITLE, ISSUER = "云溪县行政审批服务规定", "云溪县人民政府"
PLAIN = "行政机关应当自受理行政许可申请之日起{days}内作出行政许可决定。"


def compared(engine: Engine, look, clause: str):  # type: ignore[no-untyped-def]
    return comparison.check(look(clause, TITLE, ISSUER), engine.standard)


@pytest.mark.parametrize("days", ["四十日", "五十日", "三十五个工作日"])
def test_a_longer_deadline_than_the_law_allows(engine: Engine, look, days: str) -> None:  # type: ignore[no-untyped-def]
    """行政许可法 art. 42: twenty days; art. 43 gives a lower organ twenty days in nearly the same words."""
    (found,) = compared(engine, look, PLAIN.format(days=days))
    assert found.rule.startswith(("compare.number@", "compare.restated@"))
    assert found.level in (FindingLevel.CONFLICT, FindingLevel.DOUBT)
    assert found.types == ("deadline",)
    (citation,) = found.citations
    assert citation.law == "中华人民共和国行政许可法"
    assert citation.article in ("第四十二条", "第四十三条")
    assert "二十日" in citation.quote
    assert days in found.message
    assert "二十日" in found.advice


@pytest.mark.parametrize("days", ["二十日", "十五日", "十个工作日", "一日"])
def test_the_same_or_a_shorter_deadline_is_quiet(engine: Engine, look, days: str) -> None:  # type: ignore[no-untyped-def]
    assert compared(engine, look, PLAIN.format(days=days)) == ()


@pytest.mark.parametrize(
    "clause",
    [
        "公园每年修剪草坪四十日。",
        "申请人可以自知道该行政行为之日起六十日内提出行政复议申请。",
        "窗口工作人员应当热情服务。",
        "对三百平方米以上的商铺，每四十日巡查一次。",
    ],
)
def test_quiet(engine: Engine, look, clause: str) -> None:  # type: ignore[no-untyped-def]
    assert compared(engine, look, clause) == ()


def test_a_shorter_time_for_the_party_than_the_law_gives(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    """行政复议法 art. 20: sixty days."""
    found = compared(engine, look, "当事人不服行政行为的，可以自知道该行政行为之日起三十日内提出行政复议申请。")
    assert [(f.citations[0].law, f.citations[0].article) for f in found] == [("中华人民共和国行政复议法", "第二十条")]
    assert "六十日" in found[0].message


def test_a_number_for_what_the_law_leaves_open_contradicts_none(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    open_matter = "法律、法规没有规定办理期限的，按照下列规定执行。"
    numbered = [
        any(
            found.rule.startswith("compare.number@")
            for found in compared(engine, look, lead + PLAIN.format(days="四十日"))
        )
        for lead in ("", open_matter)
    ]
    assert numbered == [True, False]
