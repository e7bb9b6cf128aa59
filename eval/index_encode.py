"""How many passages a second the encoder reads, beside the same model in float32 with torch, in one run.

    python -m beishen.eval.index_encode [--home DIR] [--passages N] [--threads N]

The passages are articles of the store, drawn with a fixed seed. The yardstick does what sentence-transformers does:
texts sorted by length, batches of 32, padding, float32, the same number of threads. Both take turns, three times, and
the best of each counts; times of the processor stand beside those of the wall, which other programs disturb.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..corpora.laws.default import open_default
from ..index.passage import passage
from ..model.encoder import Encoder
from ..model.training import float_pass
from ..service.settings import load

SEED, TURNS = 17, 3
Spent = tuple[float, float]


def timed(call: Callable[[], object]) -> Spent:
    """Seconds of the wall and of the processor."""
    wall, own = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - wall, time.process_time() - own


def main(arguments: list[str] | None = None) -> int:
    """Print passages a second of both and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--passages", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    home = options.home or load().home
    with open_default(home) as laws:
        texts = [passage(article) for article in laws.articles()]
    texts = random.Random(SEED).sample(texts, min(options.passages, len(texts)))
    encoder, whole = Encoder.open(home, options.threads), float_pass.FloatPass(options.threads)
    encoder.encode(texts[:8], "passage")
    whole.vectors(texts[:8], "passage")
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(timed(lambda: encoder.encode(texts, "passage")))
        theirs.append(timed(lambda: whole.vectors(texts, "passage")))
    cosines = (encoder.encode(texts, "passage") * whole.vectors(texts, "passage")).sum(axis=1)
    for name, at in (("wall", 0), ("processor", 1)):
        fast, slow = (min(turn[at] for turn in turns) / len(texts) for turns in (ours, theirs))
        sys.stdout.write(
            f"{name:10} {options.threads} threads  ours {1 / fast:.1f}/s  torch float32 {1 / slow:.1f}/s  "
            f"ratio {slow / fast:.2f}\n"
        )
    sys.stdout.write(f"cosine of both vectors: mean {np.mean(cosines):.4f}, least {np.min(cosines):.4f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
