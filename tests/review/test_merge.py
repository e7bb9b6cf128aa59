"""Merging: overlapping findings of one clause become one, led by the strongest."""

from dataclasses import replace
from itertools import permutations

from beishen.corpora.text import Span
from beishen.review.finding import Citation, Finding, FindingLevel
from beishen.review.merge import merged

TEXT = "甲乙丙丁戊己庚辛壬癸"


def cited(number: int, stored: bool = True) -> Citation:
    text = "条文" if stored else ""
    return Citation("某法", f"第{number}条", text, text, "2020-01-01", stored, "法律", "conflict", stored)


def finding(rule: str, start: int, end: int, level: FindingLevel = FindingLevel.DOUBT, clause: str = "1") -> Finding:
    kind = rule.split(".", maxsplit=1)[0]
    citations = (cited(start + 1),)
    return Finding("", f"{rule}@1", level, (kind,), clause, Span(start, end), TEXT[start:end], rule, {"by": rule},
                   citations, 0.6)  # fmt: skip


def test_overlap_in_one_clause_is_one_finding_led_by_the_strongest() -> None:
    found = merged((finding("fee.charge", 0, 4), finding("penalty.fine", 2, 6, FindingLevel.CONFLICT)))
    (one,) = found
    assert (one.rule, one.level, one.types) == ("penalty.fine@1", FindingLevel.CONFLICT, ("penalty", "fee"))
    assert one.quote == TEXT[2:6]
    (also,) = one.why["also"]  # type: ignore[misc]
    assert (also["rule"], also["level"], also["why"]) == ("fee.charge@1", "doubt", {"by": "fee.charge"})
    assert [c.article for c in one.citations] == ["第3条", "第1条"]
    assert 0.6 < one.confidence <= 0.95


def test_touching_spans_other_clauses_and_citations_of_gone_law_stay_apart() -> None:
    apart = (
        finding("fee.charge", 0, 4),
        finding("penalty.fine", 4, 6),
        finding("permit.set", 4, 6, clause="2"),
        finding("stale.repealed", 0, 2),
        finding("form.title", 0, 6, FindingLevel.FORM, clause=""),
    )
    assert {f.rule for f in merged(apart)} == {f.rule for f in apart}


def test_a_single_finding_is_only_numbered() -> None:
    one = finding("fee.charge", 0, 4)
    assert merged((one,)) == (replace(one, id="f1"),)
    assert merged(()) == ()


def test_order_of_place_ids_in_order_and_no_dependence_on_the_order_given() -> None:
    given = (
        finding("a.late", 6, 8),
        finding("b.early", 0, 2),
        finding("c.early", 1, 3, FindingLevel.CONFLICT),
        finding("d.form", 9, 10, FindingLevel.FORM, clause=""),
    )
    results = {merged(order) for order in permutations(given)}
    (found,) = results
    assert [f.id for f in found] == ["f1", "f2", "f3"]
    assert [f.rule for f in found] == ["c.early@1", "a.late@1", "d.form@1"]


def test_at_most_five_citations_stored_ones_first_each_once() -> None:
    many = tuple(
        replace(finding(f"r{n}.x", 0, 4), rule=f"r{n}.x@1", citations=(cited(n, stored=n % 2 == 1), cited(99)))
        for n in range(8)
    )
    (one,) = merged(many)
    assert len(one.citations) == 5
    assert [c.stored for c in one.citations] == [True] * 5
    assert len({(c.law, c.article) for c in one.citations}) == 5


def test_confidence_grows_with_reasons_and_never_reaches_certainty() -> None:
    def of(count: int) -> float:
        return merged(tuple(finding(f"r{n}.x", 0, 4) for n in range(count)))[0].confidence

    values = [of(count) for count in range(1, 25)]
    assert values == sorted(values)
    assert values[-1] <= 0.95


def test_the_leading_findings_article_stays_first_and_every_finding_is_heard_in_turn() -> None:
    lead = replace(finding("r1.x", 0, 4), confidence=0.9, citations=(cited(1), cited(2), cited(4)))
    other = replace(finding("r2.x", 0, 4), confidence=0.5, citations=(cited(3), cited(2), cited(1)))
    (joined,) = merged((other, lead))
    assert [c.article for c in joined.citations] == ["第1条", "第3条", "第2条", "第4条"]
