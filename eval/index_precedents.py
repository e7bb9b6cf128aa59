"""Write the clauses whose governing articles are known (`index/data/precedents.npz`) again.

    python -m beishen.eval.index_precedents [--home DIR] [--out FILE]

All own clauses with a governing article take part, with the query vectors of the encoder as shipped: train it first,
then write this file, then train the ranker. The blind sets of the review (d2 and e) take no part.
"""

import argparse
import sys
from pathlib import Path

from ..index.precedents import FILE, Precedents
from ..model.encoder import Encoder
from ..model.training import examples
from ..service.settings import load
from .index_examples import CLAUSES


def made(encoder: Encoder, folder: Path = CLAUSES) -> Precedents:
    """Of all own clauses that name a governing article."""
    rows = [row for row in examples.rows(folder) if any(law.get("article") for law in row["laws"])]
    governing = [[(law["law"], law["article"]) for law in row["laws"] if law.get("article")] for row in rows]
    texts = [examples.NUMBER.sub("", row["text"]) for row in rows]
    return Precedents.of([row["id"] for row in rows], governing, encoder.encode(texts, "query"))


def main(arguments: list[str] | None = None) -> int:
    """Encode the clauses and write the file."""
    parser = argparse.ArgumentParser(prog="python -m beishen.eval.index_precedents")
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args(arguments)
    encoder = Encoder.open(options.home or load().home)
    known = made(encoder)
    known.save(options.out, encoder.id)
    sys.stdout.write(
        f"{len(known.ids)} clauses, {len(known.articles)} articles, {options.out.stat().st_size:,} bytes\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
