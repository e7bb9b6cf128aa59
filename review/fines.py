"""Fines beside the article that a sentence itself names as their ground: past its highest, or not.

A penalty decision, a discretion benchmark or a local rule that cites 消防法 60 may not fine past what article 60
allows, whatever the conduct (行政处罚法 arts. 4, 12-16). Yuan, times and per cent are compared each with its own.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Article

_AFTER = re.compile(r"^(?:以[上下])?(?:的|人民币)?罚款")
_BEFORE = re.compile(r"(?:罚款|处罚)(?:人民币)?[为计]?$")
_DIMENSIONS = ("yuan", "times", "percent")
_DAILY = re.compile(r"(?:每日|按日)[^，。；]{0,12}$")
_CUT = re.compile(r"[；。\n]")
# Whom a fine meets: the words nearest before it tell (单位和个人 means both).
_SIDE = re.compile(
    r"(?P<both>单位(?:和|或者?|以及|、|及)(?:其他)?个人|个人(?:和|或者?|以及|、|及)(?:其他)?单位)|"
    r"(?P<officer>主管人员|直接责任人员|责任人员|主要负责人|法定代表人)|"
    r"(?P<person>个人|公民|自然人|行人|乘车人|非机动车驾驶人)|(?P<unit>单位|法人|其他组织|企业|公司)"
)
_SPAN = re.compile(r"^的?(?:罚款)?[”’]?(?:的?规定)?的?(?:裁量|处罚)?的?(?:幅度|范围|区间|限额)(?:以?内|之内|[，、])")


@dataclass(frozen=True, slots=True)
class Beyond:
    """A fine past the highest one of the articles cited for it, and the fine of the article that comes closest."""

    article: Article
    mine: Quantity
    theirs: Quantity


def fines(text: str) -> tuple[Quantity, ...]:
    """The fines a text states, in order; surcharges by the day (每日…百分之三加处罚款) are none."""
    return tuple(q for q in quantities(text) if q.dimension in _DIMENSIONS and _is_fine(text, q))


def beyond_cited(text: str, cited: Sequence[Article]) -> Beyond | None:
    """The first fine of a sentence that passes every fine of the same measure in the articles it cites."""
    known = [(article, q) for article in cited for q in fines(article.text)]
    for mine in fines(text):
        who = side(text, mine.span.start)
        same = [
            (article, q)
            for article, q in known
            if q.dimension == mine.dimension and (not who or same_side(who, side(article.text, q.span.start)))
        ]
        if not same or any(q.bound == "min" for _, q in same):
            continue
        article, highest = max(same, key=lambda pair: (pair[1].high, pair[0].key))
        if mine.high > highest.high:
            return Beyond(article, mine, highest)
    return None


def beyond_quoted(text: str) -> tuple[Quantity, Quantity] | None:
    """A fine past the range that the same sentence names as its frame (在…罚款幅度内…处…), and that range."""
    ranges = [q for q in quantities(text) if q.dimension in _DIMENSIONS and _SPAN.match(text[q.span.end :])]
    for frame in ranges:
        for mine in fines(text[frame.span.end :]):
            if mine.dimension == frame.dimension and mine.high > frame.high:
                return mine, frame
    return None


def side(text: str, at: int) -> str:
    """Whom the fine at a place meets: `unit`, `person`, `officer` of a unit; empty where the text does not tell.

    The nearest words before it in its part (up to ；) tell, else what the first fine of the text is said of.
    """
    part = max((m.end() for m in _CUT.finditer(text, 0, at)), default=0)
    named = _last_side(text[part:at])
    if named is None and part:
        first = next((q.span.start for q in fines(text)), 0)
        named = _last_side(text[: min(first, at)])
    return "" if named in (None, "both") else str(named)


def same_side(mine: str, theirs: str) -> bool:
    """May two fines meet the same party? Those who answer for a unit are fined beside it, never in its place."""
    return mine == theirs or ("officer" not in (mine, theirs) and not (mine and theirs))


def _last_side(text: str) -> str | None:
    found = [m.lastgroup for m in _SIDE.finditer(text)]
    return found[-1] if found else None


def _is_fine(text: str, quantity: Quantity) -> bool:
    before = text[: quantity.span.start]
    stated = _AFTER.match(text[quantity.span.end :]) or _BEFORE.search(before)
    return bool(stated) and not _DAILY.search(before)
