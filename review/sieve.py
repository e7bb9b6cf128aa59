"""Which of many patterns may match a text: the words that each needs, and one look at the text for all of them.

`needed` reads off a regular expression words of which one stands in every text that it matches (after Cox, Regular
Expression Matching with a Trigram Index, 2012). A `Sieve` finds the items whose words may stand in a text by the pairs
of letters of the text. Both err on the side of letting through: a match is never lost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache, reduce
from itertools import product
from operator import add, or_
from re import _parser  # type: ignore[attr-defined]  # the tree that `re` itself compiles
from typing import Any, Generic, NamedTuple, TypeVar

Item = TypeVar("Item")
Words = frozenset[str]
_NONE: Words = frozenset()
_EMPTY: Words = frozenset(("",))
# Strings that a part of a pattern is spelt out into, and words kept of an item that needs several.
_SPELT, _KEPT = 64, 3


# Words and nothing else between the bars: the commonest pattern by far.
_PLAIN = re.compile(r"[\u4e00-\u9fff]+(?:\|[\u4e00-\u9fff]+)*")


class _Part(NamedTuple):
    """What is known of a part of a pattern: all strings it matches, or, where they are too many, words it needs."""

    spelt: Words | None
    needs: Words = _NONE

    @property
    def words(self) -> Words:
        return self.needs if self.spelt is None else _words(self.spelt)


_ANYTHING = _Part(None)
_NOTHING = _Part(_EMPTY)


@cache
def needed(pattern: re.Pattern[str]) -> Words:
    """Words of which one stands in every text that the pattern matches; none where nothing can be said."""
    if pattern.flags & re.IGNORECASE:
        return _NONE
    if _PLAIN.fullmatch(pattern.pattern):
        return _words(frozenset(pattern.pattern.split("|")))
    return _sequence(_parser.parse(pattern.pattern, pattern.flags)).words


def either(patterns: Iterable[re.Pattern[str]]) -> Words:
    """Words of which one stands in every text that one of the patterns matches."""
    return _union([needed(pattern) for pattern in patterns])


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> _Part:
    """Parts one after another: strings are spelt out as far as they go, and the best words are kept."""
    best, run, whole = _NONE, _EMPTY, True
    for name, value in nodes:
        if name is _parser.LITERAL:
            run = frozenset([string + chr(value) for string in run])
            continue
        part = _part(str(name), value)
        if part.spelt is not None and len(run) * len(part.spelt) <= _SPELT:
            run = frozenset(map("".join, product(run, part.spelt)))
            continue
        best = _better(_better(best, _words(run)), part.words)
        run, whole = part.spelt or _EMPTY, False
    return _Part(run) if whole else _Part(None, _better(best, _words(run)))


def _part(name: str, value: Any) -> _Part:
    match name:
        case "IN" if all(kind is _parser.LITERAL for kind, _ in value):
            return _spelt(frozenset([chr(code) for _, code in value]))
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return _NOTHING
        case "SUBPATTERN" if not value[1] & re.IGNORECASE:
            return _sequence(value[3])
        case "ATOMIC_GROUP":
            return _sequence(value)
        case "BRANCH":
            return _branch([_sequence(one) for one in value[1]])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            return _repeat(value[0], value[1], value[2])
    return _ANYTHING


def _spelt(strings: Words) -> _Part:
    return _Part(strings) if len(strings) <= _SPELT else _Part(None, _words(strings))


def _branch(parts: Sequence[_Part]) -> _Part:
    spelt = [part.spelt for part in parts if part.spelt is not None]
    if len(spelt) == len(parts):
        return _spelt(_NONE.union(*spelt))
    return _Part(None, _union([part.words for part in parts]))


def _repeat(least: int, most: int, nodes: Iterable[tuple[Any, Any]]) -> _Part:
    if least == 0 and most > 1:
        return _ANYTHING
    part = _sequence(nodes)
    if least == 0:
        return _ANYTHING if part.spelt is None else _spelt(part.spelt | _EMPTY)
    return part if most == 1 else _Part(None, part.words)


def _words(strings: Words) -> Words:
    """Strings as words, without those that hold another; none where one is empty."""
    if "" in strings:
        return _NONE
    if len(set(map(len, strings))) < 2:
        return strings
    return frozenset([one for one in strings if not any(other in one for other in strings if other != one)])


def _union(every: Sequence[Words]) -> Words:
    return _words(_NONE.union(*every)) if every and all(every) else _NONE


def _better(first: Words, second: Words) -> Words:
    return min(first, second, key=_rank)


def _rank(words: Words) -> tuple[bool, bool, int]:
    """Words of two letters and more before single letters, few before many, none last."""
    return not words, min(map(len, words), default=0) < 2, len(words)


class Sieve(Generic[Item]):
    """Items, each with sets of words; an item may speak on a text that holds a word of every one of its sets."""

    def __init__(self, items: Iterable[tuple[Item, Iterable[Words]]]) -> None:
        every = [(item, sorted({words for words in sets if words}, key=_rank)[:_KEPT]) for item, sets in items]
        self._items = tuple(item for item, _ in every)
        common = Counter(pair for _, sets in every for words in sets for word in words for pair in _pairs(word))
        self._layers = tuple(_layer([sets[at : at + 1] for _, sets in every], common) for at in range(_KEPT))

    def possible(self, text: str) -> tuple[Item, ...]:
        """The items that may speak on the text, in their order."""
        found = _letters(text)
        left = (1 << len(self._items)) - 1
        for free, held in self._layers:
            if not left:
                break
            left &= reduce(or_, map(held.__getitem__, found & held.keys()), free)
        return tuple(self._items[at] for at in _bits(left))


def _layer(sets: Sequence[Sequence[Words]], common: Counter[str]) -> tuple[int, dict[str, int]]:
    """Items without a set of words, and those that ask for a string of one or two letters, as bits."""
    free, held = 0, dict[str, int]()
    for at, words in enumerate(sets):
        free |= 0 if words else 1 << at
        for word in words[0] if words else ():
            key = min(_pairs(word), key=lambda pair: (common[pair], pair))
            held[key] = held.get(key, 0) | 1 << at
    return free, held


def _pairs(word: str) -> list[str]:
    return list(map(add, word, word[1:])) or [word]


@lru_cache(maxsize=64)  # several sieves ask for the same sentence
def _letters(text: str) -> frozenset[str]:
    """Every letter and every two letters side by side."""
    return frozenset(text).union(map(add, text, text[1:]))


def _bits(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low
