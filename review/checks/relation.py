"""The trained comparison: a clause beside the article closest to it, read by the relation model; a doubt at most.

Only pairs that pass a cheap gate are scored: the clause lays a burden or fixes something, and shares enough of its
words with an article that it cites or that the index puts first.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...corpora.text import Article, Rank, Span
from ...model.focus import bigrams
from ...model.relation import CONFLICTS, LABELS, Claim, Relation, RelationScore
from ..cite import of_article
from ..finding import Finding
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..view import ClauseView
from ..words import share

RULE = "compare.relation"
EVERY = LABELS
NAMES = {
    "authority": ("职权或者职责分工", "authority"),
    "scope": ("概念或者适用范围", "scope"),
    "penalty": ("处罚的种类或者幅度", "penalty"),
    "condition": ("条件或者材料", "condition"),
    "number": ("期限或者数额", "deadline"),
    "procedure": ("程序", "procedure"),
    "permission": ("允许、禁止或者权利", "right"),
}
BURDEN = re.compile(r"应当|必须|须|不得|禁止|方可|不予|罚|缴纳|收取|提供|提交|具备|日内|以上|以下|有权|可以|一律|只能")
OWN_NUMBER = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百]+条|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|\d+[.．、])\s*"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """`share` of words lets a pair through; `sure` probability and `kinds` make a doubt; at `most` so many pairs."""

    share: float = 0.2
    sure: float = 0.85
    kinds: tuple[str, ...] = CONFLICTS
    hits: int = 3
    most: int = 60


@dataclass(frozen=True, slots=True)
class Beside:
    """A clause and the article it is read beside."""

    view: ClauseView
    claim: Claim
    article: Article
    share: float


def check(
    views: Sequence[ClauseView], model: Callable[[], Relation], standard: Standard, limits: Limits = Limits()
) -> tuple[Finding, ...]:
    """Doubts of the relation model, in order of place; `model` opens it, and is called only where a pair is read."""
    pairs = beside(views, limits)
    if not pairs:
        return ()
    scores = model().score([pair.claim for pair in pairs], [pair.article.text for pair in pairs])
    rule = standard.rule(RULE)
    return tuple(
        _finding(pair, score, rule)
        for pair, score in zip(pairs, scores, strict=True)
        if score.conflict >= limits.sure and score.label in limits.kinds
    )


def beside(views: Sequence[ClauseView], limits: Limits) -> tuple[Beside, ...]:
    """The pairs worth reading, at most one per clause, in order; of too many those that share most."""
    found = [pair for view in views if (pair := _closest(view, limits)) is not None]
    kept = sorted(range(len(found)), key=lambda at: (-found[at].share, at))[: limits.most]
    return tuple(found[at] for at in sorted(kept))


def _closest(view: ClauseView, limits: Limits) -> Beside | None:
    text = OWN_NUMBER.sub("", view.text, count=1).strip()
    if not text or not BURDEN.search(text):
        return None
    cited = [article for found in view.cited for article in found.articles]
    near = [hit.article for hit in view.hits[: limits.hits] if hit.article.rank is not Rank.JUDICIAL]
    marks = {article.key: (share(text, article.text), article) for article in (*cited, *near)}
    best = max(marks.values(), key=lambda mark: (mark[0], mark[1].key), default=None)
    if best is None or best[0] < limits.share:
        return None
    organ = view.setting.document.issuer
    claim = Claim(text, organ.name if organ else "", view.setting.level.value, view.setting.instrument.value)
    return Beside(view, claim, best[1], best[0])


def _finding(pair: Beside, score: RelationScore, rule: Rule) -> Finding:
    view, article = pair.view, pair.article
    name, kind = NAMES[score.kind]
    at = view.text.find(score.clause)
    start = view.clause.span.start + max(0, at)
    span = Span(start, start + len(score.clause)) if at >= 0 else view.clause.span
    quote = _nearest(score.clause, article.text)
    said = Said(
        f"将本条与《{article.law}》{article.number}“{quote}”比对，二者在{name}上可能不一致，请核对。",
        {
            "check": "comparison",
            "compared": {"clause": score.clause, "article": score.article},
            "model": "relation",
            "kind": score.kind,
            "probability": round(score.conflict, 3),
            "share": round(pair.share, 3),
        },
        (of_article(article, "conflict", view.setting.day, quote),),
        types=(kind,),
        confidence=round(min(rule.data.confidence, score.conflict), 2),
    )
    return remark(view, span, rule, said)


def _nearest(clause: str, article: str) -> str:
    """The sentence of the article that shares most with the clause, verbatim."""
    wanted = bigrams(clause)
    pieces = [piece.strip() for piece in re.findall(r"[^。；\n]+[。；]?", article) if piece.strip()]
    return str(max(pieces, key=lambda piece: len(wanted & bigrams(piece)) / (8 + len(piece)) ** 0.5))
