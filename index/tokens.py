"""Chinese text to search terms: jieba with a small dictionary made from the law store itself.

The build keeps the words of jieba's dictionary that stand in the store, with the store's own terms (law names, organs,
defined terms). Searching then loads 29,000 words instead of 350,000 (0.07 s instead of 0.9 s, measured) and cuts
queries into words that the store can match.
"""

import logging
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain

import jieba  # type: ignore[import-untyped]
import numpy as np

from ..corpora.text import Article
from .mass import Mass
from .passage import short_name
from .segment import Segmenter
from .terms import Terms

jieba.setLogLevel(logging.WARNING)

VERSION = 4
# Texts from which on cutting all at once is worth its preparation.
MANY = 2_000
# Count given to a term of the store that jieba does not know.
OWN = 20
WORD = re.compile(r"[\u3400-\u9fff]+|[a-z]+|\d+(?:\.\d+)?")
# Nothing here is changed by `normal`, blanks and marks between terms apart.
PLAIN = re.compile(r"[\u3400-\u9fffa-z0-9\s，。；：、（）《》“”.]*")
HAN = re.compile(r"[\u3400-\u9fff]{2,}")
ORGAN = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:主管部门|管理部门|监督管理机构|管理机构|委员会|人民政府|人民法院|人民检察院)"
)
DEFINED = re.compile(
    r"本(?:法|条例|规定|办法|解释|规则)所称(?:的)?[“\"]?([\u4e00-\u9fff]{2,12}?)[”\"]?(?:，是指|，包括|，指|是指)"
)
# Words without a matter of their own in legal text.
STOP = frozenset(
    (
        *"的了和与或及并对在由为以于从向将其该本这那之等所被把是有应第条款项他她我你吗呢吧会能要都也还就而但给让",
        "或者",
        "以及",
        "应当",
        "可以",
        "按照",
        "依照",
        "根据",
        "依据",
        "规定",
        "本法",
        "条例",
        "办法",
        "有关",
        "下列",
        "进行",
        "予以",
        "怎么",
        "怎样",
        "什么",
        "如何",
        "哪些",
        "是否",
        "能否",
    )
)


def normal(text: str) -> str:
    """NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


class Cutter:
    """Cuts text into terms with one dictionary, lines of a word and its count. Made by `build` or `extend`."""

    def __init__(self, dictionary: str) -> None:
        self.dictionary = dictionary
        lines = (line.split(" ") for line in dictionary.splitlines())
        self._segmenter = Segmenter({word: int(count) for word, count in lines})
        self._words = lru_cache(maxsize=1 << 15)(self._cut)

    def terms(self, text: str) -> list[str]:
        """Words, the shorter words inside long ones, and numbers, in order; function words left out."""
        return _taken_apart(text, self._words)

    def _cut(self, run: str) -> tuple[str, ...]:
        return tuple(word for word in self._segmenter.cut(run) if word not in STOP)


def _taken_apart(text: str, words: Callable[[str], Iterable[str]]) -> list[str]:
    found: list[str] = []
    for match in WORD.finditer(normal(text)):
        run = match.group()
        if _is_han(run):
            found.extend(words(run))
        else:
            found.append(run)
    return found


@cache
def _whole() -> dict[str, int]:
    """Words of jieba's own dictionary with their counts."""
    with jieba.Tokenizer().get_dict_file() as file:
        lines = (line.split(" ") for line in file.read().decode("utf-8").splitlines())
        return {word: int(count) for word, count, *_ in lines}


@cache
def _segmenter() -> Segmenter:
    return Segmenter(_whole())


def build(articles: Iterable[Article]) -> Cutter:
    """A cutter whose dictionary holds the words and terms of these articles; see `prepare`."""
    return prepare(tuple(articles))[0]


def prepare(articles: Sequence[Article], own: bool = True) -> tuple[Cutter, Terms]:
    """A cutter, and the terms of each article's `lexical_text` as it cuts them, in no order.

    Every word of jieba's dictionary that stands anywhere in the articles is kept, so that they are cut as with the
    whole dictionary; the store's own terms come in addition (`own`; what they are worth is measured by
    `python -m beishen.eval.index_dictionary`).
    """
    names = {normal(short_name(article.law)) for article in articles}
    terms = _terms([_plain(article.text).replace("，", ",") for article in articles], names) if own else set[str]()
    counts = _whole()
    segmenter = _segmenter().also(dict.fromkeys(terms, OWN))
    met, cut = _cut_all(segmenter, [lexical_text(article) for article in articles])
    return _cutter({word: counts.get(word, OWN) for word in met | terms}), cut


def extend(cutter: Cutter, articles: Sequence[Article]) -> tuple[Cutter, Terms]:
    """A cutter that also knows the words of jieba's dictionary that stand in further articles, and their terms.

    None of these words stands in the older articles (they would be known), so those are cut as before. Terms of the
    further laws' own come with the next whole build.
    """
    known = {word: int(count) for word, count in (line.split(" ") for line in cutter.dictionary.splitlines())}
    counts = _whole() | known
    met, cut = _cut_all(_segmenter().also(known), [lexical_text(article) for article in articles])
    if met <= known.keys():
        return cutter, cut
    return _cutter({word: counts[word] for word in met | known.keys()}), cut


def lexical_text(article: Article) -> str:
    """What the lexical index knows of an article: law name, chapter title and text."""
    return f"{short_name(article.law)} {article.chapter} {article.text}"


def _cut_all(segmenter: Segmenter, texts: Sequence[str]) -> tuple[set[str], Terms]:
    """The words met, and the terms of each text: every different run of characters is cut once."""
    found = [WORD.findall(_plain(text)) for text in texts]
    different = dict.fromkeys(chain.from_iterable(found))
    runs = [run for run in different if _is_han(run)]
    whole = [run for run in different if not _is_han(run)]
    place = {run: at for at, run in enumerate((*runs, *whole))}
    if len(texts) < MANY:
        met = set[str]()
        cut = Terms.of([list(segmenter.cut(run, met)) for run in runs])
    else:
        mass = Mass(segmenter)
        cut, met = mass.cut(runs), mass.met
    parts = np.array([place[run] for run in chain.from_iterable(found)], np.int64)
    return met, cut.without(STOP).beside(whole).joined(parts, [len(each) for each in found])


def _is_han(run: str) -> bool:
    return not (run[0].isdigit() or run.isascii())


def _plain(text: str) -> str:
    """`normal`, left out for text in which it changes nothing that is a term."""
    return text if PLAIN.fullmatch(text) else normal(text)


def _cutter(words: dict[str, int]) -> Cutter:
    return Cutter("".join(f"{word} {count}\n" for word, count in sorted(words.items())))


def _terms(texts: list[str], names: set[str]) -> set[str]:
    """Law names without their suffix of amendment, organs named five times or more, terms the store defines."""
    organs = Counter(match.group() for text in texts for match in ORGAN.finditer(text))
    defined = {match.group(1) for text in texts for match in DEFINED.finditer(text)}
    terms = {name for name in names if HAN.fullmatch(name)} | defined
    return {term for term in terms if len(term) <= 12} | {
        organ for organ, count in organs.items() if count >= 5 and len(organ) <= 8
    }
