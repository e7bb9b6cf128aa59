"""Altered: a clause repeats an article in force, but with another number, the opposite modal word or a lower organ."""

import re

from ...corpora.text import Span
from ..altered import Altered, altered
from ..cite import of_article
from ..finding import Finding
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..support import beside, concerns
from ..view import ClauseView

_TYPES = {"modal": ("right", "duty", "scope"), "organ": ("authority", "procedure")}
_TIMES = ("hour", "day", "workday", "month", "year", "")
_RULES = {"number": "compare.restated", "modal": "compare.reversed", "organ": "compare.handed"}
_SAID = {
    "number": "本条与《{law}》{number}用语基本相同，但该条为“{theirs}”，本条改为“{mine}”，请核对。",
    "modal": "本条与《{law}》{number}用语基本相同，但该条为“{theirs}”，本条改为“{mine}”，意思相反，请核对。",
    "organ": "本条与《{law}》{number}用语基本相同，但该条由“{theirs}”负责，本条改为“{mine}”，请核对。",
}
_EDGES = re.compile(r"^[，；。、的由\s]+|[，；。、\s]+$")


def check(view: ClauseView, standard: Standard) -> tuple[Finding, ...]:
    """At most one finding of each kind, in order of place."""
    found: dict[str, Finding] = {}
    articles = tuple(article for article in beside(view) if concerns(article, view))
    for one in altered(view, articles):
        rule = standard.rule(_RULES[one.kind])
        if one.kind not in found:
            found[one.kind] = _finding(view, one, rule)
    return tuple(found.values())


def _finding(view: ClauseView, one: Altered, rule: Rule) -> Finding:
    mine, theirs = (_EDGES.sub("", words) for words in (one.mine, one.theirs))
    at = view.clause.span.start
    sentence = next((s for s in view.sentences if s.span.start <= at + one.start < s.span.end), None)
    span = sentence.place if sentence else Span(at + one.start, at + one.end)
    types = _TYPES.get(one.kind) or (("deadline",) if one.dimension in _TIMES else ("amount",))
    message = _SAID[one.kind].format(law=one.article.law, number=one.article.number, mine=mine, theirs=theirs)
    compared = {"clause": mine, "article": theirs, "kind": one.kind}
    cited = (of_article(one.article, "conflict", view.setting.day, about=theirs),)
    return remark(view, span, rule, Said(message, {"check": "comparison", "compared": compared}, cited, types=types))
