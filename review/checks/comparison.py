"""Comparison: a clause and an article on the same matter, number against number, duty against prohibition."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...corpora.text import Article, Rank, Span
from ..authority import kind_name
from ..cite import of_article
from ..compare import Contradiction, Difference, KindBeyond, contradiction, differences, kind_beyond
from ..finding import Finding, FindingLevel
from ..fines import Beyond, beyond_cited, beyond_quoted, fines
from ..gates import quoting
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..support import concerns, matter
from ..view import ClauseView, Sentence
from ..words import share
from . import altered, deviation

_TIMES = ("hour", "day", "workday", "month", "year")
_NUMBERS = ("compare.number", "compare.fine")
# What a clause says where the law sets no number contradicts none (法律、法规没有规定期限的，…).
_RESIDUAL = re.compile(
    r"(?:法律|法规)[^。；]{0,24}(?:没有|未(?:作|予)?|无)(?:明确)?规定[^。；，]{0,8}(?:期限|时限|标准|数额|幅度|的)"
)
_WORDS = {"beyond": "超出", "short": "少于", "outside": "不同于", "differs": "不同于"}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as the same matter; read off clauses of our own (`python -m beishen.eval.cases --own …`)."""

    article: float = 0.4
    numbers: float = 0.5
    sure: float = 0.66
    ban: float = 0.7
    conduct: float = 0.6
    closest: float = 0.9
    candidates: int = 6


def check(view: ClauseView, standard: Standard, limits: Thresholds = Thresholds()) -> tuple[Finding, ...]:
    """Compare every sentence of a clause with the articles cited in it and the best the index found."""
    found: list[Finding] = list(deviation.check(view, standard))
    residual = bool(_RESIDUAL.search(view.text))
    for sentence in view.sentences:
        articles = _candidates(view, sentence, limits)
        named = _named(view, sentence)
        fine = beyond_cited(sentence.text, named or _named_before(view, sentence)) or _past_frame(sentence, articles)
        if fine is not None:
            found.append(_of_fine(view, sentence, fine, standard.rule("compare.fine")))
        number = None if residual else _best_difference(sentence, articles, named, limits)
        if number is not None:
            found.append(_of_difference(view, sentence, number, standard.rule("compare.number"), limits))
        kind = _best_kind(view, sentence, articles, limits)
        if kind is not None:
            found.append(_of_kind(view, sentence, kind, standard.rule("compare.penalty_kind"), limits))
        ban = _best_contradiction(sentence, articles, limits)
        if ban is not None:
            found.append(_of_contradiction(view, sentence, ban, standard.rule("compare.prohibition")))
    restated = (
        one for one in altered.check(view, standard) if not (residual and one.rule.startswith("compare.restated"))
    )
    return (*_unsaid(tuple(restated), found), *found)


def _unsaid(restated: Sequence[Finding], found: Sequence[Finding]) -> Iterator[Finding]:
    """Changed places of a restated article that no conflict between numbers has named already."""
    said = [f.span for f in found if f.rule.startswith(_NUMBERS) and f.level is FindingLevel.CONFLICT]
    for one in restated:
        again = any(span.start < one.span.end and one.span.start < span.end for span in said)
        if not (again and one.rule.startswith("compare.restated")):
            yield one


def _candidates(view: ClauseView, sentence: Sentence, limits: Thresholds) -> tuple[Article, ...]:
    named = _named(view, sentence)
    if quoting(view, sentence):
        return named
    near = tuple(
        hit.article
        for hit in view.hits[: limits.candidates]
        if hit.article.rank is not Rank.JUDICIAL
        and share(matter(sentence), hit.article.text) >= limits.article
        and concerns(hit.article, view, sentence.lead)
    )
    return tuple({article.key: article for article in named + near}.values())


def _named(view: ClauseView, sentence: Sentence) -> tuple[Article, ...]:
    """The articles that the sentence itself cites."""
    return tuple(article for found in view.cited_in(sentence.span) for article in found.articles)


def _named_before(view: ClauseView, sentence: Sentence) -> tuple[Article, ...]:
    """The articles cited before a sentence up to the last full stop (依据…；逾期未改正的，…), if of one act."""
    start = sentence.span.start - len(sentence.before)
    found = tuple(a for cited in view.cited_in(Span(start, sentence.span.start)) for a in cited.articles)
    return found if len({article.law for article in found}) == 1 else ()


def _past_frame(sentence: Sentence, articles: tuple[Article, ...]) -> Beyond | None:
    """A fine past the frame that the sentence quotes, where an article at hand has that frame."""
    past = beyond_quoted(sentence.text)
    if past is None:
        return None
    mine, frame = past
    whose = (a for a in articles for q in fines(a.text) if (q.low, q.high) == (frame.low, frame.high))
    article = next(whose, None)
    return Beyond(article, mine, frame) if article else None


def _best_difference(
    sentence: Sentence, articles: tuple[Article, ...], named: tuple[Article, ...], limits: Thresholds
) -> Difference | None:
    """The surest difference; where there is one, an article that the sentence cites shows it before any other."""
    sure = _sure(sentence, articles, limits)
    return (_sure(sentence, named, limits) or sure) if sure else None


def _sure(sentence: Sentence, articles: tuple[Article, ...], limits: Thresholds) -> Difference | None:
    found = differences(sentence, articles, limits.numbers)
    return next((d for d in found if d.relation != "differs" or d.similarity >= limits.sure), None)


def _best_kind(
    view: ClauseView, sentence: Sentence, articles: tuple[Article, ...], limits: Thresholds
) -> KindBeyond | None:
    """The closest article on the conduct decides; a sentence that names another act as its ground is left alone."""
    named = {article.law for found in view.cited_in(sentence.span) for article in found.articles}
    found = [k for a in articles if not named or a.law in named if (k := kind_beyond(sentence, a, limits.conduct))]
    best = min(found, key=lambda k: (-k.likeness, k.article.key), default=None)
    likes = [share(matter(sentence), article.text) for article in articles]
    return best if best and share(matter(sentence), best.article.text) >= max(likes) * limits.closest else None


def _best_contradiction(sentence: Sentence, articles: tuple[Article, ...], limits: Thresholds) -> Contradiction | None:
    found = [c for article in articles if (c := contradiction(sentence, article, limits.ban))]
    return min(found, key=lambda c: (-c.share, c.article.key), default=None)


def _of_difference(view: ClauseView, sentence: Sentence, d: Difference, rule: Rule, limits: Thresholds) -> Finding:
    law, number = d.article.law, d.article.number
    message = (
        f"本条“{d.mine.words}”{_WORDS[d.relation]}《{law}》{number}的“{d.theirs.words}”，二者规定的是同一事项，请核对。"
    )
    compared = {"clause": d.mine.words, "article": d.theirs.words, "relation": d.relation}
    said = Said(
        message,
        {"check": "comparison", "compared": compared, "dimension": d.mine.dimension, "similarity": d.similarity},
        (of_article(d.article, "conflict", view.setting.day, d.quote),),
        FindingLevel.CONFLICT if d.similarity >= limits.sure else FindingLevel.DOUBT,
        ("deadline" if d.mine.dimension in _TIMES else "amount",),
        round(min(0.95, d.similarity), 2),
        f"请与《{law}》{number}的“{d.theirs.words}”保持一致，或者说明所依据的其他规定。",
    )
    return remark(view, sentence.place, rule, said)


def _of_fine(view: ClauseView, sentence: Sentence, fine: Beyond, rule: Rule) -> Finding:
    law, number = fine.article.law, fine.article.number
    said = Said(
        f"本条依据《{law}》{number}，而“{fine.mine.words}”超过该条规定的最高罚款“{fine.theirs.words}”，请核对。",
        {"check": "comparison", "compared": {"clause": fine.mine.words, "article": fine.theirs.words}},
        (of_article(fine.article, "conflict", view.setting.day, about=fine.theirs.words),),
        advice=f"请在《{law}》{number}规定的罚款幅度以内规定；另有依据的，写明条文。",
    )
    return remark(view, sentence.place, rule, said)


def _of_kind(view: ClauseView, sentence: Sentence, k: KindBeyond, rule: Rule, limits: Thresholds) -> Finding:
    names = "、".join(kind_name("penalty", kind) for kind in k.kinds)
    said = Said(
        f"《{k.article.law}》{k.article.number}对同一行为没有规定{names}，本条增加了处罚种类，请核对。",
        {"check": "comparison", "compared": {"added_kinds": list(k.kinds), "similarity": k.likeness}},
        (of_article(k.article, "conflict", view.setting.day),),
        FindingLevel.CONFLICT if k.likeness >= limits.sure else FindingLevel.DOUBT,
    )
    return remark(view, sentence.place, rule, said)


def _of_contradiction(view: ClauseView, sentence: Sentence, c: Contradiction, rule: Rule) -> Finding:
    said = Said(
        f"《{c.article.law}》{c.article.number}规定不得“{c.forbidden}”，本条的要求与之用语相同而方向相反，请核对。",
        {"check": "comparison", "compared": {"article": c.forbidden, "share": c.share}},
        (of_article(c.article, "conflict", view.setting.day, c.quote),),
        FindingLevel.DOUBT if c.permitted else None,
    )
    return remark(view, sentence.place, rule, said)
