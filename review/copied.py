"""How much of a document repeats superior law, and which article each such clause repeats.

Counted in runs of eight letters (blanks, punctuation and numbers of clauses left out) that a clause shares with one
provision. A clause counts as copied from the share `COPIED` on; the document's share weighs clauses by their letters.
"""

from collections.abc import Iterable, Iterator

from ..corpora.text import Article, Rank
from .finding import Copied, CopiedClause
from .fingerprint import plain_words
from .view import ClauseView

RUN, COPIED, FEWEST, _MOST = 8, 0.6, 20, 8


def copied(views: Iterable[ClauseView]) -> Copied:
    """The share of copied letters over all provisions judged, and the copied clauses in order."""
    said: dict[str, str] = {}
    total = taken = 0.0
    found: list[CopiedClause] = []
    for view in views:
        words = plain_words(view.text)
        if len(words) < FEWEST or view.clause.role != "provision":
            continue
        total += len(words)
        best = max(_shares(view, words, said), key=lambda pair: pair[0], default=None)
        if best is not None and best[0] >= COPIED:
            share, article = best
            taken += share * len(words)
            found.append(CopiedClause(view.clause.id, article.law, article.number, article.version, round(share, 3)))
    return Copied(round(taken / total, 4) if total else 0.0, tuple(found))


def _shares(view: ClauseView, words: str, said: dict[str, str]) -> Iterator[tuple[float, Article]]:
    """Share of the clause's letters inside runs that a provision has too, per provision found or cited."""
    near = [hit.article for hit in view.hits[:_MOST] if hit.article.rank is not Rank.JUDICIAL]
    cited = [article for found in view.cited for article in found.articles]
    for article in {article.key: article for article in (*cited, *near)}.values():
        if article.key not in said:
            said[article.key] = plain_words(article.text)
        yield _covered(words, said[article.key]), article


def _covered(words: str, article: str) -> float:
    """Share of letters that lie in a shared run."""
    covered = end = 0
    for start in range(len(words) - RUN + 1):
        if words[start : start + RUN] in article:
            covered += start + RUN - max(end, start)
            end = start + RUN
    return covered / len(words)
