"""One document through the rooms with the real engine: what holds for every report."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.intake import Overrides
from beishen.corpora.limits import Limits
from beishen.corpora.readers.formats import accept, accept_path
from beishen.corpora.text import DocumentKind, Instrument, Level, Source
from beishen.eval.documents import unsound
from beishen.eval.rulecases import said
from beishen.review.engine import Engine, EngineSettings
from beishen.review.finding import Finding, FindingLevel, Report, Status
from beishen.review.pipeline import Options, review
from beishen.review.render.json import to_json

pytestmark = pytest.mark.encoder

DAY = date(2026, 11, 23)
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SPEECH = """在全县码头工作会议上的讲话
张某某
2024年3月1日

同志们：
今天我们召开这次会议，总结去年工作，安排今年任务。刚才几位同志讲得很好，我都同意。下面，我讲三点意见。
一、充分肯定成绩。去年，对违规经营的处罚力度很大，罚款五百元的就有三十起，同志们辛苦了。
二、清醒看到不足。大家要问一问自己，有没有真正走到群众中去。
三、扎实做好今年工作。希望同志们再接再厉，谢谢大家！
"""


def of(engine: Engine, source: Source, day: date = DAY, overrides: Overrides | None = None) -> Report:
    return review(source, engine, Options(day, overrides or Overrides()))


@pytest.fixture(scope="module")
def faulty(engine: Engine) -> Report:
    return of(engine, accept_path(EXAMPLES / "faulty.docx"))


def test_faulty_sample(faulty: Report) -> None:
    assert faulty.status is Status.OK
    assert [f.id for f in faulty.findings] == [f"f{n}" for n in range(1, len(faulty.findings) + 1)]
    assert [f.span.start for f in faulty.findings] == sorted(f.span.start for f in faulty.findings)
    assert {f.level for f in faulty.findings} >= {FindingLevel.CONFLICT, FindingLevel.DOUBT}


def test_the_same_report_twice_and_from_a_second_engine(engine: Engine, home: Path, faulty: Report) -> None:
    source = accept_path(EXAMPLES / "faulty.docx")
    assert to_json(of(engine, source)) == to_json(faulty)
    with Engine.open(EngineSettings(home, threads=2)) as second:
        assert to_json(of(second, source)) == to_json(faulty)


def test_a_file_that_cannot_be_read_fails_with_its_code(engine: Engine) -> None:
    found = of(engine, replace(accept_path(EXAMPLES / "faulty.docx"), data=b"PK\x03\x04 broken"))
    assert (found.status, found.document, found.findings) == (Status.FAILED, None, ())
    assert [p.code for p in found.problems] == ["file.damaged"]


def test_a_speech_is_not_judged(engine: Engine) -> None:
    found = of(engine, accept("讲话.txt", SPEECH.encode(), Limits()))
    assert found.document is not None
    assert found.document.kind.value is DocumentKind.OTHER
    assert found.findings == ()


def test_a_check_that_fails_is_a_problem_and_the_rest_stands(engine: Engine, faulty: Report) -> None:
    """A rule of an act that the power table lacks, as a broken rule pack would bring it."""
    rules = list(engine.standard.rules)
    at = next(n for n, rule in enumerate(rules) if rule.data.id == "penalty.fine")
    rules[at] = replace(rules[at], data=rules[at].data.model_copy(update={"act": "absolution"}))
    standard = replace(engine.standard, rules=tuple(rules))
    lamed = Engine(engine.store, engine.index, engine.encoder, standard)
    found = of(lamed, accept_path(EXAMPLES / "faulty.docx"))
    assert found.status is Status.PARTIAL
    assert {p.code for p in found.problems} == {"check.failed"}
    assert all("KeyError" in p.message for p in found.problems)
    hurt = {f.clause for f in faulty.findings if "penalty.fine" in {one.rule for one in said((f,))}}
    assert hurt
    kept = {(f.rule, f.span) for f in faulty.findings if f.clause not in hurt}
    assert kept
    assert kept <= {(f.rule, f.span) for f in found.findings}


def test_what_the_user_states_wins(engine: Engine, faulty: Report) -> None:
    """A fine stands when the same words are a rule of a city government (行政处罚法 art. 14)."""
    stated = Overrides("云溪市人民政府", Level.CITY_GOVERNMENT, Instrument.LOCAL_RULE)
    found = of(engine, accept_path(EXAMPLES / "faulty.docx"), overrides=stated)
    assert "penalty.fine" in {one.rule for one in said(faulty.findings)}
    assert "penalty.fine" not in {one.rule for one in said(found.findings)}
    assert "permit.set" in {one.rule for one in said(found.findings)}


def test_the_day_decides_which_law_is_cited(engine: Engine) -> None:
    source = accept_path(EXAMPLES / "faulty.docx")
    for day in (date(2021, 7, 14), date(2021, 7, 15)):
        versions = {c.version for f in of(engine, source, day).findings for c in f.citations if "行政处罚法" in c.law}
        held = engine.store.version_on("行政处罚法", day)
        assert versions <= {held.version if held else ""}


def test_every_citation_of_every_case_is_the_stored_article_in_force(
    engine: Engine, heard: dict[str, tuple[Finding, ...]]
) -> None:
    """All rules with all their cases: what is printed is what the store holds, and a conflict rests on living law."""
    findings = [finding for found in heard.values() for finding in found]
    assert len({finding.rule for finding in findings}) > 40
    faults = {fault for f in findings for c in f.citations for fault in unsound(c, engine.store, DAY)}
    assert faults == set()
    assert all(len(f.citations) <= 5 for f in findings)
    assert [f.message for f in findings if "{" in f.message or "%" in f.rule] == []
    for finding in findings:
        if finding.level is FindingLevel.CONFLICT:
            assert any(c.in_force and c.role in ("conflict", "standard") for c in finding.citations)
