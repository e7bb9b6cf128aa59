"""The set as a whole, through indexes: by number, by title, by matter and organ, by likeness. Never all pairs.

Everything here speaks of documents by their place in the list of cards, which is the order of the set.
"""

import base64
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ...index.near import Pair, pairs
from .card import Card, Figure, Order, Says
from .ended import successor
from .naming import RULE_LIKE, full_key, matter_key, number_key, organ_key
from .profile import year_of

ALIKE = 0.6
_TITLE_ALIKE = 0.5
_CROWD = 60
_PLACED = re.compile(r"(?:关于印发)?[《〈“]?[\u4e00-\u9fff]{2,8}?(?:省|市|县|区|州|盟|旗)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """An order of one document that meets another: who says it, what, since when, and by number or by title only."""

    by: int
    target: int
    order: Order
    day: date | None
    by_number: bool


@dataclass(frozen=True, slots=True)
class Later:
    """A later document of the same organ on the same matter; `share` is the likeness of the texts."""

    old: int
    new: int
    same_matter: bool
    share: float


@dataclass(frozen=True, slots=True)
class Clash:
    """Two documents with the same sentence and other numbers in it."""

    one: int
    other: int
    here: Figure
    there: Figure


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the documents of the set say about one another."""

    cards: tuple[Card, ...]
    spoken: tuple[Spoken, ...]
    later: tuple[Later, ...]
    clashes: tuple[Clash, ...]
    twins: tuple[tuple[int, ...], ...]


def shelve(cards: Iterable[Card], least: float = ALIKE) -> Shelf:
    """Build every index once and ask it."""
    held = tuple(cards)
    twins = tuple(_twins(held))
    same = {member: group[0] for group in twins for member in group}
    near = _near(held, least)
    spoken = tuple(_spoken(held))
    later = tuple(_later(held, near, same))
    return Shelf(held, spoken, later, tuple(_clashes(held, same)), twins)


def moment(card: Card) -> date | None:
    """The day of a document; the last day of the year of its number where no day is known."""
    if card.day is not None:
        return card.day
    year = year_of(card.number)
    return date(year, 12, 31) if year else None


def _since(card: Card) -> date | None:
    """The day from which a document speaks; the first of the year of its number where no day is known."""
    year = year_of(card.number)
    return card.effective or card.day or (date(year, 1, 1) if year else None)


def _twins(cards: tuple[Card, ...]) -> Iterator[tuple[int, ...]]:
    """Documents of one number (and its year), or of one content: the same document twice, or a number used twice."""
    groups: dict[str, list[int]] = defaultdict(list)
    for place, card in enumerate(cards):
        key = number_key(card.number)
        if card.read and "〔" in key and not key.startswith("〔"):
            groups[key].append(place)
        elif card.sha256:
            groups[card.sha256].append(place)
    yield from (tuple(group) for _, group in sorted(groups.items()) if len(group) > 1)


def _near(cards: tuple[Card, ...], least: float) -> tuple[Pair, ...]:
    return pairs([base64.b85decode(card.sign) for card in cards], least)


@dataclass(frozen=True, slots=True)
class _Keys:
    number: dict[str, list[int]]
    full: dict[str, list[int]]
    matter: dict[str, list[int]]


def _keys(cards: tuple[Card, ...]) -> _Keys:
    found = _Keys(defaultdict(list), defaultdict(list), defaultdict(list))
    for place, card in enumerate(cards):
        if card.number:
            found.number[number_key(card.number)].append(place)
        if card.title:
            found.full[full_key(card.title)].append(place)
            found.matter[matter_key(card.title)].append(place)
    return found


def _spoken(cards: tuple[Card, ...]) -> Iterator[Spoken]:
    """Every order that meets a document of the set, by number first, else by title."""
    keys = _keys(cards)
    for by, card in enumerate(cards):
        for order in card.orders:
            for target, by_number in _targets(cards, keys, by, order):
                yield Spoken(by, target, order, _since(card), by_number)


def _targets(cards: tuple[Card, ...], keys: _Keys, by: int, order: Order) -> Iterator[tuple[int, bool]]:
    number = number_key(order.number)
    found = [p for p in keys.number.get(number, ()) if p != by] if number else []
    if found:
        yield from ((p, True) for p in found if _may_end(cards, by, p, order))
        return
    if number and "〔" in number and not order.title:
        return
    for key, table in ((full_key(order.title), keys.full), (matter_key(order.title), keys.matter)):
        places = [p for p in table.get(key, ()) if len(key) >= 6 and p != by and _titled(cards, by, p, order)]
        if places:
            yield from ((p, False) for p in places)
            return


def _titled(cards: tuple[Card, ...], by: int, target: int, order: Order) -> bool:
    """A match by title only: no other number, the same organ or place, and older.

    Places of one province use the same titles; within the province only a title that names its place is enough.
    """
    own, named = number_key(cards[target].number), number_key(order.number)
    if own and named and own != named:
        return False
    mine, theirs = cards[by], cards[target]
    near = bool(mine.province) and mine.province == theirs.province
    same = _same_organ(mine, theirs) or (near and (mine.region == theirs.region or bool(_PLACED.match(order.title))))
    return same and _may_end(cards, by, target, order)


def _may_end(cards: tuple[Card, ...], by: int, target: int, order: Order) -> bool:
    """A document says nothing about a later one."""
    mine, theirs = moment(cards[by]), moment(cards[target])
    if mine is None or theirs is None:
        return bool(order.number)
    return theirs <= mine if order.number else theirs < mine


def _organs(card: Card) -> frozenset[str]:
    return frozenset(organ_key(name) for name in card.organs if name)


def _same_organ(one: Card, other: Card) -> bool:
    """Whether two documents come from one organ, or from an abolished one and who has its duties in that place."""
    mine, theirs = _organs(one), _organs(other)
    if mine & theirs:
        return True
    if one.region != other.region or not one.region:
        return False
    for old, new in ((mine, theirs), (theirs, mine)):
        for name in old:
            now = successor(name).removesuffix("部门").partition("（")[0].removesuffix("部门")
            if len(now) >= 2 and any(now[:4] in other_name for other_name in new):
                return True
    return False


def _later(cards: tuple[Card, ...], near: tuple[Pair, ...], same: dict[int, int]) -> Iterator[Later]:
    """Pairs (old, new) on the same matter, each old document with its next successor only."""
    shares = {(pair.one, pair.other): pair.share for pair in near}
    found: dict[int, Later] = {}
    for one, other in sorted({*shares, *_same_matter(cards)}):
        share = shares.get((one, other), 0.0)
        later = _ordered(cards, one, other, share, same)
        if later is not None and _sooner(cards, later, found.get(later.old)):
            found[later.old] = later
    yield from (found[old] for old in sorted(found))


def _sooner(cards: tuple[Card, ...], later: Later, held: Later | None) -> bool:
    """The nearest successor in time is the one to name."""
    if held is None:
        return True
    mine, theirs = moment(cards[later.new]) or date.max, moment(cards[held.new]) or date.max
    return (not later.same_matter, mine, later.new) < (not held.same_matter, theirs, held.new)


def _same_matter(cards: tuple[Card, ...]) -> Iterator[tuple[int, int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for place, card in enumerate(cards):
        key = matter_key(card.title) if card.title else ""
        if len(key) >= 8 and RULE_LIKE.search(key) and not _about_others(card):
            groups[key].append(place)
    for group in groups.values():
        for at, one in enumerate(group[:_CROWD]):
            yield from ((one, other) for other in group[at + 1 : _CROWD])


def _about_others(card: Card) -> bool:
    """A document that only repeals, amends, extends or explains another one replaces nothing."""
    return any(word in card.title for word in ("废止", "失效", "修改", "延长", "补充", "解读", "继续有效", "转发"))


def _ordered(cards: tuple[Card, ...], one: int, other: int, share: float, same: dict[int, int]) -> Later | None:
    first, second = cards[one], cards[other]
    mine, theirs = moment(first), moment(second)
    if mine is None or theirs is None or mine == theirs or same.get(one, one) == same.get(other, other):
        return None
    if _about_others(first) or _about_others(second) or not _same_organ(first, second):
        return None
    same_matter = _one_matter(first, second)
    if not same_matter and (share < ALIKE or _title_share(first, second) < _TITLE_ALIKE or _series(first, second)):
        return None
    old, new = (one, other) if mine < theirs else (other, one)
    return Later(old, new, same_matter, share)


def _one_matter(one: Card, other: Card) -> bool:
    key = matter_key(one.title)
    return len(key) >= 8 and bool(RULE_LIKE.search(key)) and key == matter_key(other.title)


def _title_share(one: Card, other: Card) -> float:
    """Shared pairs of characters of two titles (Jaccard)."""
    mine, theirs = (full_key(card.title) for card in (one, other))
    a, b = ({key[i : i + 2] for i in range(len(key) - 1)} for key in (mine, theirs))
    return len(a & b) / len(a | b) if a | b else 0.0


def _series(one: Card, other: Card) -> bool:
    """Instalments of a series stand side by side: titles that differ in figures only (第二批, 2024年)."""
    figures = str.maketrans("", "", "0123456789一二三四五六七八九十〇零")
    mine, theirs = (full_key(card.title) for card in (one, other))
    return mine != theirs and mine.translate(figures) == theirs.translate(figures)


def _clashes(cards: tuple[Card, ...], same: dict[int, int]) -> Iterator[Clash]:
    """The same sentence with other numbers in two documents of one place; a crowd of copies is a form, not a clash."""
    groups: dict[str, list[tuple[int, Figure]]] = defaultdict(list)
    for place, card in enumerate(cards):
        for figure in {figure.words: figure for figure in card.figures}.values():
            groups[figure.words].append((place, figure))
    found: dict[tuple[int, int], Clash] = {}
    for _, group in sorted(groups.items()):
        if 1 < len(group) <= _CROWD:
            for at, (one, here) in enumerate(group):
                for other, there in group[at + 1 :]:
                    if (one, other) not in found and _clash(cards, (one, here), (other, there), same):
                        found[(one, other)] = Clash(one, other, here, there)
    yield from (found[key] for key in sorted(found))


def _clash(cards: tuple[Card, ...], one: tuple[int, Figure], other: tuple[int, Figure], same: dict[int, int]) -> bool:
    first, second = cards[one[0]], cards[other[0]]
    if same.get(one[0], one[0]) == same.get(other[0], other[0]) or one[1].values == other[1].values:
        return False
    if [value.split()[0] for value in one[1].values] != [value.split()[0] for value in other[1].values]:
        return False
    related = _same_organ(first, second) or (bool(first.region) and first.region == second.region)
    return related and not _series(first, second)


def lists(shelf: Shelf) -> tuple[int, ...]:
    """Documents of the set that list others."""
    return tuple(place for place, card in enumerate(shelf.cards) if any(order.listed for order in card.orders))


def renamed(card: Card, **changes: object) -> Card:
    """A card with facts from elsewhere (a catalogue)."""
    return replace(card, **changes)  # type: ignore[arg-type]


def keeps(spoken: Spoken) -> bool:
    return spoken.order.says in (Says.KEEP, Says.EXTEND)
