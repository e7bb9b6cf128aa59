"""Citations made from the law store: the article verbatim, in force on the day, or marked as not stored."""

from datetime import date
from functools import lru_cache

from ..corpora.laws.store import LawStore
from ..corpora.text import Article
from .finding import Citation
from .standard import Ground
from .words import pairs

NOT_STORED = "未入库"


def of_article(article: Article, role: str, day: date, quote: str = "", about: str = "") -> Citation:
    """Cite a stored article; without a `quote`, the paragraph that shares most words with what it is cited for."""
    words = quote if quote and quote in article.text else _paragraph(article.text, about)
    return Citation(
        law=article.law,
        article=article.number,
        text=article.text,
        quote=words,
        version=article.version,
        in_force=article.in_force(day),
        rank=article.rank.value,
        role=role,
        since=article.start.isoformat() if article.start else "",
    )


def _paragraph(text: str, about: str) -> str:
    """The paragraph (款) whose words `about` shares most, long ones not favoured; the first when none does."""
    wanted = pairs(about)
    return max(text.split("\n"), key=lambda part: len(wanted & pairs(part)) / (8 + len(pairs(part))))


@lru_cache(maxsize=512)  # the same few grounds again and again, of a store that is only read
def _article(store: LawStore, law: str, number: str, day: date) -> Article | None:
    return store.article(law, number, day)


def of_ground(store: LawStore, ground: Ground, day: date, about: str = "") -> Citation:
    """Cite a rule's ground as the store has it on the day; a ground the store lacks is named, not quoted."""
    article = _article(store, ground.law, ground.article, day)
    if article is not None:
        return of_article(article, ground.role, day, about=about)
    return Citation(ground.law, ground.article, "", "", "", False, NOT_STORED, ground.role, stored=False)
