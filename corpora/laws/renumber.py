"""Find an article again in another version of its law, or in the code that replaced it, by its wording."""

import re
from collections import Counter
from collections.abc import Iterable

from ..text import Article

SAME = 0.55
_NOISE = re.compile(r"[\W_]+")


def renumbered(article: Article, others: Iterable[Article]) -> Article | None:
    """The article of another version that carries the matter of `article`, or None.

    Likeness is the Dice coefficient of character bigrams, at least 0.55; at equal likeness the same number, then the
    printed order decides. `others` are all articles of the other version (`LawStore.articles_of`).
    """
    wanted = _bigrams(article.text)
    best: tuple[float, bool] = (SAME, False)
    found = None
    for other in others:
        score = (dice(wanted, _bigrams(other.text)), other.number == article.number)
        if score > best or (found is None and score[0] >= SAME):
            best, found = score, other
    return found


def dice(one: Counter[str], two: Counter[str]) -> float:
    """Share of bigrams two texts have in common, 0 to 1."""
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def _bigrams(text: str) -> Counter[str]:
    plain = _NOISE.sub("", text)
    return Counter(plain[i : i + 2] for i in range(len(plain) - 1))
