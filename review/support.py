"""How far a provision carries a sentence: shared wording, weighed without the words every law has."""

import re
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Article, Rank
from .standard import Rule
from .view import ClauseView, Sentence

RESTATED = 0.62
APPLIED = 0.45
FEWEST = 6
SUPPORTED = 0.34
_FILLER = re.compile(
    r"第[零一二三四五六七八九十百千]+[章节条款项]|[（(][一二三四五六七八九十]+[）)]|应当|可以|不得|按照|根据|依照|规定|有关|相关|以及|或者|"
    r"进行|有下列|情形之一|下列|本办法|本细则|本规定|人民政府|主管部门|行政|部门|单位|个人|责令|限期|改正|拒不|逾期|情节|严重|罚款|"
    r"并处|给予|予以|依法|负责|实施|开展|以上|以下|[，。；：、“”《》（）\s\d]|的|由|和|或|及|对|在|与|等"
)


@dataclass(frozen=True, slots=True)
class Support:
    """A provision and how much of the sentence it carries, in [0, 1]."""

    article: Article
    share: float


def content(text: str) -> str:
    """The words of a text that carry its matter; filler becomes a gap."""
    return _FILLER.sub(" ", text)


def pairs(text: str) -> frozenset[str]:
    """Character bigrams of the content words."""
    return frozenset(
        word[i : i + 2] for word in content(text).split() for i in range(max(1, len(word) - 1)) if len(word) > 1
    )


def share(sentence: str, article: str) -> float:
    """Share of the sentence's content bigrams that the article holds; 0 for a sentence without content."""
    wanted = pairs(sentence)
    return len(wanted & pairs(article)) / len(wanted) if wanted else 0.0


def matter(sentence: Sentence) -> str:
    """A sentence with what it hangs on: its lead-in and what stands before it up to the full stop."""
    return sentence.lead + sentence.before + sentence.text


def ranked(view: ClauseView, sentence: Sentence, ranks: tuple[Rank, ...]) -> tuple[Support, ...]:
    """Provisions of the given ranks by the share of the sentence they carry, best first, ties by key."""
    articles = {hit.article.key: hit.article for hit in view.hits}
    articles |= {article.key: article for found in view.cited for article in found.articles}
    words = matter(sentence)
    supports = [
        Support(article, round(share(words, article.text), 3))
        for article in articles.values()
        if not ranks or article.rank in ranks
    ]
    return tuple(sorted(supports, key=lambda s: (-s.share, s.article.key)))


def restating(view: ClauseView, sentence: Sentence, rule: Rule) -> Support | None:
    """The admissible provision whose words the sentence repeats, the rule's trigger included.

    A provision with less of the wording counts too when every number of the sentence lies inside its numbers:
    a statutory penalty or period applied within its range.
    """
    if len(pairs(matter(sentence))) < FEWEST:
        return None
    for support in ranked(view, sentence, rule.data.admissible):
        if support.share < APPLIED:
            return None
        same = support.share >= RESTATED or inside(sentence, support.article)
        if same and any(pattern.search(support.article.text) for pattern in rule.any):
            return support
    return None


def inside(sentence: Sentence, article: Article) -> bool:
    """Does every number of the sentence lie within a number of the article of the same dimension? False without any."""
    mine, theirs = quantities(sentence.text), quantities(article.text)
    return bool(mine) and all(any(q.dimension == t.dimension and _within(q, t) for t in theirs) for q in mine)


def _within(mine: Quantity, theirs: Quantity) -> bool:
    low = 0.0 if theirs.bound == "max" else theirs.low
    high = float("inf") if theirs.bound == "min" else theirs.high
    return low <= mine.low and mine.high <= high
