"""Liveness: is the law that the document names there, in force on the day, and still under that number?"""

from ...corpora.citation import Resolution
from ..finding import Finding
from ..standard import Standard
from ..view import Setting

# state of a resolution -> rule id
RULES = {
    "repealed": "stale.repealed",
    "no_such_article": "stale.article",
    "renumbered": "stale.renumbered",
    "not_yet_in_force": "stale.future",
    "renamed": "stale.renamed",
}


def check(setting: Setting, cited: tuple[Resolution, ...], standard: Standard) -> tuple[Finding, ...]:
    """One finding per law and state, at the first place that names it; the others are counted in `why`."""
    groups: dict[tuple[str, str], list[Resolution]] = {}
    for resolution in cited:
        if resolution.state in RULES and resolution.mention.role != "repeal":
            groups.setdefault((resolution.mention.name, resolution.state), []).append(resolution)
    return tuple(_finding(setting, group, standard.rule(RULES[state])) for (_, state), group in groups.items())


def _finding(setting: Setting, group: list[Resolution], rule: Rule) -> Finding:
    first = group[0]
    mention = first.mention
    citations = _citations(setting, first)
    sure = any(c.in_force for c in citations)
    return Finding(
        id="",
        rule=rule.key,
        level=FindingLevel(rule.data.level) if sure or rule.data.level != "conflict" else FindingLevel.DOUBT,
        types=rule.data.types,
        clause=_clause(setting, mention),
        span=mention.span,
        quote=mention.span.of(setting.document.text),
        message=f"{rule.data.message}{first.reason}",
        why=Why({"check": "liveness", "state": first.state, "law": first.law, "places": len(group)}),
        citations=citations,
        confidence=rule.data.confidence,
        advice=rule.data.advice,
    )


def _clause(setting: Setting, mention: LawMention) -> str:
    clauses: tuple[Clause, ...] = setting.document.clauses
    return next((c.id for c in clauses if c.span.start <= mention.span.start < c.span.end), "")
