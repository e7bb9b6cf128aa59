"""The power table against the articles it rests on: 行政许可法 14-17, 行政处罚法 10-16, 行政强制法 10 and 13."""

from datetime import date

import pytest
from beishen.corpora.text import Instrument, Level
from beishen.review.authority import power
from beishen.review.engine import Engine

DAY = date(2026, 11, 23)
# Instruments with an organ that may make them.
MAKERS = {
    Instrument.LAW: Level.OTHER,
    Instrument.ADMIN_REGULATION: Level.STATE_COUNCIL,
    Instrument.LOCAL_REGULATION: Level.CITY_CONGRESS,
    Instrument.DEPARTMENT_RULE: Level.STATE_DEPARTMENT,
    Instrument.LOCAL_RULE: Level.CITY_GOVERNMENT,
    Instrument.NORMATIVE: Level.COUNTY_GOVERNMENT,
    Instrument.OTHER: Level.TOWNSHIP,
}
LAW, REGULATION, LOCAL, DEPARTMENT, RULE, *_ = MAKERS
# act, words, who may: everyone else may not
TABLE = [
    ("permit", "经批准方可经营", {LAW, REGULATION, LOCAL}),
    ("penalty", "拘留五日", {LAW}),
    ("penalty", "吊销营业执照", {LAW, REGULATION}),
    ("penalty", "吊销道路运输许可证", {LAW, REGULATION, LOCAL}),
    ("penalty", "暂扣许可证", {LAW, REGULATION, LOCAL}),
    ("penalty", "降低资质等级", {LAW, REGULATION, LOCAL}),
    ("penalty", "没收违法所得", {LAW, REGULATION, LOCAL}),
    ("penalty", "责令停产停业", {LAW, REGULATION, LOCAL}),
    ("penalty", "处五百元罚款", {LAW, REGULATION, LOCAL, DEPARTMENT, RULE}),
    ("penalty", "给予警告", {LAW, REGULATION, LOCAL, DEPARTMENT, RULE}),
    ("penalty", "予以通报批评", {LAW, REGULATION, LOCAL, DEPARTMENT, RULE}),
    ("coercion", "限制其人身自由", {LAW}),
    ("coercion", "冻结存款", {LAW}),
    ("coercion", "查封经营场所", {LAW, REGULATION, LOCAL}),
    ("coercion", "扣押工具", {LAW, REGULATION, LOCAL}),
    ("coercion", "采取其他强制措施", {LAW, REGULATION}),
    ("enforcement", "强制拆除", {LAW}),
    ("enforcement", "加处罚款", {LAW}),
]


@pytest.mark.parametrize("instrument", MAKERS, ids=str)
@pytest.mark.parametrize(("act", "words", "may"), TABLE, ids=[f"{row[0]}-{row[1]}" for row in TABLE])
def test_who_may_set_what(act: str, words: str, may: set[Instrument], instrument: Instrument) -> None:
    assert power(act, words, instrument, MAKERS[instrument]).allowed == (instrument in may)


@pytest.mark.parametrize("level", [level for level in Level if level is not Level.PROVINCE_GOVERNMENT])
def test_only_a_provincial_government_may_set_a_permit_by_rule(level: Level) -> None:
    """行政许可法 art. 15: 省、自治区、直辖市人民政府规章, temporary."""
    assert power("permit", "核发准入证", Instrument.LOCAL_RULE, Level.PROVINCE_GOVERNMENT).allowed
    assert not power("permit", "核发准入证", Instrument.LOCAL_RULE, level).allowed


@pytest.mark.parametrize(
    ("ask", "ground", "says"),
    [
        (("permit", "许可", Instrument.NORMATIVE), "行政许可法第十七条", "不得设定行政许可"),
        (("penalty", "罚款", Instrument.NORMATIVE), "行政处罚法第十六条", "不得设定行政处罚"),
        (("penalty", "拘留", Instrument.ADMIN_REGULATION), "行政处罚法第十一条", "除限制人身自由以外"),
        (("penalty", "吊销营业执照", Instrument.LOCAL_REGULATION), "行政处罚法第十二条", "吊销营业执照以外"),
        (("penalty", "没收", Instrument.DEPARTMENT_RULE), "行政处罚法第十三条", "国务院部门规章"),
        (("penalty", "没收", Instrument.LOCAL_RULE), "行政处罚法第十四条", "地方政府规章"),
        (("coercion", "冻结存款", Instrument.LOCAL_REGULATION), "行政强制法第十条", "不得设定行政强制措施"),
        (("enforcement", "强制拆除", Instrument.LOCAL_REGULATION), "行政强制法第十三条", "由法律设定"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_article_named_is_in_force_and_says_so(
    engine: Engine, ask: tuple[str, str, Instrument], ground: str, says: str
) -> None:
    found = power(*ask, MAKERS[ask[2]])
    assert not found.allowed
    assert found.law.removeprefix("中华人民共和国") + found.article == ground
    article = engine.store.article(found.law, found.article, DAY)
    assert article is not None
    assert says in article.text


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("吊销营业执照", "吊销营业执照"),
        ("没收违法所得并处罚款", "没收"),
        ("处以五百元", "罚款"),
        ("通报批评", "警告、通报批评"),
    ],
)
def test_the_gravest_kind_named_counts(words: str, name: str) -> None:
    assert power("penalty", words, Instrument.NORMATIVE, Level.TOWNSHIP).name == name
