"""From a document and its review to its card: the one step of a clean-up that needs the text.

Pure: the same document, law store, standard and day give the same card, on any machine.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import date

from ...corpora.laws.resolving import Reason, Resolution
from ...corpora.quantities import quantities
from ...corpora.text import Document, Problem
from ...index.near import signature
from ..engine import Engine
from ..finding import Citation, Finding
from ..pipeline import citations_of, judge, setting_of
from .card import Card, Figure, Found, Law, Stale
from .ended import ended
from .listing import orders
from .sentences import Text
from .themes import hits
from .validity import term_of

_STALE = (Reason.REPEALED, Reason.RENAMED, Reason.NO_SUCH_ARTICLE, Reason.RENUMBERED)
_ROLES = ("basis", "apply", "mention")
_KINDS = frozenset({"workday", "day", "month", "year", "age", "yuan", "percent", "times", "person"})
_LEAST_WORDS, _MOST_FIGURES = 16, 80
_LEAD = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百\d]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d+[.．、])\s*"
)
_PART = 4


def examine(document: Document, engine: Engine, day: date) -> tuple[Card, tuple[Finding, ...], tuple[Problem, ...]]:
    """The card of a document with the findings and problems of its review on the day."""
    findings, problems = judge(document, engine, day)
    resolutions = citations_of(setting_of(document, engine, day))
    return card_of(document, findings, resolutions, problems), findings, problems


def card_of(
    document: Document, findings: tuple[Finding, ...], cited: tuple[Resolution, ...], problems: tuple[Problem, ...]
) -> Card:
    """The card of a document from what the rooms before said about it."""
    text = Text.of(document)
    organ = document.issuer
    return Card(
        file=document.source,
        sha256=document.sha256,
        title=document.title.value if document.title else "",
        number=document.number.value if document.number else "",
        organs=tuple(organ.name for organ in document.issuers),
        level=organ.level.value if organ else "",
        province=organ.region.province if organ else "",
        region=organ.region.name if organ else "",
        instrument=document.instrument.value,
        kind=document.kind.value.value,
        certainty=round(document.kind.score, 4),
        issued=document.issued.value if document.issued else None,
        published=document.published.value if document.published else None,
        effective=document.effective.value if document.effective else None,
        term=term_of(text),
        stale=_stale(text, cited),
        found=tuple(_found(text, finding) for finding in findings),
        orders=orders(text),
        hits=hits(text),
        laws=_laws(text, cited),
        ended=ended(text),
        figures=tuple(_figures(text)),
        sign=base64.b85encode(signature(document.text)).decode(),
        problems=tuple((problem.code, problem.message) for problem in (*document.problems, *problems)),
    )


def unread(file: str, sha256: str, problem: Problem) -> Card:
    """The card of a file that could not be read."""
    return Card(file, sha256, read=False, problems=((problem.code, problem.message),))


def _stale(text: Text, cited: tuple[Resolution, ...]) -> tuple[Stale, ...]:
    """Cited laws that no longer stand as cited, one entry per law and reason, at the first place."""
    groups: dict[tuple[str, Reason], list[Resolution]] = {}
    for found in cited:
        if found.reason in _STALE and found.mention.role != "repeal":
            groups.setdefault((found.law or found.mention.name, found.reason), []).append(found)
    made = []
    for (law, reason), group in groups.items():
        first = min(group, key=lambda found: (_ROLES.index(found.mention.role), found.mention.span))
        moved = tuple(f"{old}现为{new}" for found in group for old, new in found.moved)
        missing = tuple(label for found in group for label in found.missing)
        at = text.sentence(first.mention.span.start)
        labels = tuple(dict.fromkeys((*moved, *missing)))
        made.append(Stale(law, first.mention.role, reason.value, first.by, first.since, labels, len(group), at))
    return tuple(sorted(made, key=lambda stale: (stale.at.start, stale.law, stale.reason)))


def _found(text: Text, finding: Finding) -> Found:
    span = finding.span
    return Found(
        rule=finding.rule,
        level=finding.level.value,
        types=finding.types,
        message=finding.message,
        articles=tuple(_article(citation) for citation in finding.citations[:_PART]),
        confidence=finding.confidence,
        at=text.at(span.start, span.end),
    )


def _article(citation: Citation) -> str:
    return f"《{citation.law}》{citation.article}" + ("" if citation.stored else "（未入库）")


def _laws(text: Text, cited: tuple[Resolution, ...]) -> tuple[Law, ...]:
    """Every law named, once, in its strongest role."""
    best: dict[str, Resolution] = {}
    for found in cited:
        if found.mention.role not in _ROLES:
            continue
        name = found.law or found.mention.name
        held = best.get(name)
        if held is None or _ROLES.index(found.mention.role) < _ROLES.index(held.mention.role):
            best[name] = found
    made = (Law(name, f.mention.role, text.sentence(f.mention.span.start)) for name, f in best.items())
    return tuple(sorted(made, key=lambda law: (law.at.start, law.name)))


def _figures(text: Text) -> Iterator[Figure]:
    """Sentences of provisions that hold numbers, keyed by their words without them."""
    document = text.document
    count = 0
    for clause in document.clauses:
        if clause.role != "provision" or count >= _MOST_FIGURES:
            continue
        for match in re.finditer(r"[^。；\n]+", clause.span.of(document.text)):
            found = [q for q in quantities(match[0]) if q.dimension in _KINDS]
            words = _masked(match[0], [(q.span.start, q.span.end) for q in found])
            if not found or len(words) < _LEAST_WORDS:
                continue
            values = tuple(f"{q.dimension} {q.bound} {q.low:g} {q.high:g}" for q in found)
            start = clause.span.start + match.start()
            left = len(match[0]) - len(match[0].lstrip())
            digest = hashlib.blake2b(words.encode(), digest_size=8).hexdigest()
            yield Figure(digest, values, text.at(start + left, start + len(match[0].rstrip())))
            count += 1


def _masked(sentence: str, ranges: list[tuple[int, int]]) -> str:
    """The words of a sentence without its numbers, its own numbering and blanks."""
    for start, end in reversed(ranges):
        sentence = sentence[:start] + "#" + sentence[end:]
    return re.sub(r"\s", "", _LEAD.sub("", sentence))
