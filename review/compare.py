"""Comparing a clause with an article on the same matter: numbers against numbers, duty against prohibition.

Two quantities are compared only when the words around them say the same thing and each is the other's best
partner; what counts as a contradiction follows the bound and whom it protects: an organ's deadline may be shorter,
a party's may not; a public notice may be longer, not shorter; a penalty must stay inside its range
(行政处罚法 arts. 11-14).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Article, Span
from .authority import kinds
from .fines import same_side, side
from .terms import other_step, waits
from .view import Sentence, sentences
from .words import pairs, share

_DAYS = {"hour": 1 / 24, "day": 1.0, "workday": 1.4, "month": 30.0, "year": 365.0}
_TOLERANCE = 1.15
_SHORT_TERM = 10
_WINDOW = 30
_SAME = 0.75
_FAINT = 0.3
_WHOLE = 0.85
_FEWEST = 3
# A breach told by nothing but the place in the document that it breaks.
_OWN = re.compile(r"违反了?(?:本|前)[^，。；《]{1,10}?(?:第[^，。；《]{1,24}?[条款项]|款|条)(?:的?规定)?的?[，、]?")
_OWN_SEGMENT = 6
_VERBATIM = 0.9
_EQUAL = 0.97
_LED = 0.6
_PARTY_ACTS = re.compile(
    r"申请(?:复议|行政复议|听证|仲裁|复核|复查|复检|复验|复评|行政裁决)|提出(?:异议|申诉|申请|书面|听证|意见|陈述)?|异议|起诉|(?<![民政])(?<!民事)(?<!行政)诉讼(?!法)|陈述|申辩|补正|补齐|缴纳|履行|领取|"
    r"申报|改正|退货|退换|选择|答辩|投标|提交"
)
# Within the period the organ acts, whatever the party is then told to do: 二日内告知申请人补正.
_ORGAN_ACTS = re.compile(
    r"^(?:之?内|以内)?[，,]?(?:一次(?:性)?|书面|当场|应当|予以|及时)*(?:告知|通知|答复|作出|办结|送达|受理|审查|核实|退还)"
)
_CONDUCT = re.compile(
    r"的?[，,](?:情节严重的[，,])?(?:一律|直接|均|一般|并|可以|可|应当)?"
    r"(?:由|责令|处|给予|予以|没收|吊销|撤销|收回|暂扣|暂停|拘留|扣留|取消|降低|罚款|对)"
)
_FINE_AFTER = re.compile(r"^(?:以[上下])?的?罚款")
_PARTY_SUBJECT = re.compile(
    r"^(?:第[^条]{1,6}条)?\s*(?:[^，。；]{0,12})(?:建设单位|用人单位|当事人|申请人|企业|经营者|公民|纳税人|供应商|投标人|业主|权利人|"
    r"使用单位|劳动者|施工单位|中标人|供应商|个人|单位)[^，。；]{0,4}(?:应当|可以|须|应|必须|自)"
)
# Who orders and who wins sign within the law's time; an earlier day takes nothing from either.
_SIGNED = re.compile(r"^(?:之?内|以内)?[，,]?[^，。；]{0,16}(?:签订|订立)[^，。；]{0,12}合同")
_TERM = re.compile(r"(?:[证权]|许可|登记|经营)[^，。；]{0,6}(?:的?期限|有效期|年限)|(?:使用|承包|有效)期限?")
_NEEDS = re.compile(r"(?:工作|出租|临时|试用|服务|存续|停工|隔离|查封|扣押|征用)")
_THRESHOLD = re.compile(r"(?:超过|达到?|满|不足|不满|低于|高于)$")
_BEFOREHAND = re.compile(r"^(?:之)?前")
_ASKED = re.compile(r"提出|申请|申报|报告|备案|办理|报送|报")
_NOTICE_ACTS = re.compile(
    r"公告|公示|公布|公开|征求意见|通知|告知|提前|保存|保管|留存|存档|发售|提交投标|张贴|休息|休假|产假|保修|质保"
)
_PARAGRAPH = re.compile(r"\n(?!\s*[（(][一二三四五六七八九十]+[)）])")
_BACK = re.compile(r"前[一二三四五两]?款|前[一二三四五两]项")
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


@dataclass(frozen=True, slots=True)
class _Number:
    """A quantity where it stands: its sentence, the words around it, and for an article the conduct it punishes."""

    quantity: Quantity
    part: Sentence
    context: frozenset[str]
    article: Article | None = None
    conduct: float = 0.0
    side: str = ""


def differences(sentence: Sentence, articles: Sequence[Article], threshold: float) -> tuple[Difference, ...]:
    """Contradicting quantities of a sentence and the articles on its matter, best aligned first.

    A quantity that some article states as well, or keeps within, in surroundings about as like, contradicts nothing;
    nor does a fine for a breach that is named only by the number of another article of the document.
    """
    ahead = sentence.lead + sentence.before
    mine = tuple(
        _Number(q, sentence, _context(sentence.text, q), side=side(ahead + sentence.text, len(ahead) + q.span.start))
        for q in quantities(sentence.text)
    )
    if not mine:
        return ()
    conduct = _split_conduct(sentence)[0]
    theirs = tuple(
        _Number(q, part, _context(part.text, q), article, _conduct(conduct, said), _side(article, part, q))
        for article in articles
        for start, said in _paragraphs(article.text)
        for part in sentences(said, start)
        for q in quantities(part.text)
    )
    blind = _OWN.search(conduct) is not None and len(pairs(_OWN.sub("", conduct))) < _FEWEST
    fresh = tuple(number for number in mine if not _stated(number, theirs) and not (blind and _is_fine(number)))
    found = [d for number in fresh if (d := _difference(number, _aligned(number, mine, theirs), threshold))]
    return tuple(sorted(found, key=lambda d: (-d.similarity, d.span, d.article.key)))


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """The paragraphs (款) of an article with their places, list items with their lead-in.

    An article of which one paragraph goes back to another (有前款行为) is read whole.
    """
    if _BACK.search(text):
        yield 0, text
        return
    start = 0
    for mark in (*_PARAGRAPH.finditer(text), None):
        end = mark.end() if mark else len(text)
        yield start, text[start:end]
        start = end


def _conduct(conduct: str, article: str) -> float:
    """Share of the punished conduct that the paragraph describes; too few words describe nothing."""
    return share(conduct, article) if len(pairs(conduct)) >= _FEWEST else 0.0


def _aligned(number: _Number, mine: tuple[_Number, ...], theirs: tuple[_Number, ...]) -> list[tuple[float, _Number]]:
    """Comparable quantities in like surroundings, most alike first, without those that another of mine answers."""
    kept = []
    for other in theirs:
        score = _likeness(number, other)
        rivals = ((_likeness(rival, other), rival) for rival in mine if rival is not number)
        taken = any(like > score or (like >= score * _SAME and _keeps(rival, other)) for like, rival in rivals)
        if score >= _FAINT and not taken:
            kept.append((score, other))
    return sorted(kept, key=lambda pair: (-pair[0], pair[1].article.key if pair[1].article else "", pair[1].part.span))


def _likeness(mine: _Number, theirs: _Number) -> float:
    """How alike two quantities' surroundings are; fines are alike when they punish the same conduct."""
    if not comparable(mine.quantity, theirs.quantity):
        return 0.0
    fines = (_is_fine(mine), _is_fine(theirs))
    if any(fines):
        return theirs.conduct if all(fines) and same_side(mine.side, theirs.side) else 0.0
    if other_step(mine.part.text, mine.quantity, theirs.part.text, theirs.quantity):
        return 0.0
    return max(_alike(mine.context, theirs.context), _WHOLE * share(mine.part.text, theirs.part.text))


def _is_fine(number: _Number) -> bool:
    text, span = number.part.text, number.quantity.span
    return bool(_FINE_AFTER.search(text[span.end : span.end + 8]) or text[: span.start].endswith("罚款"))


def _side(article: Article, part: Sentence, quantity: Quantity) -> str:
    return side(article.text, part.span.start + quantity.span.start)


def _difference(number: _Number, aligned: list[tuple[float, _Number]], threshold: float) -> Difference | None:
    if not aligned or not (number.context or _is_fine(number)) or aligned[0][0] < threshold:
        return None
    score, best = aligned[0]
    relation = relate(number.quantity, best.quantity, matter_of(number), matter_of(best))
    kept = any(_keeps(number, other) for like, other in aligned if _as_like(like, score))
    if relation is None or best.article is None or kept:
        return None
    start = number.part.span.start + number.quantity.span.start
    span = Span(start, start + len(number.quantity.words))
    quote = best.part.text.strip()
    return Difference(best.article, number.quantity, best.quantity, relation, round(score, 3), span, quote)


def _as_like(like: float, best: float, least: float = _SAME) -> bool:
    """Are surroundings as like as the best ones? Beside a verbatim article only another one that is verbatim."""
    return like >= best * (_EQUAL if best >= _VERBATIM else least)


def _keeps(number: _Number, other: _Number) -> bool:
    """Does the number keep within another number of the law on the same matter?"""
    return comparable(number.quantity, other.quantity) and (
        relate(number.quantity, other.quantity, matter_of(number), matter_of(other)) is None
    )


def matter_of(number: _Number) -> str:
    """The sentence a number stands in, behind the lead-in it hangs on."""
    return number.part.lead + number.part.text


def _stated(number: _Number, theirs: tuple[_Number, ...]) -> bool:
    """Does an article state this very number where its matter is spoken of, if less alike than elsewhere?"""
    likes = [(_likeness(number, other), other) for other in theirs]
    best = max((like for like, _ in likes), default=0.0)
    same = [(like, other) for like, other in likes if _states(other.quantity, number.quantity)]
    return any((like >= _FAINT and _as_like(like, best, 0.5)) or _led(number, other) for like, other in same)


def _led(number: _Number, other: _Number) -> bool:
    """Does the same number stand in the part or list item of an article whose words the sentence has?"""
    if _is_fine(number) or other_step(number.part.text, number.quantity, other.part.text, other.quantity):
        return False
    start, end = other.quantity.span.start, other.quantity.span.end
    part = other.part.lead + re.split(r"[，]", other.part.text[:start])[-1] + re.split("[，]", other.part.text[end:])[0]
    part = part if other.part.lead else other.part.text
    return len(pairs(part)) >= _FEWEST and share(_NUMBERS.sub(" ", part), matter_of(number)) >= _LED


def _states(theirs: Quantity, mine: Quantity) -> bool:
    """Does the article state this very number (either end of a range)?"""
    return theirs.dimension == mine.dimension and {mine.low, mine.high} <= {theirs.low, theirs.high}


def _context(text: str, quantity: Quantity) -> frozenset[str]:
    """Content words around a quantity: of its own comma segment where that has enough, else within the window."""
    before = text[max(0, quantity.span.start - _WINDOW) : quantity.span.start]
    after = text[quantity.span.end : quantity.span.end + _WINDOW]
    own = _words(re.split("[，,]", before)[-1], re.split("[，,]", after)[0])
    return own if len(own) >= _OWN_SEGMENT else _words(before, after)


def _words(before: str, after: str) -> frozenset[str]:
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
    low, high, other_low, other_high, slack = scaled(mine, theirs)
    if mine.dimension == theirs.dimension == "age" and mine.bound == theirs.bound != "range":
        return "differs" if low != other_low else None
    if theirs.bound == "range":
        return "outside" if low < other_low / slack or high > other_high * slack else None
    if low != other_low and _both_thresholds(mine, theirs, my_text, their_text):
        return "differs"
    if theirs.bound == "max":
        return _against_max(mine, (low, high, other_high, slack), my_text, their_text)
    if theirs.bound == "min":
        return _against_min(mine, (low, high, other_low, slack), my_text, their_text)
    if waits(my_text, mine) and waits(their_text, theirs):
        return "short" if high < other_low / slack else None
    if mine.bound == "exact" and not (other_low / slack <= low <= other_high * slack):
        return "differs"
    return None


def _both_thresholds(mine: Quantity, theirs: Quantity, my_text: str, their_text: str) -> bool:
    """Do both say from which number on something is asked (超过十日的，…)? Lower asks more, higher drops it."""
    pieces = [text.partition(one.words) for one, text in ((mine, my_text), (theirs, their_text))]
    return all(_THRESHOLD.search(before) and after.startswith(("的，", "的,")) for before, _, after in pieces)


def scaled(mine: Quantity, theirs: Quantity) -> tuple[float, float, float, float, float]:
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
    after = _after(my_text, mine)
    acts = not _ORGAN_ACTS.search(after) and _PARTY_ACTS.search(after) and _PARTY_ACTS.search(their_text)
    party = acts or (_PARTY_SUBJECT.search(my_text) and _PARTY_SUBJECT.search(their_text))
    term = _TERM.search(my_text) and _TERM.search(their_text) and not _NEEDS.search(my_text)
    if (party or term) and mine.dimension in _DAYS and not _SIGNED.search(after):
        return "short" if high < limit / slack and mine.bound != "min" else None
    return "beyond" if (low if mine.bound == "min" else high) > limit * slack else None


def _against_min(
    mine: Quantity, numbers: tuple[float, float, float, float], my_text: str, their_text: str
) -> str | None:
    low, high, floor, slack = numbers
    after = _after(my_text, mine)
    if _BEFOREHAND.match(after) and _ASKED.search(after) and not _NOTICE_ACTS.search(my_text):
        return "beyond" if low > floor * slack else None
    if high < floor / slack:
        return "short"
    burden = mine.bound == "min" and low > floor * slack and not _NOTICE_ACTS.search(my_text)
    return "beyond" if burden and _CONDITION.search(my_text) and _CONDITION.search(their_text) else None


def _after(text: str, quantity: Quantity) -> str:
    """What follows a quantity; its span may be of the sentence alone, without the lead-in in front."""
    start, end = quantity.span.start, quantity.span.end
    at = end if text[start:end] == quantity.words else text.rfind(quantity.words) + len(quantity.words)
    return text[at : at + 24]


_BAN = re.compile(
    r"(?:不得|禁止|严禁|不再|无需|无须|不需要|不收取|免予|不应)((?!超过|少于|低于|高于|多于|小于|大于)[^。；，]{4,60})"
)
_ASKS = re.compile(r"应当|应|必须|须|需|方可|才能|不予|一律|要求|凭|提供|提交|缴纳|收取|可以")
_DROPS = re.compile(
    r"不得|禁止|严禁|不再|无需|无须|不需要|不收|免予|免收|取消|不要求|不应|不作为|不通过|不影响|除外|不设|不将|停止"
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A sentence that demands or does what an article forbids: the forbidden words and the share it covers.

    `permitted` where the sentence allows (可以, 允许) in the very words that the article forbids.
    """

    article: Article
    forbidden: str
    share: float
    quote: str
    permitted: bool = False


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
                permitted = bool(re.search(rf"(?:可以?|允许)[^，。；]{{0,4}}{re.escape(ban[1][:4])}", sentence.text))
                best = Contradiction(article, ban[1], round(covered, 3), their.text.strip(), permitted)
    return best


_HEAVY = frozenset(("detain", "business", "revoke", "suspend", "confiscate", "fine"))


@dataclass(frozen=True, slots=True)
class KindBeyond:
    """A penalty of a kind that the article on the same conduct does not have."""

    article: Article
    kinds: tuple[str, ...]
    likeness: float


def kind_beyond(sentence: Sentence, article: Article, threshold: float) -> KindBeyond | None:
    """Kinds of penalty a sentence adds to what an article sets for the same conduct (行政处罚法 arts. 11-14)."""
    head, mark, tail = _split_conduct(sentence)
    if not mark or len(pairs(head)) < _FEWEST + 1:
        return None
    likeness = share(head, article.text)
    theirs = kinds("penalty", article.text)
    extra = kinds("penalty", tail) & _HEAVY - theirs
    if likeness < threshold or not extra or not theirs & _HEAVY:
        return None
    return KindBeyond(article, tuple(sorted(extra)), round(likeness, 3))


def _split_conduct(sentence: Sentence) -> tuple[str, str, str]:
    """The punished conduct and what it brings."""
    text = sentence.lead + sentence.before + sentence.text
    found = _CONDUCT.search(text)
    return (text[: found.start()], found[0], text[found.start() :]) if found else (text, "", "")
