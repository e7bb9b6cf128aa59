"""Cards survive the trip through JSON; facts come from a real review."""

import json
from collections.abc import Callable
from datetime import date

from beishen.corpora.text import Document
from beishen.review.cleanup.card import (
    Card,
    Ended,
    Evidence,
    Figure,
    Found,
    Hit,
    Law,
    Order,
    Says,
    Stale,
    Term,
    card,
    plain,
)
from beishen.review.cleanup.facts import examine
from beishen.review.engine import Engine

AT = Evidence("第一条", 1, 3, "办法")


def test_every_field_survives_json() -> None:
    made = Card(
        file="a.txt", sha256="0" * 64, title="题", number="号", organs=("甲", "乙"), certainty=0.5,
        issued=date(2020, 1, 2), term=Term(date(2021, 1, 1), 12, True, AT),
        stale=(Stale("法", "basis", "repealed", "新法", date(2020, 1, 1), ("第一条",), 2, AT),),
        found=(Found("r@1", "conflict", ("fee",), "言", ("《法》第一条",), 0.9, AT),),
        orders=(Order(Says.EXTEND, "题", "号", date(2030, 1, 1), True, AT),),
        hits=(Hit("fee", "组", 3, AT),), laws=(Law("法", "apply", AT),),
        ended=(Ended("task", "名", date(2020, 1, 1), "", "源", AT),),
        figures=(Figure("ff", ("day max 3 3",), AT),), sign="abc", problems=(("code", "言"),), report="reports/1.html",
    )  # fmt: skip
    assert card(json.loads(json.dumps(plain(made)))) == made


def test_a_card_of_a_real_review(document: Callable[..., Document], engine: Engine) -> None:
    made = document(
        "青州市人民政府关于印发《青州市合同监管办法》的通知",
        "青政发〔2017〕5号",
        "各镇人民政府：",
        "第一条 根据《中华人民共和国合同法》第八条，制定本办法。",
        "第二条 企业应当在3日内向市工商行政管理局备案，逾期的处以2000元罚款。",
        "第三条 本办法自2017年5月1日起施行，有效期5年。《青州市合同管理规定》（青政发〔2009〕2号）同时废止。",
        signed="青州市人民政府\n2017年4月1日",
    )
    found, findings, _ = examine(made, engine, date(2026, 11, 23))
    assert findings
    assert (found.number, found.organs, found.issued) == ("青政发〔2017〕5号", ("青州市人民政府",), date(2017, 4, 1))
    assert found.term is not None
    assert found.term.months == 60
    assert [(stale.law, stale.reason, stale.role) for stale in found.stale] == [
        ("中华人民共和国合同法", "repealed", "basis")
    ]
    assert [(order.says, order.number) for order in found.orders] == [(Says.REPEAL, "青政发〔2009〕2号")]
    assert ("organ", "工商行政管理局") in {(item.kind, item.name) for item in found.ended}
    assert {"penalty"} <= {hit.theme for hit in found.hits}
    assert found.figures
    assert found.sign
    evidence = [*(o.at for o in found.orders), *(h.at for h in found.hits), *(f.at for f in found.figures)]
    assert all(made.text[at.start : at.end] == at.quote for at in evidence)
    assert card(json.loads(json.dumps(plain(found)))) == found
