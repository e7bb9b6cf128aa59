"""What fine-tuning and each kind of training pair give the relation model: the same run without them.

    python -m beishen.eval.models_ablations [--home DIR] [--out DIR] [--minutes N] [--only NAME ...]

Each variant is trained for at most `--minutes`, with the same seed, plan and validation pairs, calibrated, and measured
as it runs on the same test pairs. A variant that was cut off goes on when the command is run again.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..corpora.laws.default import open_default
from ..model.relation import Relation
from ..model.training import relation_job
from ..model.training.pairs import TEST, TRAIN, Pair, Shelf
from ..model.training.relation import Plan, Reader, Run
from ..service.settings import load
from .cases import CLAUSES, say
from .models_relation import SEED

# Variant -> origins of training pairs left out, epochs.
VARIANTS = {
    "whole": ((), Plan().epochs),
    "without fine-tuning": ((), 0),
    "without edited articles": (("generated",), Plan().epochs),
    "without own clauses": (("own",), Plan().epochs),
}


def _silent(_done: int, _total: int) -> None:
    """Where nobody watches."""


def without(pairs: Sequence[Pair], origins: Sequence[str]) -> list[Pair]:
    """The pairs without training pairs of some origins; what validates and tests stays."""
    return [pair for pair in pairs if pair.part != TRAIN or pair.origin not in origins]


def variant(reader: Reader, pairs: Sequence[Pair], epochs: int, out: Path, minutes: float) -> dict[str, float] | None:
    """Scores on the test pairs of a model trained on `pairs`; None where the time did not suffice."""
    source = relation_job.source_of(None)
    run = Run(reader, pairs, replace(Plan(), seed=SEED, first=relation_job.depth(source), epochs=epochs), out)
    if not run.train(minutes, say, _silent):
        return None
    path = relation_job.finish(run, source, None, reader.threads, _silent)
    held = [pair for pair in pairs if pair.part == TEST]
    return relation_job.measured(
        held, relation_job.scored(Relation.open(out, reader.threads, None, path), held, _silent)
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--out", type=Path, default=Path("out/models_ablations"))
    parser.add_argument("--minutes", type=float, default=15, help="for each variant")
    parser.add_argument("--only", nargs="+", choices=list(VARIANTS), default=list(VARIANTS))
    options = parser.parse_args(arguments)
    settings = load()
    source = relation_job.source_of(None)
    with open_default(options.home or settings.home) as laws:
        pairs = relation_job.collect(Shelf(laws), CLAUSES, SEED)
    reader = Reader(source, replace(Plan(), first=relation_job.depth(source)), settings.threads)
    for name in options.only:
        origins, epochs = VARIANTS[name]
        out = options.out / name.replace(" ", "-")
        table = variant(reader, without(pairs, origins), epochs, out, options.minutes)
        say(f"{name}: " + ("cut off" if table is None else "  ".join(f"{k} {v:.3f}" for k, v in table.items())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
