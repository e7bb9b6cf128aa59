"""Train the ranker and print its worth: before and after on every held-out set and the shared pairs, in one run.

    python -m beishen.eval.index_ranker [--home DIR] [--features FILE.npz] [--out DIR] [--folds]

Training queries: masked citations of seven documents of ten, own clauses and STARD questions that the encoder was
trained on, these once with their trained vectors and once with those of the encoder as it came, at half the weight
each: trained vectors alone are kinder than those of a new text. Questions have trees of their own. Held out: masked
citations of the other documents, own clauses of whole laws and of pairs, STARD fold 0, and, never trained on, the
shared pairs. `--features` keeps the features of all candidates in a file and reads them from there when it exists;
`--out` writes `ranker.json` there (default: only the table). `--folds` also trains five rankers, each without a fifth
of the groups, and prints what each says of its own fifth. Of STARD's questions only fold 0 was kept from the query
layers; over all five folds training and test are apart only with the encoder as it came (`plain`).
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..corpora.laws.default import open_default
from ..index import precedents
from ..index.features import NAMES
from ..index.ranker import Ranker, Tree
from ..index.search import Index
from ..index.store import Identity, open_parts, refresh
from ..model.encoder import Encoder
from ..model.training.examples import share
from ..model.training.ranker import Listed, Plan, fit
from ..service.settings import load
from . import index_examples, index_precedents
from .cases import shared_folder
from .index_examples import Example

# Kinds that are trained on; weight of the two lists' own score beside the trees, chosen on the held-out sets.
CLAUSES, QUESTIONS = ("mined", "own"), ("stard",)
KINDS = (*CLAUSES, *QUESTIONS)
FUSED = 0.3
# A cited article need not govern. Each of two views of a query counts half.
WEIGHTS, VIEW = {"mined": 0.4}, 0.5
# Two thirds of the default's trees, each of more weight: as good on the folds, and faster.
PLAN = Plan(trees=120, rate=0.1)
FOLDS = 5
# Mark of the id of a view with the encoder as it came.
PLAIN = "*"
SCHEMA = 1
CUTS, ANY = (1, 5, 10), (1, 5)
Floats = npt.NDArray[np.float64]
Score = Callable[["Judged"], Floats]


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with the features of its candidates, which of them govern it, and how many articles do in all.

    A `weight` below 1 is one of two views of a query that the encoder was trained on; the view with the encoder as it
    came has an id that ends in `*`.
    """

    id: str
    kind: str
    group: str
    held: str
    gold: int
    weight: float
    features: npt.NDArray[np.float32] = field(repr=False)
    right: npt.NDArray[np.bool_] = field(repr=False)
    fused: Floats = field(repr=False)

    @property
    def fold(self) -> int:
        return share(f"{self.kind}:{self.group}", index_examples.SEED) % FOLDS


def judged(home: Path, shared: Path) -> list[Judged]:
    """Features of all examples over the store under `home`."""
    with open_default(home) as laws:
        encoder = Encoder.open(home)
        folder, identity = home / "cache" / "index", Identity.of(laws, encoder)
        refresh(folder, laws, encoder, home)
        parts = open_parts(folder, identity)
        examples = index_examples.everything(shared, laws)
        seen = [replace(one, id=f"{one.id}{PLAIN}") for one in examples if one.seen or one.kind == "stard"]
        made = list(examined(Index(parts, laws, encoder, None, precedents.shipped(encoder.id)), encoder, examples))
        plain = Encoder.open(home, tower=None)
        made += examined(Index(parts, laws, plain, None, index_precedents.made(plain)), plain, seen)
    return [one for one in made if len(one.right)]


def examined(index: Index, encoder: Encoder, examples: Sequence[Example]) -> Iterator[Judged]:
    queries = [example.query for example in examples]
    vectors = encoder.encode([query.text for query in queries], "query")
    found = index.examine(queries, vectors, [example.without for example in examples])
    for one, (keys, features, fused) in zip(examples, found, strict=True):
        right = np.array([key in one.gold for key in keys], np.bool_)
        weight = WEIGHTS.get(one.kind, 1.0) * (VIEW if one.seen else 1.0)
        yield Judged(one.id, one.kind, one.group, one.held, len(one.gold), weight, features, right, fused)


def save(path: Path, found: Sequence[Judged]) -> None:
    """Keep the features in a file of arrays."""
    facts = [[one.id, one.kind, one.group, one.held, one.gold, one.weight, len(one.right)] for one in found]
    np.savez_compressed(
        path,
        facts=np.array(json.dumps(facts, ensure_ascii=False)),
        features=np.concatenate([one.features for one in found]),
        right=np.concatenate([one.right for one in found]),
        fused=np.concatenate([one.fused for one in found]),
    )


def read(path: Path) -> list[Judged]:
    """What `save` kept."""
    with np.load(path, allow_pickle=False) as arrays:
        parts: dict[str, Any] = {name: arrays[name] for name in ("features", "right", "fused")}
        facts = json.loads(str(arrays["facts"]))
    found, start = [], 0
    for *head, rows in facts:
        part = slice(start, start + rows)
        found.append(Judged(*head, **{name: values[part] for name, values in parts.items()}))
        start += rows
    return found


def train(lists: Sequence[Judged]) -> tuple[list[Tree], list[Tree]]:
    """Trees for the clauses and for the questions among these queries."""
    clauses, questions = (
        fit([Listed(one.features, one.right, one.fused, one.weight) for one in lists if one.kind in kinds], PLAN)
        for kinds in (CLAUSES, QUESTIONS)
    )
    return clauses, questions


def ranker(trees: tuple[list[Tree], list[Tree]]) -> Ranker:
    """The ranker of what `train` made."""
    return Ranker.of(trees[0], FUSED, Ranker.of(trees[1], FUSED))


def scored(order: Ranker, one: Judged) -> Floats:
    """What the ranker says of the candidates of a query."""
    return order.meant(one.kind in QUESTIONS).scores(one.features)


def measure(lists: Sequence[Judged], score: Score) -> str:
    """Mean recall of the governing articles, share of queries with any of them (any@), and reciprocal rank."""
    recalls: dict[int, list[float]] = {cut: [] for cut in CUTS}
    anyone: dict[int, list[bool]] = {cut: [] for cut in ANY}
    reciprocal = []
    for one in lists:
        right = one.right[np.argsort(-score(one), kind="stable")]
        for cut in CUTS:
            recalls[cut].append(float(right[:cut].sum()) / one.gold)
        for cut in ANY:
            anyone[cut].append(bool(right[:cut].any()))
        places = np.flatnonzero(right[:10])
        reciprocal.append(1 / (places[0] + 1) if len(places) else 0.0)
    held = float(np.mean([one.right.sum() / one.gold for one in lists]))
    parts = [f"R@{cut} {np.mean(values):.3f}" for cut, values in recalls.items()]
    parts += [f"any@{cut} {np.mean(values):.3f}" for cut, values in anyone.items()]
    return f"n={len(lists):4}  {'  '.join(parts)}  MRR@10 {np.mean(reciprocal):.3f}  candidates hold {held:.3f}"


def sets(found: Sequence[Judged]) -> Iterator[tuple[str, list[Judged]]]:
    """The held-out sets by name."""
    names = (
        ("own", "law"),
        ("own", "pair"),
        ("stard", "question"),
        ("mined", "test"),
        ("pairs", "all"),
        ("titled", "all"),
    )
    for kind, held in names:
        part = [one for one in found if one.kind == kind and one.held == held and not one.id.endswith(PLAIN)]
        if part:
            yield f"{kind}-{held}", part


def _table(found: Sequence[Judged], order: Ranker) -> None:
    for name, part in sets(found):
        sys.stdout.write(f"{name:15} fused   {measure(part, lambda one: one.fused)}\n")
        sys.stdout.write(f"{name:15} ranked  {measure(part, lambda one: scored(order, one))}\n")


def _folds(found: Sequence[Judged]) -> None:
    """Five rankers, each measured on the fifth of the groups that it did not see; twins of a view go together."""
    known = [one for one in found if one.kind in KINDS]
    rankers = [ranker(train([one for one in known if one.fold != at])) for at in range(FOLDS)]
    for kind in KINDS:
        for name, plain in ((kind, False), (f"{kind} plain", True)):
            part = [one for one in known if one.kind == kind and one.id.endswith(PLAIN) == plain]
            if part:
                sys.stdout.write(f"{name:15} fused   {measure(part, lambda one: one.fused)}\n")
                line = measure(part, lambda one: scored(rankers[one.fold], one))
                sys.stdout.write(f"{name:15} 5 folds {line}\n")


def main(arguments: list[str] | None = None) -> int:
    """Train, print the table, write the file where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--features", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--folds", action="store_true")
    options = parser.parse_args(arguments)
    shared = shared_folder()
    if options.features is not None and options.features.is_file():
        found = read(options.features)
    else:
        found = judged(options.home or load().home, shared)
        if options.features is not None:
            save(options.features, found)
    trees = train([one for one in found if one.kind in KINDS and not one.held])
    _table(found, ranker(trees))
    if options.folds:
        _folds(found)
    if options.out is not None:
        facts = {"schema": SCHEMA, "features": NAMES, "fused": FUSED, "trees": trees[0], "questions": trees[1]}
        (options.out / "ranker.json").write_text(json.dumps(facts, separators=(",", ":")) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
