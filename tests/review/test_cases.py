"""Every case beside a rule, through the whole pipeline: where a rule must speak, and where it must keep quiet."""

from collections import Counter

import pytest
from beishen.eval.rulecases import Case, load, said
from beishen.review.checks.triggered import KINDS
from beishen.review.engine import Engine
from beishen.review.finding import Finding

CASES = load()
LEAST = 6

pytestmark = pytest.mark.encoder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, heard: dict[str, tuple[Finding, ...]]) -> None:
    found = heard[case.id]
    assert case.kept(found), [(one.rule, one.level) for one in said(found)]


def test_every_case_names_a_rule_that_there_is(engine: Engine) -> None:
    assert {case.rule for case in CASES} <= {rule.data.id for rule in engine.standard.rules}


def test_every_rule_with_triggers_has_six_cases_that_fire_and_six_that_do_not(engine: Engine) -> None:
    triggered = {rule.data.id for rule in engine.standard.rules if rule.data.check in KINDS}
    for fires in (True, False):
        counted = Counter(case.rule for case in CASES if case.fires is fires)
        assert {rule: counted[rule] for rule in triggered if counted[rule] < LEAST} == {}
