"""Citations made from the law store: the article verbatim, in force on the day, or marked as not stored."""

from datetime import date

from ..corpora.laws.store import LawStore
from ..corpora.text import Article
from .finding import Citation
from .standard import Ground

NOT_STORED = "未入库"


def of_article(article: Article, role: str, day: date, quote: str = "") -> Citation:
    """Cite a stored article; `quote` falls back on its first paragraph."""
    words = quote if quote and quote in article.text else article.text.split("\n", 1)[0]
    return Citation(
        law=article.law,
        article=article.number,
        text=article.text,
        quote=words,
        version=article.version,
        in_force=article.in_force(day),
        rank=article.rank.value,
        role=role,
    )


def of_ground(store: LawStore, ground: Ground, day: date) -> Citation:
    """Cite a rule's ground as the store has it on the day; a ground the store lacks is named, not quoted."""
    article = store.article(ground.law, ground.article, day)
    if article is not None:
        return of_article(article, ground.role, day)
    return Citation(ground.law, ground.article, "", "", "", False, NOT_STORED, ground.role, stored=False)
