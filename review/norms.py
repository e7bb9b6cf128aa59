"""What a law fixes and a rule holds as data: numbers, closed lists, and the lowest level that may decide.

These rules work without retrieval and without the law in the store: the rule itself states the norm, its article and
the direction. Each function yields the words that break the norm, as matches in the sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Level
from .articles import MatterData, NumberData, possible, stated, tabled
from .compare import comparable, scaled
from .sieve import Sieve, needed, ways
from .standard import ClosedList, Ground, Limit, Rule, bound
from .view import ClauseView, Sentence
from .written import compiled

_BEFORE, _AFTER = 26, 18
_ITEM = re.compile(r"[（(][一二三四五六七八九十]+[）)]|(?<!\d)\d{1,2}[.．、]|[①-⑳]")
_BEFOREHAND = re.compile(r"[之以]?前")
_BODY = re.compile(r"[^\s：:，。；（(][^：:。；]*")


@dataclass(frozen=True, slots=True)
class Breach:
    """Words of a sentence that break a norm, and what the law says instead (a number, missing items, a saying).

    `types` and `level`, where given, stand before those of the rule.
    """

    match: re.Match[str]
    norm: str
    grounds: tuple[Ground, ...] = ()
    types: tuple[str, ...] = ()
    level: str = ""


def numbers(rule: Rule, sentence: Sentence) -> Iterator[Breach]:
    """Numbers of a sentence outside the bounds a rule holds, or, for a rule without bounds, the table."""
    text = sentence.around
    if not rule.limits:
        yield from _tabled(sentence, text)
    for limit in rule.limits:
        if (limit.when and not limit.when.search(text)) or (limit.unless and limit.unless.search(text)):
            continue
        for match in limit.on.finditer(sentence.text):
            mine = _quantity(sentence.text, match)
            bound = _passed(mine, limit) if mine else None
            if bound is not None:
                yield Breach(match, bound.words)


def tables_ready() -> None:
    """Read every table, so that a mistake in one stops the start. Raises RuleInvalid."""
    fixed(), matters(), stated()


def broken(view: ClauseView, sentence: Sentence) -> Iterator[Breach]:
    """Words of a sentence that break what an article says (the table of articles)."""
    setting = view.setting
    for row in possible(sentence.around):
        if not row.data.applies or setting.instrument in row.data.applies:
            for match in row.breaks(setting.title, view.text, sentence):
                yield Breach(match, row.data.says, row.grounds, row.data.types, row.data.level)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number an article fixes: what the sentence must speak of, what must stand near the number, its bounds."""

    about: tuple[re.Pattern[str], ...]
    near: re.Pattern[str]
    limit: Limit
    ground: Ground
    before: re.Pattern[str]
    after: re.Pattern[str]


@cache
def fixed() -> tuple[Fixed, ...]:
    """The table of fixed numbers (`numbers.toml`, then the areas), read once."""
    return tuple(_fixed(data, place.words) for data, place in tabled("number", NumberData))


@cache
def number_sieve() -> Sieve[Fixed]:
    """The fixed numbers by the words they are about."""
    return Sieve((row, [map(needed, (*row.about, row.near))]) for row in fixed())


def _fixed(data: NumberData, where: str) -> Fixed:
    about = tuple(compiled(pattern, where) for pattern in data.about)
    near = compiled(data.near, where) if data.near else about[-1]
    unless = compiled(data.unless, where) if data.unless else None
    limit = Limit(near, bound(data.max), bound(data.min), None, unless)
    before, after = compiled(f"(?:{data.before or ''})$", where), compiled(data.after or "", where)
    return Fixed(about, near, limit, data.ground, before, after)


def _tabled(sentence: Sentence, text: str) -> Iterator[Breach]:
    mine = quantities(sentence.text)
    for row in number_sieve().possible(text) if mine else ():
        if not all(pattern.search(text) for pattern in row.about):
            continue
        if row.limit.unless and row.limit.unless.search(text):
            continue
        for quantity in mine:
            passed = _passed(quantity, row.limit)
            match = re.compile(re.escape(quantity.words)).search(sentence.text, quantity.span.start)
            ahead = passed and passed.dimension == "year" and _ahead(sentence.text, quantity)
            if passed and match and not ahead and _stands(row, sentence.text, quantity):
                yield Breach(match, passed.words, (row.ground,))


def _ahead(text: str, quantity: Quantity) -> bool:
    """Days or months before an end (届满九十日前) are no part of the years that run until then."""
    return quantity.dimension != "year" and bool(_BEFOREHAND.match(text[quantity.span.end :]))


def _stands(row: Fixed, text: str, quantity: Quantity) -> bool:
    """Does the number stand where the row says?"""
    start, end = quantity.span.start, quantity.span.end
    near = row.near.search(text, max(0, start - _BEFORE), end + _AFTER)
    return bool(near and row.before.search(text[:start]) and row.after.match(text[end:]))


def _quantity(text: str, match: re.Match[str]) -> Quantity | None:
    start, end = match.span("n")
    return next((q for q in quantities(text) if q.span.start < end and start < q.span.end), None)


def _passed(mine: Quantity, limit: Limit) -> Quantity | None:
    """The bound that a number passes: a promise of at most ten days keeps no minimum of fifteen.

    Where the law fixes one number (`max` and `min` alike) a range has to begin or end there.
    """
    exact = limit.most is not None and limit.most == limit.least
    if exact and limit.most and mine.bound == "range" and mine.dimension == limit.most.dimension:
        return None if limit.most.low in (mine.low, mine.high) else limit.most
    for edge, least in ((limit.most, False), (limit.least, True)):
        if edge is None or not comparable(mine, edge):
            continue
        low, high, wanted, _, slack = scaled(mine, edge)
        low, high = (high, high) if mine.bound == "max" else (low, low if mine.bound == "min" else high)
        if (least and low < wanted / slack) or (not least and high > wanted * slack):
            return edge
    return None


def listed(rule: Rule, view: ClauseView, sentence: Sentence) -> Iterator[Breach]:
    """Items outside a closed list, and items that a list leaves out."""
    closed = rule.listing
    if closed is None:
        return
    if closed.only:
        yield from _outside(closed, sentence)
    if closed.needs and closed.lead.search(sentence.text):
        yield from _missing(closed, view, sentence)


def _outside(closed: ClosedList, sentence: Sentence) -> Iterator[Breach]:
    head, tail = _parts(sentence, closed)
    if tail is None:
        return
    start = len(head)
    for part in _split(tail):
        match = _BODY.search(sentence.text, start + part.start(), start + part.end())
        if match and len(match[0]) > 1 and not any(pattern.search(match[0]) for pattern in closed.only):
            yield Breach(match, "")


def _parts(sentence: Sentence, closed: ClosedList) -> tuple[str, str | None]:
    """What stands before the items of a sentence, and the items; None where it holds no item of the list."""
    if sentence.lead and closed.lead.search(sentence.lead):
        return "", sentence.text
    found = closed.lead.search(sentence.text)
    return (sentence.text[: found.end()], sentence.text[found.end() :] or None) if found else ("", None)


def _split(text: str) -> Iterator[re.Match[str]]:
    """The items of a list: numbered ones, or what stands between enumeration commas."""
    pattern = r"[^；。\n]+" if _ITEM.search(text) else r"(?:(?!以及|或者)[^、；。，和及])+"
    yield from re.finditer(pattern, text)


def _missing(closed: ClosedList, view: ClauseView, sentence: Sentence) -> Iterator[Breach]:
    start = closed.lead.search(sentence.text)
    place = view.text.find(sentence.text)
    rest = view.text[max(0, place) :]
    words = rest if _ITEM.search(rest[:200]) else rest.split("。")[0]
    absent = [name for name, pattern in closed.needs if not pattern.search(words)]
    if start and absent and len(closed.needs) - len(absent) >= closed.least:
        yield Breach(start, "、".join(absent))


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter and the lowest level that may decide it, by which article."""

    name: str
    pattern: re.Pattern[str]
    least: int
    words: str
    ground: Ground
    unless: re.Pattern[str] | None


_RANKS = {"乡镇": 1, "县级": 2, "市级": 3, "省级": 4, "国务院": 5}
_OWN = {
    Level.TOWNSHIP: 1, Level.COUNTY_GOVERNMENT: 2, Level.COUNTY_DEPARTMENT: 2, Level.CITY_GOVERNMENT: 3,
    Level.CITY_DEPARTMENT: 3, Level.CITY_CONGRESS: 3, Level.PROVINCE_GOVERNMENT: 4, Level.PROVINCE_DEPARTMENT: 4,
    Level.PROVINCE_CONGRESS: 4, Level.STATE_DEPARTMENT: 5, Level.STATE_COUNCIL: 5,
}  # fmt: skip
_NAMED = (
    (5, re.compile(r"国务院|国家[\u4e00-\u9fff]{0,8}(?:局|部|委|主管部门)")),
    (4, re.compile(r"省(?:级|、|人民政府|政府|厅|[\u4e00-\u9fff]{1,10}(?:厅|局|委|主管部门|机关|部门))|自治区|直辖市")),
    (
        3,
        re.compile(
            r"设区的市|市级|(?<!县)(?<!、)市(?:人民政府|政府|[\u4e00-\u9fff]{1,10}(?:局|委员会|主管部门|中心))|自治州|州人民政府"
        ),
    ),
    (
        2,
        re.compile(
            r"县级|[县区旗](?:（市、区）|（市）)?(?:人民政府|政府|[\u4e00-\u9fff]{1,10}(?:局|委员会|主管部门|办|中心)|级)"
        ),
    ),
    (1, re.compile(r"乡镇|镇人民政府|乡人民政府|镇政府|乡政府|街道|镇(?:[\u4e00-\u9fff]{0,6})(?:办|所|站|中心)")),
    (0, re.compile(r"村民?委员会|村委会|居委会|社区|村民小组|业主委员会")),
)
_SELF = re.compile(r"本[局厅委府]|我[局厅委]|本机关|本级(?:人民)?政府")
_DECIDES = re.compile(
    r"(?:经|报|由|向|须|，|^|、)(?:所在地|当地|项目所在地)?(?P<organ>[^，。；：]{2,28}?)(?:审核|审查|研究|论证|组织|负责|直接|统一|自行|会同[^，。；]{1,16}?|审核后|确认后)*"
    r"(?:批准|审批|同意|决定|核准|核定|裁决|许可|核发|签发|作出|划定|公布|编制|制定|颁发|审定|认定|确定|组织验收|受理并?办理|调整)"
)


@cache
def matters() -> tuple[Matter, ...]:
    """The table of matters (`levels.toml`, then the areas), read once."""
    return tuple(_matter(data, place.words) for data, place in tabled("matter", MatterData))


@cache
def matter_sieve() -> Sieve[Matter]:
    """The matters by the words that name them."""
    return Sieve((row, ways(row.pattern)) for row in matters())


def _matter(data: MatterData, where: str) -> Matter:
    pattern = compiled(data.pattern.replace("…", r"[^。；]{0,50}?"), where, data.pattern)
    unless = compiled(data.unless, where) if data.unless else None
    return Matter(data.name, pattern, _RANKS[data.least], data.least, data.ground, unless)


def beneath(view: ClauseView, sentence: Sentence) -> Iterator[Breach]:
    """Decisions that a sentence gives to a level below the one the law names."""
    text = sentence.text
    named = [row for row in matter_sieve().possible(text) if row.pattern.search(text)]
    decided = [(level_of(view, m["organ"]), m) for m in _DECIDES.finditer(text)] if named else []
    found = [(level, match) for level, match in decided if level is not None]
    for matter in named if found else ():
        if max(level for level, _ in found) < matter.least and not (matter.unless and matter.unless.search(text)):
            yield Breach(found[-1][1], f"{matter.name}由{matter.words}以上机关决定", (matter.ground,))


def level_of(view: ClauseView, organ: str) -> int | None:
    """Level of an organ by its words; None where they do not tell."""
    named = next((level for level, pattern in _NAMED if pattern.search(organ)), None)
    return _OWN.get(view.setting.level) if named is None and _SELF.search(organ) else named
