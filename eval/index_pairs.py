"""Write what the query layers are trained on beside own clauses and questions: texts with their articles.

    python -m beishen.eval.index_pairs --out FILE [--home DIR]

Clauses beside the rows of the review's tables and those its rules must fire on (`index_precedents`), masked citations
of the documents that are not the test (`index_mined`, read beside the project at run time, BEISHEN_SHARED), and changed
articles with those in their place (`index_versions`, but for the ones it measures). FILE holds text that is not of this
project: it stays out of the repository. `beishen train encoder --pairs FILE` reads it.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..service.settings import load
from .cases import shared_folder
from .index_mined import mine
from .index_precedents import rules, tables
from .index_versions import MEASURED, changed

CHANGED = 1000
Named = tuple[tuple[str, str], ...]


def pairs(shared: Path, laws: LawStore) -> Iterator[tuple[str, Named]]:
    """Text and governing articles of every pair, in a stable order."""
    for known in (*tables(), *rules()):
        if known.governing:
            yield known.text, known.governing
    for pair in mine(shared, laws):
        if not pair.test:
            yield pair.query.text, _named(laws, pair.gold)
    for one in changed(laws, MEASURED + CHANGED)[MEASURED:]:
        yield one.query.text, _named(laws, one.gold)


def _named(laws: LawStore, keys: frozenset[str]) -> Named:
    return tuple((article.law, article.number) for article in laws.get(sorted(keys)))


def main(arguments: list[str] | None = None) -> int:
    """Write the file; the line printed says how many pairs it has."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    shared = shared_folder()
    with open_default(options.home or load().home) as laws:
        found = dict(pairs(shared, laws))
    lines = [
        json.dumps(
            {"text": text, "laws": [{"law": law, "article": number} for law, number in named]}, ensure_ascii=False
        )
        for text, named in found.items()
    ]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write(f"{len(lines)} pairs\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
