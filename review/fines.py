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
        same = [(article, q) for article, q in known if q.dimension == mine.dimension]
        if not same or any(q.bound == "min" for _, q in same):
            continue
        article, highest = max(same, key=lambda pair: (pair[1].high, pair[0].key))
        if mine.high > highest.high:
            return Beyond(article, mine, highest)
    return None


def _is_fine(text: str, quantity: Quantity) -> bool:
    before = text[: quantity.span.start]
    stated = _AFTER.match(text[quantity.span.end :]) or _BEFORE.search(before)
    return bool(stated) and not _DAILY.search(before)
