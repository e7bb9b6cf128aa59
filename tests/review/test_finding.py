"""The invariants of findings and reports: what must never be built cannot be built."""

from dataclasses import replace
from datetime import date

import pytest
from beishen.corpora.text import Problem, Span
from beishen.review.finding import Citation, Finding, FindingLevel, Provenance, Report, Status, Why

CITED = Citation("某法", "第一条", "甲乙丙丁", "乙丙", "2020-01-01", True, "法律", "conflict")
FINDING = Finding("f1", "a.b@1", FindingLevel.CONFLICT, ("penalty",), "1", Span(2, 4), "丙丁", "", citations=(CITED,))
MADE = Provenance("", "", "", (), "", date(2026, 1, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "戊"},
        {"role": "opinion"},
        {"stored": False},
        {"text": "", "quote": ""},
        {"text": "", "quote": "", "stored": False},
    ],
    ids=["quote elsewhere", "unknown role", "unstored with text", "stored without text", "unstored yet in force"],
)
def test_citation_refuses(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        replace(CITED, **change)


@pytest.mark.parametrize(
    "citations",
    [(), (replace(CITED, role="basis"),), (replace(CITED, in_force=False),)],
    ids=["none", "basis", "repealed"],
)
def test_conflict_needs_law_in_force(citations: tuple[Citation, ...]) -> None:
    with pytest.raises(ValueError, match="in force"):
        replace(FINDING, citations=citations)
    assert replace(FINDING, level=FindingLevel.DOUBT, citations=citations).citations == citations


def test_finding_refuses_a_quote_that_does_not_fill_its_span() -> None:
    with pytest.raises(ValueError, match="span"):
        replace(FINDING, quote="丙")


@pytest.mark.parametrize(
    ("status", "problems"), [(Status.OK, (Problem("x", "y"),)), (Status.PARTIAL, ()), (Status.FAILED, ())]
)
def test_status_and_problems_agree(status: Status, problems: tuple[Problem, ...]) -> None:
    with pytest.raises(ValueError, match=r"problems|without"):
        Report("f", status, problems, None, (), MADE)


def test_reasons_are_frozen_json() -> None:
    why = Why({"a": [1, {"b": None}], "day": date(2024, 5, 1), "level": FindingLevel.HINT})
    assert why.plain() == {"a": [1, {"b": None}], "day": "2024-05-01", "level": "hint"}
    assert why == {"a": (1, Why({"b": None})), "day": "2024-05-01", "level": "hint"}
    assert hash(why) == hash(Why(dict(why)))
    with pytest.raises(TypeError):
        Why({"a": object()})
