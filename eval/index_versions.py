"""Does an article that was changed lead to the article that stands in its place now?

    python -m beishen.eval.index_versions [--home DIR] [--most N]

Queries are articles of the store that are no longer in force and whose law has a like one today, of other words: the
current article of that law that shares most strings of two characters (Jaccard from 0.3 to below 0.95) is the gold.
The pairs drawn after those measured by default train the query layers (`index_pairs`); the lists know only what is in
force on the day.
"""

import argparse
import random
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..index.search import Index, Query
from ..index.wording import strings
from ..model.encoder import Encoder
from ..service.settings import load
from .index_retrieval import WAYS, Asked, answer, line

DAY = date(2026, 11, 23)
SEED, LEAST, MOST, LONGEST = 17, 0.3, 0.95, 400
# How many are measured; those drawn after them may be trained on.
MEASURED = 200


def changed(laws: LawStore, most: int) -> list[Asked]:
    """At most so many changed articles, drawn by the seed, each with the one in its place."""
    current: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    old = []
    for article in laws.articles():
        if article.in_force(DAY):
            current[article.law].append((article.key, frozenset(strings(article.text))))
        elif article.end is not None and article.end <= DAY:
            old.append(article)
    random.Random(SEED).shuffle(old)
    found: list[Asked] = []
    for article in old:
        own = frozenset(strings(article.text))
        alike = [(len(own & other) / max(1, len(own | other)), key) for key, other in current[article.law]]
        share, key = max(alike, default=(0.0, ""))
        if LEAST <= share < MOST and len(found) < most:
            found.append(Asked(article.key, Query(article.text[:LONGEST], DAY, None, (), 100), frozenset({key})))
    return found


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each way to order."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--most", type=int, default=MEASURED)
    options = parser.parse_args(arguments)
    home = options.home or load().home
    with open_default(home) as laws:
        asked = changed(laws, options.most)
        encoder = Encoder.open(home)
        index = Index.open(home, laws, encoder)
        vectors = encoder.encode([one.query.text for one in asked], "query")
        for way, key in WAYS.items():
            sys.stdout.write(line("changed", way, answer(index, asked, vectors, key), len(asked)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
