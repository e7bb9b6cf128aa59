"""Clauses of one document that contradict one another: two numbers for the same matter.

Two quantities of the same dimension are of the same matter when the words before and after them are nearly the same on
both sides and every other number beside them is the same; tiers (fines, grades, stages) differ in just those, and stand
in one clause, so they stay quiet.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from .finding import Finding, FindingLevel, Why
from .fingerprint import plain_words
from .render.words import path_words
from .standard import Rule, Standard
from .view import ClauseView, Sentence
from .words import pairs

_DIMENSIONS = frozenset(("hour", "day", "workday", "month", "year", "yuan", "percent", "age", "metre", "sqm", "times"))
_TIMES = frozenset(("hour", "day", "workday", "month", "year"))
_DAYS = {"hour": 1 / 24, "day": 1.0, "workday": 1.0, "month": 30.0, "year": 365.0}
_FINE = re.compile(r"(?:以[上下])?的?罚款")  # fines differ with the conduct, which their own words seldom tell
_CELL = " | "  # between the cells of a table, whose rows differ by design
_WINDOW, _FEWEST, _LIKE, _SURE, _ALIKE = 24, 5, 0.8, 0.95, 0.5
_NUMERALS = re.compile(r"[\d〇零一二两三四五六七八九十百千万亿]+")
_NUMBER_WORDS = re.compile(
    r"[\d〇零一二两三四五六七八九十百千万亿%％.]+|以上|以下|以内|不少于|不超过|不得超过|不低于|之日起|个?工作日|日|天|个?月|年"
)


# What two numbers must have in common before their words are compared: part, dimension, the numbers beside them.
_Beside = tuple[int, str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Number:
    view: ClauseView
    sentence: Sentence
    quantity: Quantity
    article: str
    words: frozenset[str]
    beside: _Beside
    head: frozenset[str]


def check(views: Sequence[ClauseView], standard: Standard) -> tuple[Finding, ...]:
    """One finding at the later of two numbers that contradict each other; each number is used once."""
    rule = standard.rule("internal.number")
    earlier: dict[_Beside, list[_Number]] = defaultdict(list)
    found: list[Finding] = []
    for later in (number for view in views for number in _numbers(view)):
        same = [number for number in earlier[later.beside] if _same_matter(number, later)]
        if same and not any(_equal(number.quantity, later.quantity) for number in same):
            found.append(_finding(same[0], later, rule))
        earlier[later.beside].append(later)
    return tuple(found)


def _numbers(view: ClauseView) -> Iterator[_Number]:
    if view.clause.role not in ("provision", "definition", "scope"):
        return
    for sentence in view.sentences:
        if _CELL in sentence.text:
            continue
        for quantity in quantities(sentence.text):
            if quantity.dimension in _DIMENSIONS and not _FINE.match(sentence.text[quantity.span.end :]):
                before = sentence.lead[-_WINDOW:] + sentence.text[: quantity.span.start][-_WINDOW:]
                after = sentence.text[quantity.span.end : quantity.span.end + _WINDOW]
                others = tuple(_NUMERALS.findall(plain_words(before) + " " + after))
                beside = (view.clause.part, "time" if quantity.dimension in _TIMES else quantity.dimension, others)
                words = _words(before) | _words(after)
                head = _words(view.text[: sentence.span.start - view.clause.span.start])
                yield _Number(view, sentence, quantity, _article(view.clause.id), words, beside, head)


def _words(text: str) -> frozenset[str]:
    return pairs(_NUMBER_WORDS.sub(" ", text))


def _same_matter(first: _Number, second: _Number) -> bool:
    """Nearly the same words on both sides and enough of them, in different articles."""
    if first.article == second.article or len(first.words & second.words) < _FEWEST:
        return False
    return _likeness(first, second) >= _LIKE


def _same_event(first: _Number, second: _Number) -> bool:
    """Do both open their clauses, or does what stands before them speak of the same?

    A later sentence (应当在五日内上报) or a list item takes its matter from there.
    """
    heads = (first.head, second.head)
    return not any(heads) or _jaccard(*heads) >= _ALIKE


def _jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / max(1, len(first | second))


def _article(ident: str) -> str:
    """The article of a clause id: b2.7.1 -> 7."""
    return re.sub(r"^[a-z]\w*\.", "", ident).partition(".")[0]


def _likeness(first: _Number, second: _Number) -> float:
    return _jaccard(first.words, second.words)


def _equal(first: Quantity, second: Quantity) -> bool:
    a, b = _DAYS.get(first.dimension, 1.0), _DAYS.get(second.dimension, 1.0)
    unit = first.dimension == second.dimension or "workday" not in (first.dimension, second.dimension)
    return unit and (first.low * a, first.high * a) == (second.low * b, second.high * b)


def _finding(earlier: _Number, later: _Number, rule: Rule) -> Finding:
    where = path_words(earlier.view.clause.path)
    sure = _likeness(earlier, later) >= _SURE and _same_event(earlier, later)
    kind = "deadline" if later.quantity.dimension in _TIMES else "amount"
    compared = {"here": later.quantity.words, "there": earlier.quantity.words, "clause": earlier.view.clause.id}
    return Finding(
        id="",
        rule=rule.key,
        level=FindingLevel(rule.data.level) if sure else FindingLevel.HINT,
        types=(kind,),
        clause=later.view.clause.id,
        span=later.sentence.place,
        quote=later.sentence.place.of(later.view.setting.document.text),
        message=f"本条“{later.quantity.words}”与{where}“{earlier.quantity.words}”对同一事项的规定不一致，请核对。",
        why=Why({"check": "internal", "compared": compared, "other": earlier.sentence.text.strip()}),
        confidence=rule.data.confidence,
        advice=rule.data.advice,
    )
