"""Comparing a clause with an article on the same matter: numbers against numbers, duty against prohibition.

Two quantities are compared only when the words around them say the same thing and each is the other's best
partner; what counts as a contradiction follows the bound and whom it protects: an organ's deadline may be shorter,
a party's may not; a public notice may be longer, not shorter; a penalty must stay inside its range
(行政处罚法 arts. 11-14).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Article, Span
from .support import pairs, share
from .view import Sentence, sentences

_DAYS = {"hour": 1 / 24, "day": 1.0, "workday": 1.4, "month": 30.0, "year": 365.0}
_TOLERANCE = 1.15
_SHORT_TERM = 10
_WINDOW = 30
_SAME = 0.75
_PARTY_ACTS = re.compile(
    r"申请(?:复议|行政复议|听证|仲裁|复核|复查|行政裁决)|提出(?:异议|申诉|申请|书面|听证|意见|陈述)?|异议|起诉|诉讼|陈述|申辩|补正|补齐|缴纳|履行|领取|"
    r"申报|改正|退货|退换|选择|答辩|投标|提交"
)
_CONDUCT = re.compile(r"的?[，,](?:由|责令|处|给予|予以|没收|对|可以?处|并处)|[，,]由")
_FINE = re.compile(r"^[^，。；]{0,40}罚款")
_NOTICE_ACTS = re.compile(
    r"公告|公示|公布|公开|征求意见|通知|告知|提前|保存|保管|留存|存档|发售|提交投标|张贴|休息|休假|产假|保修|质保"
)
_CONDITION = re.compile(r"(?:方可|可以|才能|准予|申领|申请|条件|具备|符合|享受|参加|参保|报名|登记|取得)")
_NUMBERS = re.compile(
    r"[\d〇零一二两三四五六七八九十百千万亿%％.]+|以上|以下|以内|不少于|不超过|不得超过|不低于|之日起"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A quantity of the clause against one of an article: how they differ and how alike their surroundings are.

    `relation` is `beyond` (more than the article allows), `short` (less than it demands), `outside` (leaves its
    range) or `differs`; `similarity` is in [0, 1]; `span` is the clause's quantity in the document.
    """

    article: Article
    mine: Quantity
    theirs: Quantity
    relation: str
    similarity: float
    span: Span
    quote: str


def differences(sentence: Sentence, articles: Sequence[Article], threshold: float) -> tuple[Difference, ...]:
    """Contradicting quantities of a sentence and the articles on its matter, best aligned first.

    A quantity that some article states as well, in surroundings about as like, contradicts nothing.
    """
    mine = [(q, _context(sentence.text, q)) for q in quantities(sentence.text)]
    conduct = _CONDUCT.split(sentence.lead + sentence.text, maxsplit=1)[0]
    theirs = [
        _Theirs(article, part, q, _context(part.text, q), share(conduct, article.text))
        for article in (articles if mine else ())
        for part in sentences(article.text, 0)
        for q in quantities(part.text)
    ]
    found = []
    for quantity, context in mine:
        rivals = tuple(other for q, other in mine if q is not quantity)
        found += _difference(
            sentence, quantity, context, _aligned(sentence, (quantity, context), theirs, rivals, threshold)
        )
    return tuple(sorted(found, key=lambda d: (-d.similarity, d.span, d.article.key)))


@dataclass(frozen=True, slots=True)
class _Theirs:
    article: Article
    part: Sentence
    quantity: Quantity
    context: frozenset[str]
    conduct: float


def _aligned(
    sentence: Sentence,
    own: tuple[Quantity, frozenset[str]],
    theirs: list[_Theirs],
    rivals: tuple[frozenset[str], ...],
    threshold: float,
) -> list[tuple[float, _Theirs]]:
    """Comparable quantities in like surroundings, most alike first, without those that fit another of mine better."""
    quantity, context = own
    scored = [
        (_likeness(sentence, quantity, context, other), other)
        for other in theirs
        if comparable(quantity, other.quantity)
    ]
    kept = [
        (score, other)
        for score, other in scored
        if score >= threshold * _SAME and score >= max((_alike(rival, other.context) for rival in rivals), default=0)
    ]
    return sorted(kept, key=lambda pair: (-pair[0], pair[1].article.key, pair[1].quantity.span))


def _likeness(sentence: Sentence, quantity: Quantity, context: frozenset[str], other: _Theirs) -> float:
    """How alike two quantities' surroundings are; fines are alike when they punish the same conduct."""
    fines = [
        _FINE.search(text[q.span.start :]) for q, text in ((quantity, sentence.text), (other.quantity, other.part.text))
    ]
    if quantity.dimension == "yuan" and any(fines):
        return other.conduct if all(fines) else 0.0
    return _alike(context, other.context)


def _difference(
    sentence: Sentence, quantity: Quantity, context: frozenset[str], aligned: list[tuple[float, _Theirs]]
) -> list[Difference]:
    if not aligned:
        return []
    score, best = aligned[0]
    if any(_states(other.quantity, quantity) for near, other in aligned if near >= score * _SAME):
        return []
    relation = relate(quantity, best.quantity, sentence.text, best.part.text)
    if relation is None or not context:
        return []
    start = sentence.span.start + quantity.span.start
    span = Span(start, start + len(quantity.words))
    return [Difference(best.article, quantity, best.quantity, relation, round(score, 3), span, best.part.text.strip())]


def _states(theirs: Quantity, mine: Quantity) -> bool:
    """Does the article state this very number (either end of a range)?"""
    return theirs.dimension == mine.dimension and {mine.low, mine.high} <= {theirs.low, theirs.high}


def _context(text: str, quantity: Quantity) -> frozenset[str]:
    before = text[max(0, quantity.span.start - _WINDOW) : quantity.span.start]
    after = text[quantity.span.end : quantity.span.end + _WINDOW]
    return pairs(_NUMBERS.sub(" ", before) + " " + _NUMBERS.sub(" ", after))


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Overlap coefficient of two contexts, damped when they share fewer than four pairs."""
    common = len(mine & theirs)
    return common / max(6, min(len(mine), len(theirs))) if common else 0.0


def comparable(mine: Quantity, theirs: Quantity) -> bool:
    """Same dimension, or both spans of time."""
    return mine.dimension == theirs.dimension or (mine.dimension in _DAYS and theirs.dimension in _DAYS)


def relate(mine: Quantity, theirs: Quantity, my_text: str, their_text: str) -> str | None:
    """How `mine` contradicts `theirs`, or None when it keeps within it."""
    low, high, other_low, other_high, slack = _scaled(mine, theirs)
    if theirs.bound == "range":
        return "outside" if low < other_low / slack or high > other_high * slack else None
    if theirs.bound == "max":
        return _against_max(mine, (low, high, other_high, slack), my_text, their_text)
    if theirs.bound == "min":
        return _against_min(mine, (low, high, other_low, slack), my_text, their_text)
    if mine.bound == "exact" and not (other_low / slack <= low <= other_high * slack):
        return "differs"
    return None


def _scaled(mine: Quantity, theirs: Quantity) -> tuple[float, float, float, float, float]:
    """Both in one unit, and the slack a change of unit leaves. Short terms of days are working days in many acts
    (行政处罚法 art. 85, 行政许可法 art. 82, 行政强制法 art. 69), so they are compared number by number."""
    short = {mine.dimension, theirs.dimension} == {"day", "workday"} and max(mine.high, theirs.high) <= _SHORT_TERM
    if mine.dimension == theirs.dimension or short:
        return mine.low, mine.high, theirs.low, theirs.high, 1.0
    a, b = _DAYS[mine.dimension], _DAYS[theirs.dimension]
    return mine.low * a, mine.high * a, theirs.low * b, theirs.high * b, _TOLERANCE


def _against_max(
    mine: Quantity, numbers: tuple[float, float, float, float], my_text: str, their_text: str
) -> str | None:
    low, high, limit, slack = numbers
    party = _PARTY_ACTS.search(_after(my_text, mine)) and _PARTY_ACTS.search(their_text)
    if party and mine.dimension in _DAYS:
        return "short" if high < limit / slack and mine.bound != "min" else None
    return "beyond" if (low if mine.bound == "min" else high) > limit * slack else None


def _against_min(
    mine: Quantity, numbers: tuple[float, float, float, float], my_text: str, their_text: str
) -> str | None:
    low, high, floor, slack = numbers
    if high < floor / slack:
        return "short"
    burden = mine.bound == "min" and low > floor * slack and not _NOTICE_ACTS.search(my_text)
    return "beyond" if burden and _CONDITION.search(my_text) and _CONDITION.search(their_text) else None


def _after(text: str, quantity: Quantity) -> str:
    return text[quantity.span.end : quantity.span.end + 24]


_BAN = re.compile(
    r"(?:不得|禁止|严禁|不再|无需|无须|不需要|不收取|免予|不应)((?!超过|少于|低于|高于|多于|小于|大于)[^。；，]{4,60})"
)
_ASKS = re.compile(r"应当|应|必须|须|需|方可|才能|不予|一律|要求|凭|提供|提交|缴纳|收取|可以")
_DROPS = re.compile(
    r"不得|禁止|严禁|不再|无需|无须|不需要|不收|免予|免收|取消|不要求|不应|不作为|不通过|不影响|除外|不设|不将|停止"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence that demands or does what an article forbids: the forbidden words and the share it covers."""

    article: Article
    forbidden: str
    share: float
    quote: str


def contradiction(sentence: Sentence, article: Article, threshold: float) -> Contradiction | None:
    """The prohibition of the article that the sentence does, if its words cover it."""
    if _DROPS.search(sentence.lead + sentence.text) or not _ASKS.search(sentence.text):
        return None
    mine = pairs(sentence.lead + sentence.text)
    best: Contradiction | None = None
    for their in sentences(article.text, 0):
        for ban in _BAN.finditer(their.text):
            wanted = pairs(ban[1])
            covered = len(wanted & mine) / len(wanted) if len(wanted) >= 4 else 0.0
            if covered >= threshold and (best is None or covered > best.share):
                best = Contradiction(article, ban[1], round(covered, 3), their.text.strip())
    return best
