"""How much memory do both models take together?

    python -m beishen.eval.models_memory [--home DIR] [--clauses N]

One process opens the encoder with the clause classifier and the relation model, labels N own clauses and compares each
with the next. Printed is the most memory that the process held (resident, as the system counts it), and what it held
before any model was opened. The graphs are made beforehand: a conversion takes more.
"""

import argparse
import json
import resource
import sys
from pathlib import Path

from ..model.clause import ClauseModel
from ..model.encoder import Encoder
from ..model.relation import Claim, Relation
from ..service.settings import load
from .models_clause import CLAUSES


def peak() -> int:
    """The most resident memory so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(given: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--clauses", type=int, default=200)
    asked = parser.parse_args(given)
    settings = load()
    home = asked.home or settings.home
    rows = [json.loads(line) for line in (CLAUSES / "a.jsonl").read_text("utf-8").splitlines()]
    texts = [str(row["text"]) for row in rows[: asked.clauses]]
    before = peak()
    labels = ClauseModel.open(Encoder.open(home, settings.threads)).read(texts)[1]
    both = Relation.open(home, settings.threads)
    scores = both.score([Claim(text) for text in texts[:-1]], texts[1:])
    sys.stdout.write(
        f"{len(labels)} clauses labelled, {len(scores)} pairs compared: peak {peak()} MB, {before} MB before\n"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
