"""Near articles of other laws by tf-idf over character bigrams: what a search shows beside the governing article."""

import math
from collections import Counter
from collections.abc import Sequence

from ...corpora.text import Article
from ..focus import bigrams, overlap

CLOSE = 0.3


class Neighbours:
    """An inverted index over the bigrams of some articles; small, built at once, no index room needed."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self.articles = articles
        self.places: dict[str, list[int]] = {}
        for at, article in enumerate(articles):
            for word in bigrams(article.text):
                self.places.setdefault(word, []).append(at)

    def beside(self, clause: str, governing: str, place: int) -> Article | None:
        """The article at `place` (from 0) of those near the clause that are not like its governing article."""
        scores: Counter[int] = Counter()
        for word in sorted(bigrams(clause)):
            rows = self.places.get(word, ())
            for at in rows:
                scores[at] += math.log(1 + len(self.articles) / len(rows))  # type: ignore[assignment]
        length = {at: math.sqrt(40 + len(self.articles[at].text)) for at in scores}
        order = sorted(scores, key=lambda at: (-scores[at] / length[at], at))[:40]
        known = bigrams(governing)
        fit = [
            self.articles[at]
            for at in order
            if overlap(self.articles[at].text, known) < CLOSE
            and overlap(clause, bigrams(self.articles[at].text)) < 2 * CLOSE
        ]
        return fit[min(place, len(fit) - 1)] if fit else None
