"""A rule's remark on words of a clause or a document: what every check fills in alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..corpora.text import Span
from .finding import Citation, Finding, FindingLevel, Why
from .standard import Rule
from .view import ClauseView, Setting


@dataclass(frozen=True, slots=True)
class Said:
    """What a check says; what is left out (None, empty) is as the rule has it."""

    message: str
    why: Mapping[str, object]
    citations: tuple[Citation, ...] = ()
    level: FindingLevel | None = None
    types: tuple[str, ...] = ()
    confidence: float | None = None
    advice: str = ""


def remark(view: ClauseView, span: Span, rule: Rule, said: Said) -> Finding:
    """The finding on `span` of a clause, not yet numbered."""
    return noted(view.setting, view.clause.id, span, rule, said)


def noted(setting: Setting, clause: str, span: Span, rule: Rule, said: Said) -> Finding:
    """The finding on `span` of the document, in the clause of that id; not yet numbered."""
    return Finding(
        id="",
        rule=rule.key,
        level=said.level or FindingLevel(rule.data.level),
        types=said.types or rule.data.types,
        clause=clause,
        span=span,
        quote=span.of(setting.document.text),
        message=said.message,
        why=Why(said.why),
        citations=said.citations,
        confidence=rule.data.confidence if said.confidence is None else said.confidence,
        advice=said.advice or rule.data.advice,
    )
