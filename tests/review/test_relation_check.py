"""The trained comparison on the real store: what passes the gate, what a doubt says, what stays quiet."""

from pathlib import Path

import pytest
from beishen.model.relation import WEIGHTS, Relation
from beishen.review.checks import relation
from beishen.review.checks.relation import Limits
from beishen.review.engine import Engine
from beishen.review.finding import FindingLevel

pytestmark = [
    pytest.mark.encoder,
    pytest.mark.skipif(not WEIGHTS.is_file(), reason="the trained weights are not in this tree"),
]

TITLE, ISSUER = "云溪县行政审批服务规定", "云溪县人民政府"
CLOSE = "行政机关应当自受理行政许可申请之日起六十日内作出行政许可决定。"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Relation:
    return Relation.open(Path(tmp_path_factory.mktemp("relation")), 1)


def test_a_close_article_passes_the_gate(look) -> None:  # type: ignore[no-untyped-def]
    (pair,) = relation.beside([look(CLOSE, TITLE, ISSUER)], Limits())
    assert pair.article.law == "中华人民共和国行政许可法" and pair.share >= Limits().share
    assert pair.claim.issuer == ISSUER and not pair.claim.text.startswith("第")


@pytest.mark.parametrize("clause", ["窗口工作人员热情服务。", "本县每年举办一次荷花节，应当办好。"])
def test_no_burden_or_no_close_article_is_not_read(look, clause: str) -> None:  # type: ignore[no-untyped-def]
    assert relation.beside([look(clause, TITLE, ISSUER)], Limits()) == ()


def test_of_too_many_pairs_those_that_share_most_are_read(look) -> None:  # type: ignore[no-untyped-def]
    views = [look(CLOSE, TITLE, ISSUER), look("行政机关应当自受理申请之日起六十日内决定并告知。", TITLE, ISSUER)]
    both = relation.beside(views, Limits(share=0.1))
    (kept,) = relation.beside(views, Limits(share=0.1, most=1))
    assert len(both) == 2 and kept.share == max(pair.share for pair in both)


def test_a_doubt_says_what_was_compared_and_never_more(engine: Engine, look, model: Relation) -> None:  # type: ignore[no-untyped-def]
    view = look(CLOSE, TITLE, ISSUER)
    found = relation.check([view], lambda: model, engine.standard, Limits(sure=0.0, kinds=relation.EVERY))
    for finding in found:
        (citation,) = finding.citations
        assert finding.level is FindingLevel.DOUBT
        assert citation.quote in citation.text and f"《{citation.law}》{citation.article}" in finding.message
        assert finding.quote == finding.span.of(view.setting.document.text) and "六十日" in finding.quote
        assert finding.why["probability"] > 0 and finding.why["model"] == "relation"
    assert len(found) == 1
    assert relation.check([view], lambda: model, engine.standard, Limits(sure=1.01)) == ()


def test_without_a_pair_the_model_is_not_opened(engine: Engine, look) -> None:  # type: ignore[no-untyped-def]
    def refuse() -> Relation:
        raise AssertionError("opened")

    assert relation.check([look("窗口工作人员热情服务。", TITLE, ISSUER)], refuse, engine.standard) == ()
