"""Beside the closest article: a decision taken by a lower organ, a penalty without the correction that comes first.

Both need an article in force on the same matter; the organ's level is read from its words (norms.level_of), the order
of correction and penalty from the article's sentence (行政处罚法 art. 28; 立法法 arts. 91, 93).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..corpora.text import Article
from .norms import level_of
from .view import ClauseView, Sentence
from .words import pairs, share

_ALIKE, _SAME_CONDUCT, _FEWEST = 0.55, 0.6, 5
_TAKES = re.compile(
    r"(?:经|报|由|向|，)(?P<organ>[^，。；：]{2,30}?)(?:审核后|审查后|审核|组织|负责|直接|统一|会同[^，。；]{1,16}?)*"
    r"(?P<verb>批准|审批|核准|许可|核发|公布|划定)"
)
_LOCAL, _PROVINCE = 3, 4
_OF_PROVINCE = re.compile(r"^(?!国务院)[^，。；]{0,8}(?:省|自治区|直辖市)")
_HEAVY = re.compile(r"处[^，。；]{0,24}(?:罚款|[元倍])|并处|吊销|停产停业|停业整顿|停止(?:生产|施工|使用|营业)|暂扣")
_FIRST = re.compile(r"改正|整改|补办|补缴|补种|投保|警告|限期|逾期|拒不|仍不|教育|恢复原状")
_AFTER_CORRECTION = re.compile(
    r"责令[^，。；]{0,14}(?:改正|补办|投保|整改|补种|恢复|拆除|治理|清除)[^。]{0,40}?(?:逾期|拒不|仍不|逾期不)"
)
_OF_LOWER_CLASS = re.compile(r"[市县]级(?!以上|人民政府|政府|[^，。；]{0,10}(?:部门|局))")
_CONDUCT = re.compile(r"的[，,：:]")


@dataclass(frozen=True, slots=True)
class Lowered:
    """A decision that the article leaves to a higher organ: the clause's words, and the article's."""

    article: Article
    start: int
    words: str
    theirs: str


def lowered(view: ClauseView, sentence: Sentence, articles: Sequence[Article]) -> Iterator[Lowered]:
    """Decisions of a sentence taken below the organ that the article on the same matter names for them."""
    mine = [(m, level) for m in _TAKES.finditer(sentence.text) if (level := _level(view, m["organ"])) is not None]
    if not mine or _OF_LOWER_CLASS.search(sentence.text):
        return
    for article in articles:
        for part in _parts(article.text):
            if share(sentence.text, part) < _ALIKE or len(pairs(sentence.text)) < _FEWEST:
                continue
            for match, level in mine:
                theirs = _least(view, article.text, match["verb"])
                own = max(n for m, n in mine if m["verb"] == match["verb"])
                if theirs and own == level < theirs[0] and theirs[0] >= _LOCAL:
                    yield Lowered(article, match.start(), match[0], theirs[1])


def _parts(text: str) -> Iterator[str]:
    yield from (part for part in re.split(r"[。\n]", text) if part)


def _least(view: ClauseView, text: str, verb: str) -> tuple[int, str] | None:
    """The lowest organ that an article lets decide by a verb, and its words; None where one of them has no level."""
    found = [(_level(view, m["organ"]), m[0]) for m in _TAKES.finditer(text) if m["verb"] == verb]
    known = [(level, words) for level, words in found if level is not None]
    return min(known) if known and len(known) == len(found) else None


def _level(view: ClauseView, organ: str) -> int | None:
    return _PROVINCE if _OF_PROVINCE.search(organ) else level_of(view, organ)


def uncorrected(sentence: Sentence, whole: str, articles: Sequence[Article]) -> tuple[Article, str] | None:
    """The article that punishes the same conduct only after a failed correction, which the clause skips."""
    heavy = _HEAVY.search(sentence.text)
    if heavy is None or _FIRST.search(whole):
        return None
    text = sentence.lead + sentence.before + sentence.text
    conduct = text[: text.find(heavy[0])]
    conduct = conduct[: m.start()] if (m := _CONDUCT.search(conduct)) else conduct
    if len(pairs(conduct)) < _FEWEST:
        return None
    for article in articles:
        for part in _parts(article.text):
            first, theirs = _AFTER_CORRECTION.search(part), _HEAVY.search(part)
            if first and theirs and first.end() <= theirs.start() + 1 and share(conduct, part) >= _SAME_CONDUCT:
                return article, first[0]
    return None
