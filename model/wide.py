"""Words of a clause and its article as a sparse bag, and linear experts over it.

A pair of characters counts apart by whether the other text has it too: what a clause adds, what it repeats, what it
leaves out. The bag is hashed, so that no vocabulary travels with the weights. One expert is fitted on own clauses, one
on edited articles; their logits are facts for the head (`training/wide.py` fits them).
"""

import zlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]

BUCKETS = 1 << 15
EXPERTS = ("own", "made")
SCALE = 0.3
# Where `marks.features` has the share of the clause's words that the article has too.
CLOSENESS = 10


def bag(clause: str, article: str) -> Places:
    """Hashed places, int32, each once and in order: pairs of characters added, repeated, left out; single ones."""
    mine, theirs = _pairs(clause), _pairs(article)
    words = {f"{'+' if word not in theirs else '='}{word}" for word in mine}
    words |= {f"-{word}" for word in theirs - mine}
    words |= {f"{'=' if character in article else '+'}{character}" for character in clause}
    return np.array(sorted({zlib.crc32(word.encode()) % BUCKETS for word in words}), np.int32)


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def told(places: Places, tensors: Mapping[str, Array]) -> Array:
    """Logits of every expert on a bag, scaled: a conflict by each, then the labels by the second."""
    length = 6 / max(1.0, float(len(places)) ** 0.5)
    made = [tensors[f"wide.{name}"][places].sum(0) * length + tensors[f"wide.{name}.bias"] for name in EXPERTS]
    return np.concatenate(made).astype(np.float32) * np.float32(SCALE)


def beside(facts: Array, said: Array) -> Array:
    """Facts, logits, and both conflict logits again times the share of words that the texts have in common.

    Edited articles are close to their article, own clauses seldom: the product lets a linear head trust the expert
    that knows such pairs.
    """
    return np.concatenate([facts, said, facts[CLOSENESS] * said[:2]])


def size(labels: int) -> int:
    """How many numbers `beside` adds to the facts."""
    return 4 + labels
