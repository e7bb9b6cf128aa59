"""Form: what the head of a document shows of its name and organ."""

from datetime import date

import pytest
from beishen.corpora.intake import Overrides, read
from beishen.corpora.limits import Limits
from beishen.corpora.text import Instrument
from beishen.eval.casedoc import document
from beishen.review.checks import form
from beishen.review.engine import Engine
from beishen.review.finding import Finding, FindingLevel
from beishen.review.pipeline import setting_of

DAY = date(2026, 11, 23)


def found(engine: Engine, title: str, issuer: str, instrument: Instrument | None = None) -> tuple[Finding, ...]:
    source = document("各码头应当挂牌经营。", issuer, title)
    setting = setting_of(read(source, Limits(), Overrides(issuer, None, instrument)), engine, DAY)
    return form.check(setting, engine.standard.of("form"), setting.document.clauses)


@pytest.mark.parametrize(
    ("title", "issuer", "rules"),
    [
        ("云溪县码头管理条例", "云溪县人民政府", {"form.name"}),
        ("云溪县码头管理办法", "云溪县人民政府", set()),
        ("云溪县码头管理办法", "云溪县码头整治工作领导小组", {"form.issuer_internal"}),
        ("云溪县码头管理办法", "云溪县交通运输局", set()),
    ],
)
def test_head(engine: Engine, title: str, issuer: str, rules: set[str]) -> None:
    spoken = {f.rule.split("@")[0] for f in found(engine, title, issuer, Instrument.NORMATIVE)}
    assert rules <= spoken
    assert rules or not spoken


def test_a_local_regulation_may_be_called_one(engine: Engine) -> None:
    rules = {
        f.rule for f in found(engine, "云溪市码头管理条例", "云溪市人民代表大会常务委员会", Instrument.LOCAL_REGULATION)
    }
    assert rules == set()


def test_a_form_finding_quotes_the_title_and_is_never_a_conflict(engine: Engine) -> None:
    for one in found(engine, "云溪县码头管理条例", "云溪县人民政府", Instrument.NORMATIVE):
        assert one.quote == "云溪县码头管理条例"
        assert one.clause == ""
        assert one.level is not FindingLevel.CONFLICT
