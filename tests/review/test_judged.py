"""The judge's doubts on the real store: what is read, what a doubt says, what stays quiet."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from beishen.corpora.text import DocumentKind, KindScore
from beishen.model.judge import Judge
from beishen.review.checks import judged
from beishen.review.engine import Engine
from beishen.review.finding import FindingLevel
from beishen.review.merge import merged
from beishen.review.view import ClauseView

pytestmark = pytest.mark.encoder

TITLE, ISSUER = "云溪县行政审批服务规定", "云溪县人民政府"
CLAUSE = "申请人逾期三日未补正材料的，窗口应当将其申请视为放弃，一年内不得再次提出。"


def sure(least: float) -> Callable[[], Judge]:
    """The shipped judge with another threshold."""
    shipped = Judge.open()
    return lambda: replace(shipped, facts=replace(shipped.facts, threshold=least))


def test_a_doubt_names_what_was_read_and_never_more(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    view = look(CLAUSE, TITLE, ISSUER)
    (finding,) = judged.check([view], sure(-99), engine.standard, ())
    assert finding.level is FindingLevel.DOUBT and finding.types[0] in judged.NAMES
    assert finding.citations and all(c.role == "standard" and c.quote in c.text for c in finding.citations)
    first = finding.citations[0]
    assert f"《{first.law}》{first.article}" in finding.message and "请核对" in finding.message
    assert {c.article for c in finding.citations} <= {a["article"] for a in finding.why.plain()["articles"]}  # type: ignore[index, union-attr]
    assert finding.confidence == finding.why["probability"] < 1
    assert judged.check([view], sure(99), engine.standard, ()) == ()


def test_a_clause_that_a_rule_flagged_is_left_to_the_rule(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    view = look(CLAUSE, TITLE, ISSUER)
    (doubt,) = judged.check([view], sure(-99), engine.standard, ())
    assert judged.check([view], sure(-99), engine.standard, [doubt]) == ()
    hint = replace(doubt, level=FindingLevel.HINT, rule="fee.set@1")
    assert judged.check([view], sure(-99), engine.standard, [hint]) == (doubt,)
    assert [finding.rule for finding in merged((hint, doubt))] == [doubt.rule, hint.rule]


@pytest.mark.parametrize(
    ("clause", "title"),
    [
        ("本县每年举办一次荷花节。", TITLE),
        ("申请人隐瞒有关情况或者提供虚假材料申请行政许可的，行政机关不予受理或者不予行政许可，并给予警告。", TITLE),
        (CLAUSE, "云溪县行政处罚裁量基准"),
    ],
    ids=["no burden", "an article says it", "benchmark"],
)
def test_lawful_look_alikes_are_not_read(look, clause: str, title: str) -> None:  # type: ignore[no-untyped-def]
    assert judged.read(look(CLAUSE, TITLE, ISSUER))
    assert not judged.read(look(clause, title, ISSUER))


@pytest.mark.parametrize("kind", [DocumentKind.INTERNAL, DocumentKind.OTHER])
def test_documents_without_general_force_are_not_read(look, kind: DocumentKind) -> None:  # type: ignore[no-untyped-def]
    view: ClauseView = look(CLAUSE, TITLE, ISSUER)
    document = replace(view.setting.document, kind=KindScore(kind, 0.8))
    assert not judged.read(replace(view, setting=replace(view.setting, document=document)))
