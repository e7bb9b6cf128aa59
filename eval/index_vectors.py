"""Write the vectors that travel with the project again, from the default law store.

    python -m beishen.eval.index_vectors [--home DIR] [--out DIR]

Every version of every article is taken, amending decisions too. Vectors that the shipped file or the cache under
home already holds are kept; an interrupted run goes on where it stopped. Passages are encoded by the model as it
came: training the query layers (`beishen train encoder`) needs no new vectors.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from ..corpora.laws.default import open_default
from ..index.passage import passage
from ..index.vectors import DATA, write_shipped
from ..model.encoder import Encoder
from ..service.settings import load


def main(arguments: list[str] | None = None) -> int:
    """Encode what is missing and write `vectors.npz` and `vectors.json`."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args(arguments)
    home = options.home or load().home
    options.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()

    def say(done: int, total: int) -> None:
        if done % 1000 == 0 or done == total:
            sys.stderr.write(f"{done}/{total}  {done / (time.monotonic() - start):.0f}/s\n")

    with open_default(home) as laws:
        passages = [passage(article) for article in laws.articles(amending=True)]
        facts = write_shipped(passages, Encoder.open(home), home, options.out, say)
    sys.stdout.write(json.dumps(facts, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
