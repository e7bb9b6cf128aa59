"""Merging: what several rules say of the same words is one finding with several types; the strongest leads."""

from dataclasses import replace
from itertools import chain, zip_longest

from .finding import Citation, Finding, FindingLevel, Why

_ORDER = {FindingLevel.CONFLICT: 0, FindingLevel.DOUBT: 1, FindingLevel.HINT: 2, FindingLevel.FORM: 3}
_ALONE = ("stale.", "form.", "judge.")
_MOST_CITATIONS = 5


def merged(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings on the same words joined, in order of place, numbered f1, f2, …

    Findings on overlapping spans of one clause are joined; citations of law that has gone (`stale.`), findings
    of form and opinions of the judge stay by themselves.
    """
    groups: list[list[Finding]] = []
    for finding in sorted(findings, key=lambda f: (f.span, _ORDER[f.level], -f.confidence, f.rule)):
        home = None if finding.rule.startswith(_ALONE) else _home(groups, finding)
        if home is None:
            groups.append([finding])
        else:
            home.append(finding)
    joined = (_joined(group) for group in groups)
    return tuple(replace(finding, id=f"f{number}") for number, finding in enumerate(joined, 1))


def _home(groups: list[list[Finding]], finding: Finding) -> list[Finding] | None:
    for group in reversed(groups):
        first = group[0]
        if first.rule.startswith(_ALONE) or first.clause != finding.clause:
            continue
        if first.span.start < finding.span.end and finding.span.start < first.span.end:
            return group
    return None


def _joined(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    first, *rest = sorted(group, key=lambda f: (_ORDER[f.level], -f.confidence, f.rule))
    types = tuple(dict.fromkeys(kind for finding in (first, *rest) for kind in finding.types))
    also = [{"rule": f.rule, "level": f.level, "message": f.message, "why": f.why} for f in rest]
    return replace(
        first,
        types=types,
        why=Why({**first.why, "also": also}),
        citations=_citations((first, *rest)),
        confidence=round(1 - _doubt(group), 2),
    )


def _doubt(group: list[Finding]) -> float:
    """What is left of the doubt: independent reasons strengthen each other a little, never past 0.95."""
    best = max(finding.confidence for finding in group)
    return max(0.05, (1 - best) * 0.85 ** (len(group) - 1))


def _citations(findings: tuple[Finding, ...]) -> tuple[Citation, ...]:
    """The first of each finding, the leading one's before the others', then the second ones; those stored before those
    named only; five at most."""
    every: dict[tuple[str, str], Citation] = {}
    for citation in filter(None, chain.from_iterable(zip_longest(*(finding.citations for finding in findings)))):
        every.setdefault((citation.law, citation.article), citation)
    return tuple(sorted(every.values(), key=lambda c: not c.stored))[:_MOST_CITATIONS]
