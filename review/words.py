"""Shared wording of two texts, without the filler every law has."""

import re
from functools import lru_cache
from itertools import chain
from operator import add

_FILLER = re.compile(
    r"第[零一二三四五六七八九十百千]+[章节条款项]|[（(][一二三四五六七八九十]+[）)]|应当|可以|不得|按照|根据|依照|规定|有关|相关|以及|或者|"
    r"进行|有下列|情形之一|下列|本办法|本细则|本规定|人民政府|主管部门|行政|部门|单位|个人|责令|限期|改正|拒不|逾期|情节|严重|罚款|"
    r"并处|给予|予以|依法|负责|实施|开展|以上|以下|[，。；：、“”《》（）\s\d]|的|由|和|或|及|对|在|与|等"
)


def content(text: str) -> str:
    """The words of a text that carry its matter; filler becomes a gap."""
    return _FILLER.sub(" ", text)


@lru_cache(maxsize=2048)  # a document meets the same few articles again and again
def pairs(text: str) -> frozenset[str]:
    """Character bigrams of the content words."""
    return frozenset(chain.from_iterable(map(add, word, word[1:]) for word in content(text).split()))


def share(sentence: str, article: str) -> float:
    """Share of the sentence's content bigrams that the article holds; 0 for a sentence without content."""
    wanted = pairs(sentence)
    return len(wanted & pairs(article)) / len(wanted) if wanted else 0.0
