"""Every case beside a rule, through the whole pipeline: where a rule must speak, and where it must keep quiet."""

import pytest
from beishen.eval.rulecases import Case, load, said
from beishen.review.checks.triggered import KINDS
from beishen.review.engine import Engine
from beishen.review.finding import Finding

CASES = load()

pytestmark = pytest.mark.encoder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, heard: dict[str, tuple[Finding, ...]]) -> None:
    found = heard[case.id]
    assert case.kept(found), [(one.rule, one.level) for one in said(found)]


def test_every_case_names_a_rule_that_there_is(engine: Engine) -> None:
    assert {case.rule for case in CASES} <= {rule.data.id for rule in engine.standard.rules}


def test_every_rule_with_triggers_has_a_case_that_fires_and_one_that_does_not(engine: Engine) -> None:
    triggered = {rule.data.id for rule in engine.standard.rules if rule.data.check in KINDS}
    assert triggered <= {case.rule for case in CASES if case.fires}
    assert triggered <= {case.rule for case in CASES if not case.fires}
