"""The text of a document cut for the workbench: blocks of paragraphs, paragraphs of runs under the same findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

STRENGTH = {"conflict": 0, "doubt": 1, "hint": 2, "form": 3}


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding on the text: its number and anchor, where it lies (code points), its level, whether it was rejected."""

    number: int
    anchor: str
    start: int
    end: int
    level: str
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text from code point `at`, under `marks` (strongest first), with the marks that end here."""

    text: str
    at: int
    marks: tuple[Mark, ...] = ()
    ends: tuple[Mark, ...] = ()

    @property
    def level(self) -> str:
        return self.marks[0].level if self.marks else ""

    @property
    def rejected(self) -> bool:
        """Whether nothing is left of the findings here."""
        return bool(self.marks) and all(mark.rejected for mark in self.marks)

    @property
    def anchors(self) -> str:
        return " ".join(mark.anchor for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the document: a clause (with its id), the title, or text between."""

    role: str
    clause: str
    place: str
    paragraphs: tuple[tuple[Run, ...], ...]


def blocks(inspection: dict[str, Any], marks: Sequence[Mark]) -> tuple[Block, ...]:
    """The whole text in order; every code point but blank lines stands in exactly one run."""
    text = inspection["text"]
    made = []
    for role, clause, place, start, end in _stretches(inspection):
        over = tuple(mark for mark in marks if mark.start < end and mark.end > start)
        paragraphs = tuple(_paragraphs(text, start, end, over))
        if paragraphs:
            made.append(Block(role, clause, place, paragraphs))
    return tuple(made)


def _stretches(inspection: dict[str, Any]) -> Iterator[tuple[str, str, str, int, int]]:
    """(role, clause id, place, start, end) that cover the text: title, clauses, and the gaps between them."""
    length, at = len(inspection["text"]), 0
    marked = [(c["start"], c["end"], c["role"], c["id"], "".join(c["path"][-1:])) for c in inspection["clauses"]]
    marked += [(start, end, "title", "", "") for start, end in _titles(inspection)]
    for start, end, role, clause, place in sorted(marked):
        if start > at:
            yield "gap", "", "", at, start
        if end > at:
            yield role, clause, place, max(at, start), end
        at = max(at, end)
    if at < length:
        yield "gap", "", "", at, length


def _titles(inspection: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """The document's title, and the printed titles with which its parts begin."""
    text = inspection["text"]
    known = inspection["evidence"].get("title")
    if known:
        yield known[0], known[1]
    for part in inspection["parts"]:
        head = text[part["start"] : part["start"] + len(part["title"]) + 40]
        at = head.find(part["title"]) if part["title"] else -1
        start = part["start"] + at
        if at >= 0 and not head[:at].strip() and (known is None or start >= known[1]):
            yield start, start + len(part["title"])


def _paragraphs(text: str, start: int, end: int, marks: tuple[Mark, ...]) -> Iterator[tuple[Run, ...]]:
    for line in text[start:end].splitlines(keepends=True):
        if line.strip():
            yield tuple(_runs(text, start, start + len(line.rstrip("\n")), marks))
        start += len(line)


def _runs(text: str, start: int, end: int, marks: tuple[Mark, ...]) -> Iterator[Run]:
    """A paragraph cut where a finding begins or ends."""
    over = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = {start, end}
    for mark in over:
        cuts |= {max(mark.start, start), min(mark.end, end)}
    for left, right in pairwise(sorted(cuts)):
        within = sorted(
            (mark for mark in over if mark.start <= left and mark.end >= right),
            key=lambda mark: (mark.rejected, STRENGTH.get(mark.level, 9), mark.number),
        )
        ends = tuple(sorted((mark for mark in within if mark.end == right), key=lambda mark: mark.number))
        yield Run(text[left:right], left, tuple(within), ends)
