"""Does the index put the governing article among the first? Lexical, dense and fused, side by side.

    python -m beishen.eval.index_retrieval [--home DIR] [--each] [--weights FILE|none] [--own FILE]

`--weights` measures other query layers than the shipped ones, `none` the encoder as it came; `--own` measures the
faulty clauses of a file of own clauses instead, with the titles of their documents: fair only where they are no known
clauses (the blind set f).

Two sets beside the project (BEISHEN_SHARED): STARD's lay questions, and the violating clauses of `cases/pairs.jsonl`
with the scope of their issuer. `held` are the STARD questions that training never saw (fold 0). A question counts only
when all its articles are in the store on the day; what was skipped is printed. The clause alone is the query, without
its number; `titled` has the document's title beside it. R@k of a query is the share of its gold articles among the
first k (a query with two reaches 0.5 at k 1), any@k whether there is one among them.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..corpora.text import Instrument, Level, Region
from ..index.search import Hit, Index, Query, Scope, scope
from ..model.encoder import WEIGHTS, Encoder
from ..model.training import examples
from ..service.settings import load
from .cases import DAY, shared_folder

STARD_DAY = date(2024, 6, 1)
DEPTH = 100
CUTS = (1, 5, 10, 100)
Key = Callable[[Hit], float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A query and the keys of its gold articles."""

    id: str
    query: Query
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    asked: Asked
    order: tuple[str, ...]

    def recall(self, cut: int) -> float:
        return len(self.asked.gold & set(self.order[:cut])) / len(self.asked.gold)


def article_key(laws: LawStore, name: str, number: str, day: date) -> str | None:
    """Key of the article in the version in force on the day, None when the store lacks it."""
    version = laws.version_on(name, day)
    found = laws.article_of(version, number) if version is not None else None
    return found.key if found is not None else None


def stard(shared: Path, laws: LawStore) -> tuple[list[Asked], int]:
    """Questions whose articles are all in the store, and how many there are in all."""
    asked = []
    entries = json.loads((shared / "bench" / "stard" / "queries.json").read_text("utf-8"))
    for entry in entries:
        names = [examples.NAMED.match(name.strip()) for name in entry["match_name"]]
        keys = [article_key(laws, m.group(1), m.group(2), STARD_DAY) if m else None for m in names]
        if keys and all(keys):
            query = Query(entry["问题"], STARD_DAY, None, (), DEPTH)
            asked.append(Asked(str(entry["query_id"]), query, frozenset(key for key in keys if key)))
    return asked, len(entries)


def pairs(shared: Path, laws: LawStore, titled: bool) -> tuple[list[Asked], int]:
    """Violating clauses with at least one governing article in the store, and how many there are in all.

    `titled` gives the title of the document to the query, as a review does.
    """
    asked = []
    lines = (shared / "cases" / "pairs.jsonl").read_text("utf-8").splitlines()
    entries = [json.loads(line) for line in lines if line.strip()]
    for entry in entries:
        named = [article_key(laws, law["law"], law["article"], DAY) for law in entry["laws"] if law.get("article")]
        gold = frozenset(key for key in named if key)
        if gold:
            text, title = examples.NUMBER.sub("", entry["violating"]), entry["doc_title"] if titled else ""
            asked.append(Asked(entry["id"], Query(text, DAY, _scope(entry["issuer_level"]), (), DEPTH, title), gold))
    return asked, len(entries)


def own(path: Path, laws: LawStore) -> tuple[list[Asked], int]:
    """Faulty clauses of a file with at least one governing article in the store, and how many faulty ones it has."""
    asked = []
    rows = [row for row in examples.rows(path.parent, (path.name,)) if row["faulty"]]
    for row in rows:
        named = [(law["law"], law["article"]) for law in row["laws"] if law.get("article")]
        above = scope(Instrument(row["instrument"]), Level(row["level"]), Region())
        query = Query(examples.NUMBER.sub("", row["text"]), DAY, above, (), DEPTH, row["title"])
        if gold := frozenset(examples.keys(laws, named, DAY)):
            asked.append(Asked(row["id"], query, gold))
    return asked, len(rows)


def held(shared: Path, laws: LawStore) -> list[tuple[str, list[Asked], int]]:
    """What training holds out: STARD's fold 0. Own clauses are known clauses of the search (`index/precedents.py`):
    `index_ranker` measures them, where a clause may not speak for itself."""
    found = examples.questions(shared / "bench" / "stard" / "queries.json", laws)
    rows = [(f"held-{at}", row) for at, row in enumerate(found) if row.part == "question"]
    asked = [Asked(id_, Query(row.text, row.day, None, (), DEPTH), frozenset(row.gold)) for id_, row in rows]
    return [("held", asked, len(asked))] if asked else []


def _scope(level: str) -> Scope:
    """Scope of an invented issuer: its level or instrument is given, its region does not exist."""
    instruments = {item.value: item for item in Instrument}
    levels = {item.value: item for item in Level}
    instrument = instruments.get(level, Instrument.NORMATIVE)
    return scope(instrument, levels.get(level, Level.OTHER), Region())


def answer(index: Index, asked: Sequence[Asked], vectors: np.ndarray, key: Key) -> list[Answered]:
    """The hits of every query ordered by one of their ranks, hits without it left out."""
    found = index.search_many([item.query for item in asked], vectors)
    answered = []
    for item, hits in zip(asked, found, strict=True):
        ranked = sorted((hit for hit in hits if key(hit) is not None), key=lambda hit: (key(hit), hit.article.key))
        answered.append(Answered(item, tuple(hit.article.key for hit in ranked)))
    return answered


WAYS: dict[str, Key] = {
    "lexical": lambda hit: hit.lexical_rank,
    "dense": lambda hit: hit.dense_rank,
    "fused": lambda hit: -hit.fused,
    "ranked": lambda hit: -hit.score,
}


def line(name: str, way: str, answered: Sequence[Answered], total: int) -> str:
    scores = "  ".join(f"R@{cut} {sum(a.recall(cut) for a in answered) / len(answered):.3f}" for cut in CUTS)
    mrr = sum(_reciprocal(a) for a in answered) / len(answered)
    anyone = "  ".join(f"any@{cut} {sum(a.recall(cut) > 0 for a in answered) / len(answered):.3f}" for cut in CUTS[:2])
    return f"{name:8} {way:8} n={len(answered)} of {total}  {scores}  {anyone}  MRR@10 {mrr:.3f}\n"


def _reciprocal(answered: Answered) -> float:
    places = [at for at, key in enumerate(answered.order[:10], 1) if key in answered.asked.gold]
    return 1 / places[0] if places else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Print the table; `--each` prints the best place of a gold article for every query too."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--weights", default=str(WEIGHTS))
    parser.add_argument("--own", type=Path, default=None)
    options = parser.parse_args(arguments)
    home = options.home or load().home
    with open_default(home) as laws:
        encoder = Encoder.open(home, tower=None if options.weights == "none" else Path(options.weights))
        index = Index.open(home, laws, encoder)
        for row in _sets(shared_folder(), laws) if options.own is None else [("own", *own(options.own, laws))]:
            _measure(index, encoder, row, options.each)
    return 0


def _sets(shared: Path, laws: LawStore) -> list[tuple[str, list[Asked], int]]:
    """The sets beside the project."""
    shared_pairs = [(name, *pairs(shared, laws, name == "titled")) for name in ("pairs", "titled")]
    return [("stard", *stard(shared, laws)), *shared_pairs, *held(shared, laws)]


def _measure(index: Index, encoder: Encoder, named: tuple[str, list[Asked], int], each: bool) -> None:
    name, asked, total = named
    vectors = encoder.encode([item.query.text for item in asked], "query")
    for way, key in WAYS.items():
        start = time.monotonic()
        answered = answer(index, asked, vectors, key)
        spent = (time.monotonic() - start) / len(asked) * 1000
        sys.stdout.write(line(name, way, answered, total).rstrip() + f"  {spent:.1f} ms\n")
        for item in answered if each and way == "ranked" else ():
            places = [at for at, found in enumerate(item.order, 1) if found in item.asked.gold]
            sys.stdout.write(f"  {item.asked.id}\t{places[0] if places else '-'}\n")


if __name__ == "__main__":
    raise SystemExit(main())
