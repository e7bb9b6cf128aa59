"""What the legal dictionary (law names, organs, defined terms of the store) does for the search: with and without it.

    python -m beishen.eval.index_dictionary [--home DIR]

Without it the store is cut with jieba's own words alone. Printed are the lexical list and the whole search on every
set of `index_retrieval`; everything but the words is the same.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from ..corpora.laws.default import open_default
from ..corpora.text import Article
from ..index import precedents, ranker, tokens
from ..index.lexical import Lexical
from ..index.search import Index
from ..index.store import Identity, Parts, open_parts, refresh
from ..model.encoder import Encoder
from ..service.settings import load
from .cases import shared_folder
from .index_retrieval import WAYS, answer, held, line, pairs, stard


def without(parts: Parts, articles: list[Article]) -> Parts:
    """The same index with words of jieba's dictionary alone."""
    cutter, cut = tokens.prepare(articles, own=False)
    return replace(parts, cutter=cutter, lexical=Lexical.build(cut.lists()))


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each set, list and dictionary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    options = parser.parse_args(arguments)
    shared = shared_folder()
    home = options.home or load().home
    with open_default(home) as laws:
        encoder, folder = Encoder.open(home), home / "cache" / "index"
        refresh(folder, laws, encoder, home)
        whole = open_parts(folder, Identity.of(laws, encoder))
        plain = without(whole, sorted(laws.articles(), key=lambda article: article.key))
        sys.stdout.write(f"words: {_words(whole)} with the legal dictionary, {_words(plain)} without\n")
        sets = [("stard", *stard(shared, laws)), ("pairs", *pairs(shared, laws, False)), *held(shared, laws)]
        for name, asked, total in sets:
            vectors = encoder.encode([item.query.text for item in asked], "query")
            for words, parts in (("with", whole), ("without", plain)):
                index = Index(parts, laws, encoder, ranker.shipped(), precedents.shipped(encoder.id))
                for way in ("lexical", "ranked"):
                    found = line(name, way, answer(index, asked, vectors, WAYS[way]), total)
                    sys.stdout.write(f"{words:8}{found}")
    return 0


def _words(parts: Parts) -> int:
    return parts.cutter.dictionary.count("\n")


if __name__ == "__main__":
    raise SystemExit(main())
