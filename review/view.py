"""A clause as the checks see it: its sentences, what it cites, what the index found, who issued it."""

import re
from dataclasses import dataclass
from datetime import date

from ..corpora.laws.resolving import Resolution
from ..corpora.laws.store import LawStore
from ..corpora.text import Clause, Document, Instrument, Level, Rank, Region, Span
from ..index.search import Hit

_BREAK = re.compile(r"[^。！？\n；]*(?:[。！？；]+[”’）]?|\n|$)")
_LEAD = re.compile(r"[：:]\s*$")


@dataclass(frozen=True, slots=True)
class Setting:
    """What every clause of a document shares: who speaks, with what instrument, judged on which day."""

    document: Document
    instrument: Instrument
    level: Level
    region: Region
    title: str
    day: date
    store: LawStore
    covered: frozenset[Rank]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a clause, cut at full stops and semicolons. `span` is into the document.

    `lead` is the lead-in (…：) an item hangs on; `before` is what stands before it up to the last full stop.
    """

    text: str
    span: Span
    lead: str = ""
    before: str = ""

    @property
    def around(self) -> str:
        """The sentence with what it hangs on: its lead-in and what stands before it up to the full stop."""
        return self.lead + self.before + self.text

    @property
    def place(self) -> Span:
        """The sentence in the document without the blanks around it."""
        left = len(self.text) - len(self.text.lstrip())
        right = len(self.text) - len(self.text.rstrip())
        return Span(self.span.start + left, self.span.end - right)

    def segment_before(self, offset: int) -> str:
        """Words of the comma segment before an offset in the sentence."""
        start = max((self.text.rfind(mark, 0, offset) for mark in "，：,:"), default=-1)
        return self.text[start + 1 : offset]


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with everything the checks may look at. Checks are pure functions of it."""

    setting: Setting
    clause: Clause
    text: str
    sentences: tuple[Sentence, ...]
    cited: tuple[Resolution, ...]
    hits: tuple[Hit, ...]

    def cited_in(self, span: Span) -> tuple[Resolution, ...]:
        """Citations standing within a span of the document."""
        return tuple(r for r in self.cited if span.start <= r.mention.span.start < span.end)


def sentences(text: str, start: int) -> tuple[Sentence, ...]:
    """Split clause text standing at `start` into sentences; items keep the lead-in they hang on."""
    found: list[Sentence] = []
    lead = before = ""
    for match in _BREAK.finditer(text):
        words = match[0]
        if not words.strip():
            continue
        item = bool(re.match(r"\s*(?:[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、]|[①-⑳])", words))
        head, tail = _split_lead(words)
        found.append(Sentence(words, Span(start + match.start(), start + match.end()), lead if item else "", before))
        before = before + words if words.rstrip().endswith("；") else ""
        if tail is None:
            lead = words
        elif not item:
            lead = head
    return tuple(found)


def _split_lead(words: str) -> tuple[str, str | None]:
    """The lead-in of a sentence and what follows it; None when the sentence is a lead-in only."""
    if _LEAD.search(words):
        return words, None
    head, mark, tail = words.partition("：")
    return (head + mark, tail) if mark else ("", words)
