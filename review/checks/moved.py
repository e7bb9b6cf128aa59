"""Moved articles: a clause names article N of a law in force, but what it says stands in article M of that law.

After a revision the numbers shift. Where the store holds the older text, `resolve` follows the article; here the words
of the sentence decide: they stand in M and hardly any of them in N. A number cited for a breach, an exception, a
penalty or a rule applied to something else says nothing of the article's own matter and is left alone.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...corpora.laws.resolving import Reason, Resolution
from ...corpora.text import Article, Span
from ..view import Setting

HELD, STRANGE, WORDS = 0.5, 0.12, 20
_REACH = 300
_NOISE = re.compile(r"[\W_]+")
_FRAME = re.compile(
    r"^\s*(?:第[〇零一二三四五六七八九十百千]+条|[（(]?[一二三四五六七八九十\d]+[）)、.．])"
    r"|(?:其|主要|具体)?(?:法律)?依据(?:为|是)?|这?是(?=。)|系(?=依据|根据|。)|见(?=。)|根据|按照|依照|(?<=。)第[一二三四五六七八九十]+[款项]"
    r"|(?<=。)(?:中)?的?(?:有关|相关)?(?:规定|要求|精神)"
)
_STOP = re.compile(r"[。；;！？\n]")
_OTHERWISE = re.compile(
    r"(?:违反|未按|未依|没有按|不按|不符合|不适用|除|适用|参照|比照|删去|修改|增加|执行)[^，。；：]{0,8}$"
)
_THEN = re.compile(
    r"^[^，。；]{0,30}?(?:以外|除外|外的|之外|处罚|处理|追究|论处|处分|罚款|查处|惩处)|^[^，。；]{0,6}[后前]增加"
    r"|^[^，。；]{0,8}(?:等|和|以及|及|、|或者?)第|^所?(?:规定|列|称)的?(?:有关|相关|其他)?(?:人员|行为|单位|机构|条件|标准|范围|对象)"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """A citation whose number has moved: the article cited, the one that says it, and the likeness of both, 0 to 1."""

    found: Resolution
    cited: Article
    now: Article
    here: float
    there: float


def moved(setting: Setting, cited: tuple[Resolution, ...]) -> tuple[Moved, ...]:
    """Citations of one article alone in its sentence whose words stand in another article; once per number."""
    text = setting.document.text
    seen: dict[str, Moved] = {}
    for found in cited:
        if found.reason is not Reason.FOUND or found.mention.role == "repeal" or len(found.mention.numbers) != 1:
            continue
        around = _sentence(text, found.mention.span)
        if any(other is not found and _within(other, around) for other in cited):
            continue
        before, after = text[around.start : found.mention.span.start], text[found.mention.span.end : around.end]
        if _OTHERWISE.search(before) or _THEN.search(after):
            continue
        one = _better(setting, found, before + "。" + after)
        if one is not None:
            seen.setdefault(one.cited.key, one)
    return tuple(seen.values())


def _sentence(text: str, span: Span) -> Span:
    """The sentence around a citation, cut at full stops, semicolons and line ends."""
    head = text[max(0, span.start - _REACH) : span.start]
    start = span.start - len(head) + max((m.end() for m in _STOP.finditer(head)), default=0)
    stop = _STOP.search(text, span.end)
    return Span(start, min(stop.start() if stop else len(text), span.end + _REACH))


def _within(found: Resolution, around: Span) -> bool:
    span = found.mention.span
    return span.start < around.end and around.start < span.end


def _better(setting: Setting, found: Resolution, claim: str) -> Moved | None:
    """The article that says the claim while the cited one does not, or None."""
    words = frozenset(_pairs(_FRAME.sub("", claim)))
    if found.version is None or len(words) < WORDS:
        return None
    law = _law(setting.store.articles_of(found.version))
    cited = found.articles[0]
    shares = law.shares(words)
    here = next((share for article, share in zip(law.articles, shares, strict=True) if article.key == cited.key), 1.0)
    there, at = max(((share, -place) for place, share in enumerate(shares)), default=(0.0, 0))
    now = law.articles[-at]
    if there < HELD or here > STRANGE or cited.number in now.text:
        return None
    return Moved(found, cited, now, here, there)


@dataclass(frozen=True, slots=True)
class _Law:
    """The articles of a text with their word pairs, and how much each pair weighs."""

    articles: tuple[Article, ...]
    pairs: tuple[frozenset[str], ...]
    counts: Counter[str]

    def shares(self, words: frozenset[str]) -> tuple[float, ...]:
        """Of each article, the share of the words' weight it holds; words that few articles have weigh more."""
        size = 1 + len(self.articles)
        weights = {pair: math.log(size / self.counts[pair] if pair in self.counts else size) for pair in words}
        total = sum(weights.values()) or 1.0
        return tuple(sum(weights[pair] for pair in words & held) / total for held in self.pairs)


@lru_cache(maxsize=32)  # a document cites the same few laws again and again
def _law(articles: tuple[Article, ...]) -> _Law:
    pairs = tuple(frozenset(_pairs(article.text)) for article in articles)
    return _Law(articles, pairs, Counter(_each(pairs)))


def _each(pairs: Iterable[frozenset[str]]) -> Iterator[str]:
    for held in pairs:
        yield from held


def _pairs(text: str) -> Iterator[str]:
    plain = _NOISE.sub("", text)
    return (plain[i : i + 2] for i in range(len(plain) - 1))
