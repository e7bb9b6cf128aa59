"""Which of many patterns may match a text: the words that each needs, and one look at the text for all of them.

`ways` and `needed` read off a regular expression the words that stand in every text it matches (after Cox, Regular
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
    needs: tuple[Words, ...] = ()

    @property
    def sets(self) -> tuple[Words, ...]:
        """Sets of words, best first, of each of which one stands in what the part matches."""
        return self.needs if self.spelt is None else _some(_words(self.spelt))


_ANYTHING = _Part(None)
_NOTHING = _Part(_EMPTY)


def needed(pattern: re.Pattern[str]) -> Words:
    """Words of which one stands in every text that the pattern matches; none where nothing can be said."""
    return _union([_best(sets) for sets in ways(pattern)])


@cache
def ways(pattern: re.Pattern[str]) -> tuple[tuple[Words, ...], ...]:
    """The ways in which a pattern may match: of one of them, every set has a word in the text."""
    if pattern.flags & re.IGNORECASE:
        return ((),)
    if _PLAIN.fullmatch(pattern.pattern):
        return ((_words(frozenset(pattern.pattern.split("|"))),),)
    nodes = list(_parser.parse(pattern.pattern, pattern.flags))
    if len(nodes) == 1 and nodes[0][0] is _parser.BRANCH:
        return tuple(_sequence(one).sets for one in nodes[0][1][1])
    return (_sequence(nodes).sets,)


def _sequence(nodes: Iterable[tuple[Any, Any]]) -> _Part:
    """Parts one after another: strings are spelt out as far as they go, and the best words are kept."""
    sets, run, whole = list[Words](), _EMPTY, True
    for name, value in nodes:
        if name is _parser.LITERAL:
            run = frozenset([string + chr(value) for string in run])
            continue
        part = _part(str(name), value)
        if part.spelt is not None and len(run) * len(part.spelt) <= _SPELT:
            run = frozenset(map("".join, product(run, part.spelt)))
            continue
        sets += (*_some(_words(run)), *part.sets)
        run, whole = part.spelt or _EMPTY, False
    if whole:
        return _Part(run)
    return _Part(None, tuple(sorted((*sets, *_some(_words(run))), key=_rank)[:_KEPT]))


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
    return _Part(strings) if len(strings) <= _SPELT else _Part(None, _some(_words(strings)))


def _branch(parts: Sequence[_Part]) -> _Part:
    spelt = [part.spelt for part in parts if part.spelt is not None]
    if len(spelt) == len(parts):
        return _spelt(_NONE.union(*spelt))
    return _Part(None, _some(_union([_best(part.sets) for part in parts])))


def _repeat(least: int, most: int, nodes: Iterable[tuple[Any, Any]]) -> _Part:
    if least == 0 and most > 1:
        return _ANYTHING
    part = _sequence(nodes)
    if least == 0:
        return _ANYTHING if part.spelt is None else _spelt(part.spelt | _EMPTY)
    return part if most == 1 else _Part(None, part.sets)


def _some(words: Words) -> tuple[Words, ...]:
    return (words,) if words else ()


def _best(sets: Sequence[Words]) -> Words:
    return min(sets, key=_rank, default=_NONE)


def _words(strings: Words) -> Words:
    """Strings as words, without those that hold another; none where one is empty."""
    if "" in strings:
        return _NONE
    if len(set(map(len, strings))) < 2:
        return strings
    return frozenset([one for one in strings if not any(other in one for other in strings if other != one)])


def _union(every: Sequence[Words]) -> Words:
    return _words(_NONE.union(*every)) if every and all(every) else _NONE


def _rank(words: Words) -> tuple[bool, int]:
    """Words of two letters and more before single letters, few before many."""
    return min(map(len, words)) < 2, len(words)


class Sieve(Generic[Item]):
    """Items, each with the ways in which it may speak: on a text that has a word of every set of one of the ways."""

    def __init__(self, items: Iterable[tuple[Item, Iterable[Iterable[Words]]]]) -> None:
        every = [(item, list(ways_of)) for item, ways_of in items]
        self._items = tuple(item for item, _ in every)
        self._owners = tuple(at for at, (_, ways_of) in enumerate(every) for _ in ways_of)
        kept = [sorted({words for words in way if words}, key=_rank)[:_KEPT] for _, ways_of in every for way in ways_of]
        common = Counter(pair for sets in kept for words in sets for word in words for pair in _pairs(word))
        self._layers = tuple(_layer([sets[at : at + 1] for sets in kept], common) for at in range(_KEPT))

    def possible(self, text: str) -> tuple[Item, ...]:
        """The items that may speak on the text, in their order."""
        found = _letters(text)
        left = (1 << len(self._owners)) - 1
        for free, held in self._layers:
            if not left:
                break
            left &= reduce(or_, map(held.__getitem__, found & held.keys()), free)
        return tuple(self._items[at] for at in dict.fromkeys(self._owners[bit] for bit in _bits(left)))


def _layer(sets: Sequence[Sequence[Words]], common: Counter[str]) -> tuple[int, dict[str, int]]:
    """Ways without a set of words, and those that ask for a string of one or two letters, as bits."""
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
