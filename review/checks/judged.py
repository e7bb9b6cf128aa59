"""The judge's second opinion: a doubt where no rule speaks, beside the closest articles; never a conflict.

Read are clauses of normative documents that lay a burden or fix something, that stand beside some article, and that no
rule has flagged. A clause that says what an article says, its numbers included, stays quiet, and so does a
discretion benchmark.
"""

import re
from collections.abc import Callable, Sequence

from ...corpora.quantities import quantities
from ...corpora.text import Article, DocumentKind, Rank
from ...model.judge import CITED, NEAR, Judge, Matter, Verdict
from ..cite import of_article
from ..finding import Finding, FindingLevel
from ..remark import Said, remark
from ..standard import Rule, Standard
from ..support import RESTATED
from ..view import ClauseView
from ..words import share
from .relation import BURDEN, OWN_NUMBER

RULE = "judge.model"
ROLES = ("provision", "definition")
SHORTEST, LONGEST = 13, 600
FLAGS = (FindingLevel.CONFLICT, FindingLevel.DOUBT)
NAMES = {
    "permit": "变相设定许可",
    "penalty": "处罚的设定或者幅度",
    "coercion": "强制措施的设定",
    "fee": "收费或者征收",
    "duty": "增加义务",
    "right": "减损权利",
    "authority": "职权或者职责分工",
    "proof": "增设证明、材料",
    "condition": "增设条件",
    "competition": "公平竞争",
    "deadline": "期限",
    "amount": "幅度、数额",
    "scope": "范围、对象",
    "concept": "概念、定义",
    "procedure": "程序",
    "retroactive": "溯及既往",
}
_BENCHMARK = re.compile(r"裁量")


def check(
    views: Sequence[ClauseView], judge: Callable[[], Judge], standard: Standard, found: Sequence[Finding]
) -> tuple[Finding, ...]:
    """Doubts on clauses without a flag among `found`, in order of place; `judge` is opened when one is read."""
    flagged = {finding.clause for finding in found if finding.level in FLAGS}
    told = [_told(view, judge(), standard.rule(RULE)) for view in views if view.clause.id not in flagged and read(view)]
    return tuple(finding for finding in told if finding is not None)


def read(view: ClauseView) -> bool:
    """Is the clause one that the judge was trained for and may speak on?"""
    document = view.setting.document
    if document.kind.value is not DocumentKind.NORMATIVE or view.clause.role not in ROLES:
        return False
    text = words(view)
    if not SHORTEST <= len(text) <= LONGEST or not BURDEN.search(text) or _BENCHMARK.search(view.setting.title):
        return False
    near = articles(view)
    return bool(near) and not any(_says(text, article) for article in near)


def words(view: ClauseView) -> str:
    """The clause without its own number."""
    return OWN_NUMBER.sub("", view.text, count=1).strip()


def matter(view: ClauseView) -> Matter:
    """What the judge reads of a clause."""
    return Matter(
        words(view),
        tuple(article.text for article in _cited(view)),
        tuple(article.text for article in _found(view)),
        view.setting.level.value,
        view.setting.instrument.value,
    )


def articles(view: ClauseView) -> tuple[Article, ...]:
    """The articles read beside the clause, each once: cited ones, then the first ones of the search."""
    return tuple({article.key: article for article in (*_cited(view), *_found(view))}.values())


def _cited(view: ClauseView) -> tuple[Article, ...]:
    return tuple(article for found in view.cited for article in found.articles)[:CITED]


def _found(view: ClauseView) -> tuple[Article, ...]:
    return tuple(hit.article for hit in view.hits if hit.article.rank is not Rank.JUDICIAL)[:NEAR]


def _says(text: str, article: Article) -> bool:
    """Does the article say what the clause says, with every number of the clause?"""
    if share(text, article.text) < RESTATED:
        return False
    theirs = {(q.dimension, q.low, q.high) for q in quantities(article.text)}
    return all((q.dimension, q.low, q.high) in theirs for q in quantities(text))


def _told(view: ClauseView, judge: Judge, rule: Rule) -> Finding | None:
    verdict = judge.verdict(matter(view))
    return _finding(view, verdict, rule) if verdict.score >= judge.facts.threshold else None


def _finding(view: ClauseView, verdict: Verdict, rule: Rule) -> Finding:
    text = words(view)
    near = sorted(articles(view), key=lambda article: -share(text, article.text))
    first = near[0]
    name = NAMES.get(verdict.kind, "内容")
    chance = round(verdict.probability, 2)
    said = Said(
        f"模型比对：将本条与检索到的《{first.law}》{first.number}等 {len(near)} 条上位法规定比对，"
        f"用语以及与条文的数字、字词差别和训练用的问题条款相近，可能存在{name}方面的问题；"
        "没有规则直接认定，请核对。",
        {
            "check": "comparison",
            "model": "judge",
            "kind": verdict.kind,
            "score": round(verdict.score, 3),
            "probability": chance,
            "articles": [{"law": a.law, "article": a.number, "share": round(share(text, a.text), 3)} for a in near],
        },
        tuple(of_article(article, "standard", view.setting.day, about=text) for article in near[:NEAR]),
        types=(verdict.kind,),
        confidence=chance,
    )
    return remark(view, view.clause.span, rule, said)
