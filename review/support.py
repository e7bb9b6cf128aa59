"""How far a provision carries a sentence: shared wording, weighed without the words every law has."""

import re
from dataclasses import dataclass

from ..corpora.quantities import Quantity, quantities
from ..corpora.text import Article, Rank
from .standard import Rule
from .view import ClauseView, Sentence
from .words import pairs, share

RESTATED = 0.62
APPLIED = 0.45
EXACT = 0.25
FEWEST = 5
REPEATED, FEWEST_REPEATED = 0.92, 12
_MODAL = re.compile(r"不得|可以|应当|不需要|无需|不予|禁止")
_WIDENS = re.compile(r"均(?:应当|应|须|需|不)|也(?:应当|应|须|需)|一律|不论|无论|全部|所有")
_MONEY = ("yuan", "times", "percent")
SUPPORTED = 0.34
_SANCTION = re.compile(
    r"自?次日起?|按[日次]|每日|连续|加[收处]|滞纳金|[百千万]分之[一二三四五六七八九十]+|缴纳|处罚|警告|通报批评|吊销|撤销|没收|扣押|暂扣|查封|"
    r"停产|停业|整顿|违法所得|许可证|营业执照|拘留|直至|为止|[一二三四五六七八九十百千万]+[元日倍]"
)
_REGIONS = re.compile("香港|澳门")
# Laws on one kind of act, and the words by which a clause speaks of that act.
_ACTS = {
    "中华人民共和国行政许可法": re.compile("许可|审批|核准|(?<!负责人)批准|证照|证书|执照|登记"),
    "中华人民共和国行政处罚法": re.compile("处罚|罚款|没收|吊销|听证|违法"),
    "中华人民共和国行政强制法": re.compile("强制|查封|扣押|冻结|代履行|滞纳金|拆除|划拨|催告"),
    "中华人民共和国行政复议法": re.compile("复议"),
    "中华人民共和国治安管理处罚法": re.compile("治安|公安|派出所|民警"),
    "中华人民共和国监狱法": re.compile("监狱|罪犯|服刑"),
}


@dataclass(frozen=True, slots=True)
class Support:
    """A provision and how much of the sentence it carries, in [0, 1]."""

    article: Article
    share: float


def matter(sentence: Sentence) -> str:
    """A sentence with what it hangs on: its lead-in and what stands before it up to the full stop."""
    return sentence.around


def beside(view: ClauseView) -> tuple[Article, ...]:
    """The articles that a clause is read beside: those it cites and those found, judicial interpretations left out."""
    cited = (article for found in view.cited for article in found.articles)
    near = (hit.article for hit in view.hits if hit.article.rank is not Rank.JUDICIAL)
    return tuple({article.key: article for article in (*cited, *near)}.values())


def concerns(article: Article, view: ClauseView, lead: str = "") -> bool:
    """A law on one kind of act, or on Hong Kong and Macao, governs a clause that speaks of that, here, in its lead-in
    or in the title."""
    act = _REGIONS if _REGIONS.search(article.law) else _ACTS.get(article.law)
    return act is None or any(act.search(words) for words in (view.setting.title, view.text, lead))


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

    A provision with less of the wording counts too when the sums the sentence names lie inside its numbers: a
    statutory penalty applied within its range; with less still when it has the very range of the sentence. A sentence
    that names a sanction and hardly its conduct repeats nothing.
    """
    if len(pairs(_SANCTION.sub(" ", matter(sentence)))) < FEWEST:
        return None
    sums = any(quantity.dimension in _MONEY for quantity in quantities(sentence.text))
    for support in ranked(view, sentence, rule.data.admissible):
        if support.share < EXACT:
            return None
        same = support.share >= RESTATED or (sums and support.share >= APPLIED and inside(sentence, support.article))
        same = same or (sums and ranges(sentence, support.article))
        if same and any(pattern.search(support.article.text) for pattern in rule.any):
            return support
    return None


def repeated(view: ClauseView, sentence: Sentence) -> bool:
    """Does the sentence say nothing but what one law found or cited says, its numbers and modal words included?"""
    words = matter(sentence)
    if len(pairs(words)) < FEWEST_REPEATED or _WIDENS.search(sentence.text):
        return False
    best = next((s for s in ranked(view, sentence, (Rank.LAW, Rank.ADMIN_REGULATION)) if s.share >= REPEATED), None)
    if best is None:
        return False
    said = {q.words for q in quantities(sentence.text)} | set(_MODAL.findall(sentence.text))
    return all(words in best.article.text for words in said)


def inside(sentence: Sentence, article: Article) -> bool:
    """Does every number of the sentence lie within a number of the article of the same dimension? False without any."""
    mine, theirs = quantities(sentence.text), quantities(article.text)
    return bool(mine) and all(any(q.dimension == t.dimension and _within(q, t) for t in theirs) for q in mine)


def ranges(sentence: Sentence, article: Article) -> bool:
    """Is every sum of the sentence a range that the article names alike? False without any."""
    sums = [q for q in quantities(sentence.text) if q.dimension in _MONEY]
    theirs = {(q.dimension, q.low, q.high) for q in quantities(article.text) if q.bound == "range"}
    return bool(sums) and all((q.dimension, q.low, q.high) in theirs for q in sums)


def _within(mine: Quantity, theirs: Quantity) -> bool:
    low = 0.0 if theirs.bound == "max" else theirs.low
    high = float("inf") if theirs.bound == "min" else theirs.high
    return low <= mine.low and mine.high <= high
