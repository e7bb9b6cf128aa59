"""Dates a document states of itself: earlier than its making, too soon for a rule, valid too long."""

from datetime import date

import pytest
from beishen.corpora.intake import Overrides, read
from beishen.corpora.limits import Limits
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Instrument
from beishen.review.checks import commencing
from beishen.review.engine import Engine
from beishen.review.finding import FindingLevel
from beishen.review.pipeline import setting_of

pytestmark = pytest.mark.encoder
DUTY = "码头经营企业应当按月缴纳航道维护费，未缴纳的不予受理进港申报。"
FAVOUR = "对新建码头的企业给予一次性补贴。"


def spoken(
    engine: Engine, body: str, last: str, title: str = "云溪县码头管理办法", kind: Instrument = Instrument.NORMATIVE
) -> dict[str, FindingLevel]:
    articles = f"第一条 为了规范码头管理，制定本办法。\n第二条 {body}\n第三条 {last}"
    text = f"{title}\n\n{articles}\n\n云溪县人民政府\n2026年5月20日\n"
    document = read(accept("case.txt", text.encode(), Limits()), Limits(), Overrides("云溪县人民政府", None, kind))
    setting = setting_of(document, engine, date(2026, 11, 23))
    found = commencing.check(setting, engine.standard.of("form"), document.clauses)
    return {one.rule.split("@")[0]: one.level for one in found}


@pytest.mark.parametrize(
    ("body", "last", "title", "doubted"),
    [
        (DUTY, "本办法自2026年1月1日起施行。", "云溪县码头管理办法", True),
        (DUTY, "本办法自2025年12月20日起执行。", "云溪县码头管理办法", True),
        (DUTY, "本办法自2026年6月1日起施行。", "云溪县码头管理办法", False),
        (DUTY, "本办法自2026年5月20日起施行。", "云溪县码头管理办法", False),
        (FAVOUR, "本办法自2026年1月1日起施行。", "云溪县码头建设补贴办法", False),
        ("航道由县交通运输局养护。", "本办法自2026年1月1日起施行。", "云溪县航道养护办法", False),
    ],
)
def test_in_force_before_it_was_made(engine: Engine, body: str, last: str, title: str, doubted: bool) -> None:
    assert (spoken(engine, body, last, title).get("retroactive.start") is FindingLevel.DOUBT) is doubted


@pytest.mark.parametrize(
    ("last", "kind", "told"),
    [
        ("本办法自2026年6月1日起施行。", Instrument.LOCAL_RULE, True),
        ("本办法自2026年7月1日起施行。", Instrument.LOCAL_RULE, False),
        ("本办法自2026年6月1日起施行。", Instrument.NORMATIVE, False),
        ("公布后不立即施行将有碍规章施行，本办法自2026年5月20日起施行。", Instrument.LOCAL_RULE, False),
    ],
)
def test_a_rule_comes_into_force_after_thirty_days(engine: Engine, last: str, kind: Instrument, told: bool) -> None:
    assert ("form.commencement" in spoken(engine, DUTY, last, kind=kind)) is told


def test_a_rule_in_force_at_once_is_doubted(engine: Engine) -> None:
    at_once = spoken(engine, DUTY, "本办法自2026年5月20日起施行。", kind=Instrument.LOCAL_RULE)
    soon = spoken(engine, DUTY, "本办法自2026年6月1日起施行。", kind=Instrument.LOCAL_RULE)
    levels = at_once["form.commencement"], soon["form.commencement"]
    assert levels == (FindingLevel.DOUBT, FindingLevel.FORM)


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("本办法自2026年6月1日起施行，有效期至2036年5月31日。", True),
        ("本办法自2026年6月1日起施行，有效期至2031年5月31日。", False),
        ("本办法自2026年6月1日起施行，有效期十年。", True),
        ("本办法自2026年6月1日起施行，有效期五年。", False),
        ("本办法自2026年6月1日起施行。", False),
    ],
)
def test_validity(engine: Engine, last: str, told: bool) -> None:
    assert ("form.validity" in spoken(engine, DUTY, last)) is told
