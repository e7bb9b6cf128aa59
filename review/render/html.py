"""Reports as one self-contained HTML file: the document and its findings side by side, clause by clause.

No script, no font, no image from anywhere. Every value is escaped by the template engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ...corpora.text import Document, Span
from ..finding import Citation, Finding, FindingLevel, Report
from . import words

if TYPE_CHECKING:
    from jinja2 import Template

_STRENGTH = {level: rank for rank, level in enumerate(FindingLevel)}


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same findings: the strongest level ("" for none) and notes that end here."""

    text: str
    level: str = ""
    notes: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A finding with its number in the report and the words to show."""

    number: int
    finding: Finding
    place: str

    @property
    def level(self) -> str:
        return words.LEVELS[self.finding.level]

    @property
    def types(self) -> str:
        return words.types(self.finding)


@dataclass(frozen=True, slots=True)
class Row:
    """A stretch of the document beside the notes on it. `role` is the clause's, or `title`."""

    role: str
    paragraphs: tuple[tuple[Segment, ...], ...]
    notes: tuple[Note, ...]


def render(report: Report) -> str:
    """The HTML page of one report."""
    notes = tuple(
        Note(number, finding, words.place(report.document, finding))
        for number, finding in enumerate(report.findings, 1)
    )
    return _template().render(
        report=report,
        document=report.document,
        notes=notes,
        rows=tuple(rows(report.document, notes)) if report.document else (),
        counts=words.counts(report.findings),
        words=words,
        quoted=quoted,
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(Path(__file__).parent)
    environment = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template("report.html")


def rows(document: Document, notes: tuple[Note, ...]) -> Iterator[Row]:
    """The whole text in order, one row per clause, gaps included; each note stands in exactly one row."""
    left = list(notes)
    stretches = list(_stretches(document))
    for index, (role, span) in enumerate(stretches):
        last = index == len(stretches) - 1
        here = tuple(note for note in left if note.finding.span.start < span.end or last)
        left = [note for note in left if note not in here]
        paragraphs = tuple(_paragraphs(document, span, notes))
        if paragraphs or here:
            yield Row(role, paragraphs, here)


def _stretches(document: Document) -> Iterator[tuple[str, Span]]:
    """Spans that cover the whole text: the title, gaps between clauses, and clauses."""
    at = 0
    title = document.title.span if document.title else None
    marked = [(clause.role, clause.span) for clause in document.clauses]
    marked += [("title", span) for span in {title, *_part_titles(document)} if span]
    for role, span in sorted(marked, key=lambda item: (item[1], item[0])):
        if span.start > at:
            yield "gap", Span(at, span.start)
        if span.end > at:
            yield role, Span(max(at, span.start), span.end)
        at = max(at, span.end)
    if at < len(document.text) or not marked:
        yield "gap", Span(at, len(document.text))


def _part_titles(document: Document) -> Iterator[Span]:
    """The printed titles of parts, where a part begins with its own."""
    for part in document.parts:
        head = part.span.of(document.text)[: len(part.title) + 40]
        at = head.find(part.title) if part.title else -1
        if at >= 0 and not head[:at].strip():
            start = part.span.start + at
            yield Span(start, start + len(part.title))


def _paragraphs(document: Document, span: Span, notes: tuple[Note, ...]) -> Iterator[tuple[Segment, ...]]:
    start = span.start
    for line in span.of(document.text).splitlines(keepends=True):
        if line.strip():
            yield tuple(_segments(document.text, Span(start, start + len(line.rstrip("\n"))), notes))
        start += len(line)


def _segments(text: str, span: Span, notes: tuple[Note, ...]) -> Iterator[Segment]:
    """A paragraph cut where a finding begins or ends."""
    over = [note for note in notes if note.finding.span.start < span.end and note.finding.span.end > span.start]
    cuts = {span.start, span.end}
    for note in over:
        cuts |= {max(note.finding.span.start, span.start), min(note.finding.span.end, span.end)}
    edges = sorted(cuts)
    for start, end in pairwise(edges):
        within = [note for note in over if note.finding.span.start <= start and note.finding.span.end >= end]
        level = min((note.finding.level for note in within), key=_STRENGTH.__getitem__, default=None)
        ends = tuple(note.number for note in within if note.finding.span.end == end)
        yield Segment(text[start:end], level.value if level else "", ends)


def quoted(citation: Citation) -> tuple[tuple[str, bool], ...]:
    """The article's text cut into (text, is it the quote)."""
    if not citation.quote or citation.quote == citation.text:
        return ((citation.text, False),)
    before, quote, after = citation.text.partition(citation.quote)
    return tuple((part, part is quote) for part in (before, quote, after) if part)
