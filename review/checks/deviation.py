"""Deviation: a clause repeats an article in force, but adds a burden, lowers the organ or skips the correction."""

from ...corpora.text import Article, Span
from ..cite import of_article
from ..deviation import Deviation, added
from ..finding import Finding, FindingLevel
from ..gates import graded
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..steps import Lowered, lowered, uncorrected
from ..support import beside
from ..view import ClauseView, Sentence

RULE, LOWER, DIRECT = "compare.added", "compare.lowered", "compare.direct"
# A ground or a paper added is plain to see; conditions and cuts are said in many lawful ways short of verbatim.
_SURE, _VERBATIM = ("ground", "paper"), 0.8
_KINDS = {
    "ground": ("情形", ("right", "condition")),
    "paper": ("材料", ("proof", "condition")),
    "condition": ("条件或者程序", ("condition", "procedure")),
    "cut": ("不利内容", ("right", "scope")),
}


def check(view: ClauseView, standard: Standard) -> tuple[Finding, ...]:
    """At most one finding a clause: the addition to the article that the clause repeats most."""
    articles = beside(view)
    found = sorted(added(view.text, articles), key=lambda d: (-d.alike, d.start))
    findings = [_finding(view, one, standard.rule(RULE)) for one in found[:1]]
    for sentence in view.sentences:
        lower = next(lowered(view, sentence, articles), None)
        if lower is not None:
            findings.append(_of_lowered(view, sentence, lower, standard.rule(LOWER)))
        skipped = None if graded(view) else uncorrected(sentence, view.text, articles)
        if skipped is not None:
            findings.append(_of_skipped(view, sentence, skipped, standard.rule(DIRECT)))
    return tuple(findings)


def _finding(view: ClauseView, d: Deviation, rule: Rule) -> Finding:
    name, types = _KINDS[d.kind]
    words = view.text[d.start : d.end].strip()
    sure = d.kind in _SURE or d.alike >= _VERBATIM
    at = view.clause.span.start + d.start
    span = Span(at, view.clause.span.start + d.end)
    said = Said(
        f"本条与《{d.article.law}》{d.article.number}用语大部分相同，“{words}”是该条没有的{name}，请核对依据。",
        {"check": "comparison", "compared": {"added": words, "kind": d.kind, "share": d.alike}},
        (of_article(d.article, "conflict", view.setting.day, about=words),),
        None if sure else FindingLevel.HINT,
        types,
    )
    return remark(view, span, rule, said)


def _of_lowered(view: ClauseView, sentence: Sentence, low: Lowered, rule: Rule) -> Finding:
    law, number = low.article.law, low.article.number
    message = f"《{law}》{number}写的是“{low.theirs}”，本条改为“{low.words}”，疑似降低了决定机关的层级，请核对。"
    compared = {"clause": low.words, "article": low.theirs}
    return _beside(view, sentence, rule, low.article, message, compared)


def _of_skipped(view: ClauseView, sentence: Sentence, skipped: tuple[Article, str], rule: Rule) -> Finding:
    article, words = skipped
    message = f"《{article.law}》{article.number}对同一行为规定“{words}”的才处罚，本条没有这一步，请核对。"
    return _beside(view, sentence, rule, article, message, {"clause": sentence.text.strip(), "article": words})


def _beside(
    view: ClauseView, sentence: Sentence, rule: Rule, article: Article, message: str, compared: dict[str, str]
) -> Finding:
    cited = (of_article(article, "conflict", view.setting.day, about=compared["article"]),)
    return remark(view, sentence.place, rule, Said(message, {"check": "comparison", "compared": compared}, cited))
