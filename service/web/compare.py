"""Two versions of a document side by side: clauses aligned, changed words marked."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

ALIKE = 0.45
_WORD = re.compile(r"[0-9A-Za-z.]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Pair:
    """A row: the older text and the newer, each as (text, changed) pieces; `kind` is same, changed, added, removed."""

    kind: str
    old: tuple[tuple[str, bool], ...]
    new: tuple[tuple[str, bool], ...]


def paragraphs(inspection: dict[str, Any]) -> tuple[str, ...]:
    """The paragraphs of a document as read, blank ones left out."""
    return tuple(line.strip() for line in inspection["text"].splitlines() if line.strip())


def side_by_side(old: Sequence[str], new: Sequence[str]) -> tuple[Pair, ...]:
    """Every paragraph of both versions exactly once, in order."""
    rows: list[Pair] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            rows += [Pair("same", ((a, False),), ((b, False),)) for a, b in zip(old[i:j], new[k:m], strict=True)]
        else:
            rows += _changed(old[i:j], new[k:m])
    return tuple(rows)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Pair]:
    """Align the paragraphs of a changed stretch by likeness, in order."""
    at = 0
    for before in old:
        best = max(range(at, len(new)), key=lambda n: (_likeness(before, new[n]), -n), default=None)
        if best is None or _likeness(before, new[best]) < ALIKE:
            yield Pair("removed", ((before, True),), ())
            continue
        yield from (Pair("added", (), ((text, True),)) for text in new[at:best])
        yield _words(before, new[best])
        at = best + 1
    yield from (Pair("added", (), ((text, True),)) for text in new[at:])


def _likeness(a: str, b: str) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE else 0.0


def _words(old: str, new: str) -> Pair:
    """The changed words of two alike paragraphs; numbers and Latin words change whole."""
    a, b = _WORD.findall(old), _WORD.findall(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if i < j:
            left.append(("".join(a[i:j]), tag != "equal"))
        if k < m:
            right.append(("".join(b[k:m]), tag != "equal"))
    return Pair("changed", tuple(left), tuple(right))
