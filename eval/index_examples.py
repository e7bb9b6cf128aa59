"""Queries with known governing articles, for training and measuring the ranker.

`own` are this project's clauses (model/training/clauses), `stard` lay questions and `mined` masked citations of the
material beside the project (BEISHEN_SHARED). `group` keeps together what must not be split: the governing laws of an
own clause, the question, the document. `without` are the known clauses that may not speak for it. `seen` tells texts
that the query layers were trained on: their dense scores are kinder than those of a new text.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from ..corpora.laws.store import LawStore
from ..corpora.text import Instrument, Level, Region
from ..index.scope import scope
from ..index.search import Query
from ..model.training import examples
from ..model.training.examples import share
from .cases import CLAUSES, DAY
from .index_mined import mine

SEED = 17
DEPTH = 100


@dataclass(frozen=True, slots=True)
class Example:
    """`kind` is own, stard or mined; `held` for own and stard the set the encoder held out, for mined the test."""

    id: str
    kind: str
    group: str
    query: Query
    gold: frozenset[str]
    seen: bool = False
    held: str = ""
    without: frozenset[str] = frozenset()


# Files of own clauses that take part (e stays out, f is blind), and what the ids of those begin with that the query
# layers were trained on.
FILES = ("a.jsonl", "b.jsonl", "c.jsonl", "d1.jsonl", "d2.jsonl")
TRAINED = tuple(f"{Path(name).stem}-" for name in examples.TRAINED)


def own(laws: LawStore, folder: Path = CLAUSES) -> list[Example]:
    """Own clauses with an article in the store; half of them with the title of their document."""
    found = []
    for row in examples.rows(folder, FILES):
        named = [(law["law"], law["article"]) for law in row["laws"] if law.get("article")]
        gold = frozenset(examples.keys(laws, named, DAY))
        if not gold:
            continue
        above = scope(Instrument(row["instrument"]), Level(row["level"]), Region())
        titled = share(f"ranker:{row['pair'] or row['id']}", SEED) < 50
        query = Query(examples.NUMBER.sub("", row["text"]), DAY, above, (), DEPTH, row["title"] if titled else "")
        part = examples.part(row, SEED)
        group = "|".join(sorted(law["law"] for law in row["laws"]))
        held, seen = "" if part == examples.PART else part, part == examples.PART and row["id"].startswith(TRAINED)
        twins = frozenset({row["id"], f"{row['pair']}f", f"{row['pair']}l"})
        found.append(Example(row["id"], "own", group, query, gold, seen, held, twins))
    return found


def stard(shared: Path, laws: LawStore) -> list[Example]:
    """Questions whose articles are all in the store; the encoder never saw fold 0."""
    path = shared / "bench" / "stard" / "queries.json"
    ids = {entry["问题"]: str(entry["query_id"]) for entry in json.loads(path.read_text("utf-8"))}
    found = []
    for row in examples.questions(path, laws):
        query, name = Query(row.text, row.day, None, (), DEPTH), ids[row.text]
        held = "question" if row.part == "question" else ""
        found.append(Example(f"stard-{name}", "stard", name, query, frozenset(row.gold), not held, held))
    return found


def mined(shared: Path, laws: LawStore) -> list[Example]:
    """Masked citations; half of the documents without title and basis laws."""
    found = []
    for pair in mine(shared, laws):
        query, plain = pair.query, share(f"plain:{pair.document}", SEED) < 50
        if plain:
            query = Query(query.text, query.day, query.above, (), DEPTH)
        held = "test" if pair.test else ""
        found.append(Example(pair.id, "mined", pair.document, query, pair.gold, not pair.test, held))
    return found


def pairs(shared: Path, laws: LawStore) -> list[Example]:
    """The violating clauses of the shared pairs, alone and with the title: measured, never trained on."""
    from .index_retrieval import pairs as read

    found = []
    for kind, titled in (("pairs", False), ("titled", True)):
        asked, _ = read(shared, laws, titled)
        found += [Example(one.id, kind, one.id, one.query, one.gold, held="all") for one in asked]
    return found


def everything(shared: Path, laws: LawStore) -> list[Example]:
    """All examples, trained on or not."""
    return own(laws) + stard(shared, laws) + mined(shared, laws) + pairs(shared, laws)
