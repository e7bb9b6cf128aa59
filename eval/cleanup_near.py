"""How long the set as a whole takes: near-duplicates, succession, lists, contradictions over many documents.

    python -m beishen.eval.cleanup_near [--count 10000] [--seed 8]

Cards are made without a review (texts of the generated set, read and signed). Signing, which the workers do for each
document, and the search are timed apart; the limit is on processor time: on a shared machine the wall says little.
"""

import argparse
import base64
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from ..corpora.errors import InputError
from ..corpora.intake import read
from ..corpora.laws.default import open_default
from ..corpora.readers.formats import accept
from ..index.near import signature
from ..review.cleanup.card import Card
from ..review.cleanup.facts import card_of
from ..review.cleanup.propose import propose
from ..review.cleanup.shelf import shelve
from ..service.cli.terminal import write
from ..service.settings import load
from .cases import DAY, shared_folder
from .cleanup_set import generate

LIMIT = 60.0


def cards(folder: Path, count: int, real: int) -> tuple[list[Card], tuple[float, float]]:
    """Cards of `count` documents: `real` of them read, the others the same with a number and text of their own."""
    found: list[Card] = []
    texts: list[str] = []
    for path in sorted(folder.iterdir())[:real]:
        try:
            document = read(accept(path.name, path.read_bytes()))
        except InputError:
            continue
        found.append(card_of(document, (), (), ()))
        texts.append(document.text)
    wall = cpu = 0.0
    base = len(found)
    for at in range(base, count):
        card, text = found[at % base], texts[at % base]
        # Every copy differs from the others in a tenth of its text: near, yet not the same.
        cut = (at * 7919) % max(len(text) * 9 // 10, 1)
        own = text[:cut] + text[cut + len(text) // 10 :] + str(at)
        begin, used = time.perf_counter(), time.process_time()
        sign = base64.b85encode(signature(own)).decode()
        wall += time.perf_counter() - begin
        cpu += time.process_time() - used
        number = card.number.replace("号", f"{at}号") if card.number else ""
        found.append(replace(card, file=f"{at:06d}.txt", sha256=str(at), number=number, sign=sign))
    return found, (wall, cpu)


def main() -> int:
    """Time the search and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cleanup-") as place, open_default(load().home) as store:
        generate(Path(place), 1400, given.seed, store, shared_folder())
        held, signing = cards(Path(place) / "set", given.count, 1400)
    begin, cpu = time.perf_counter(), time.process_time()
    whole = shelve(held)
    search = (time.perf_counter() - begin, time.process_time() - cpu)
    made = propose(whole, DAY)
    total = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = f"superseded {len(whole.later)}, orders met {len(whole.spoken)}, twins {len(whole.twins)}"
    write(f"documents {len(held)}; {found}")
    write(f"signing: wall {signing[0]:.1f} s, processor {signing[1]:.1f} s")
    write(f"search: wall {search[0]:.1f} s, processor {search[1]:.1f} s (limit {LIMIT:.0f} s for both)")
    write(f"with {len(made)} proposals {total:.1f} s, peak {peak:.0f} MB")
    return 0 if signing[1] + search[1] <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
