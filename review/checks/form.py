"""Form: what the document's own head shows (name, organ), by rules over title and issuing organ, and its dates."""

from ...corpora.text import Clause, Span
from ..cite import of_ground
from ..finding import Finding, FindingLevel, Why
from ..standard import Rule
from ..view import Setting
from . import commencing


def check(setting: Setting, rules: tuple[Rule, ...], clauses: tuple[Clause, ...]) -> tuple[Finding, ...]:
    """Run the form rules over the title and the dates; the first clause carries a finding whose title has no span."""
    dates = commencing.check(setting, rules, clauses)
    title = setting.document.title
    if title is None:
        return dates
    span = title.span or (clauses[0].span if clauses else Span(0, 0))
    return (*(_finding(setting, rule, span) for rule in rules if _fires(setting, rule, title.value)), *dates)


def _fires(setting: Setting, rule: Rule, title: str) -> bool:
    wanted = rule.data.applies
    if wanted.instruments and setting.instrument not in wanted.instruments:
        return False
    if wanted.levels and setting.level not in wanted.levels:
        return False
    issuers = "、".join(organ.name for organ in setting.document.issuers)
    heads = {"title": title, "issuer": issuers}
    text = heads["issuer"] if rule.data.id.startswith("form.issuer") else heads["title"]
    if any(pattern.search(text) for pattern in rule.none) or not all(pattern.search(text) for pattern in rule.all):
        return False
    return any(pattern.search(text) for pattern in rule.any)


def _finding(setting: Setting, rule: Rule, span: Span) -> Finding:
    level = FindingLevel(rule.data.level)
    return Finding(
        id="",
        rule=rule.key,
        level=FindingLevel.FORM if level is FindingLevel.CONFLICT else level,
        types=rule.data.types,
        clause="",
        span=span,
        quote=span.of(setting.document.text),
        message=rule.data.message,
        why=Why({"check": "form", "points": list(rule.data.points)}),
        citations=tuple(of_ground(setting.store, ground, setting.day) for ground in rule.data.grounds),
        confidence=rule.data.confidence,
        advice=rule.data.advice,
    )
