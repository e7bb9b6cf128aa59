"""Two versions of a document side by side: clauses aligned, changed words marked."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

ALIKE = 0.3
# How far ahead a changed paragraph is looked for, and how long one may be to be compared word by word.
WINDOW, LONG = 12, 1_500
# Clauses move and are renumbered: their own number says nothing of their likeness.
_OWN_NUMBER = re.compile(r"^(?:第[零一二三四五六七八九十百千\d]+[条章节]|[（(]?[一二三四五六七八九十\d]+[）)、.．])\s*")
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
    at, later = 0, [_pairs(text) for text in new]
    for before in old:
        mine, near = _pairs(before), range(at, min(at + WINDOW, len(new)))
        score, best = max(((_likeness(mine, later[n]), -n) for n in near), default=(0.0, 0))
        if score < ALIKE:
            yield Pair("removed", ((before, True),), ())
            continue
        yield from (Pair("added", (), ((text, True),)) for text in new[at:-best])
        yield _words(before, new[-best])
        at = 1 - best
    yield from (Pair("added", (), ((text, True),)) for text in new[at:])


def alike(a: str, b: str) -> bool:
    """Whether two texts are versions of one paragraph, short enough to be compared word by word."""
    return bool(a and b) and max(len(a), len(b)) <= LONG and _likeness(_pairs(a), _pairs(b)) >= ALIKE


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    """Dice's measure over pairs of neighbouring characters: linear, whatever the texts."""
    return 2 * (a & b).total() / (a.total() + b.total())


def _pairs(text: str) -> Counter[str]:
    text = f"^{_OWN_NUMBER.sub('', text, count=1)}$"
    return Counter(map("".join, pairwise(text)))


def _words(old: str, new: str) -> Pair:
    """The changed words of two alike paragraphs; numbers and Latin words change whole."""
    if len(old) > LONG or len(new) > LONG:
        return Pair("changed", ((old, True),), ((new, True),))
    a, b = _WORD.findall(old), _WORD.findall(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if i < j:
            left.append(("".join(a[i:j]), tag != "equal"))
        if k < m:
            right.append(("".join(b[k:m]), tag != "equal"))
    return Pair("changed", tuple(left), tuple(right))
