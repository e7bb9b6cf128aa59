"""Does a clause look like one that goes past the law? A second opinion where no rule speaks.

What the words of the clause say (a linear table over hashed strings) and the facts of `marks` (its numbers and words
compared with the article closest to it) go into a linear head and a few boosted trees; the mean of both is the score.
Everything is numpy: some two milliseconds a clause.
"""

import zlib
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import ModelInvalid
from . import judge_file
from .focus import bigrams, overlap
from .judge_file import Facts, Weights
from .marks import SIZE, features

Array = npt.NDArray[np.float32]
Places = npt.NDArray[np.int32]

NAMES = ("words", *(f"mark {at}" for at in range(SIZE)))
WEIGHTS = Path(str(resources.files(__package__))) / "weights" / "judge.npz"
# Strings of one to four characters, digits as they stand; kinds fold them to fewer buckets.
BUCKETS, FOLDED = 1 << 17, 1 << 14
LENGTHS = (1, 2, 3, 4)
# Articles read beside a clause: those it cites, then the first of the search.
CITED, NEAR = 2, 3


@dataclass(frozen=True, slots=True)
class Matter:
    """A clause without its number, texts of the articles it cites and of the first ones found, and who speaks."""

    clause: str
    cited: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    level: str = ""
    instrument: str = "规范性文件"

    @property
    def near(self) -> tuple[str, ...]:
        """The articles read beside the clause."""
        return (*self.cited[:CITED], *self.found[:NEAR])


@dataclass(frozen=True, slots=True)
class Strings:
    """Hashed strings of a clause and 1 + log of their counts."""

    places: Places = field(repr=False)
    counts: Array = field(repr=False)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score (log odds, halves faulty), the probability among clauses of documents, and the likeliest kind."""

    score: float
    probability: float
    kind: str


def strings(text: str) -> Strings:
    """Buckets of the strings of a text."""
    counts: dict[int, int] = {}
    for length in LENGTHS:
        for start in range(len(text) - length + 1):
            place = zlib.crc32(text[start : start + length].encode()) % BUCKETS
            counts[place] = counts.get(place, 0) + 1
    weights = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
    return Strings(np.fromiter(counts, np.int32, len(counts)), weights)


def shares(found: Strings, rarity: Array) -> Array:
    """Values of the strings: counts times rarity, of length one."""
    values = found.counts * rarity[found.places]
    made: Array = values / np.float32(max(float(np.linalg.norm(values)), 1e-9))
    return made


def compared(matter: Matter) -> Array:
    """Float32 (SIZE,): the facts beside the article that holds most of the clause's words; of none, beside nothing."""
    closest = max(matter.near, key=lambda text: overlap(matter.clause, bigrams(text)), default="")
    return features(matter.clause, closest, matter.level, matter.instrument)


@dataclass(frozen=True, slots=True)
class Judge:
    """Loaded weights. Open them with `Judge.open`."""

    weights: Weights
    facts: Facts

    @classmethod
    def open(cls, path: Path = WEIGHTS) -> Self:
        """Load the weights. Raises ModelInvalid when they are missing, damaged or made for other facts."""
        weights, facts = judge_file.read(path)
        if facts.names != NAMES:
            raise ModelInvalid(f"条款判断权重与程序版本不符：{path}", judge_file.REMEDY)
        return cls(weights, facts)

    def verdict(self, matter: Matter) -> Verdict:
        """The opinion on one clause beside its articles."""
        found = strings(matter.clause)
        values = shares(found, self.weights.rarity)
        score = self.score(np.append(self.words(found, values), compared(matter)).astype(np.float32))
        chance = 1 / (1 + np.exp(-(self.facts.slope * score + self.facts.shift)))
        kinds = self.weights.kinds[:, found.places % FOLDED] @ values
        return Verdict(score, float(chance), self.facts.kinds[int(kinds.argmax())])

    def words(self, found: Strings, values: Array) -> float:
        """The logit of the words."""
        return float(self.weights.words[found.places] @ values) + self.facts.bias

    def score(self, told: Array) -> float:
        """Mean of the linear head and the trees on the facts in the order of `NAMES`."""
        linear = float(self.weights.linear[:-1] @ told + self.weights.linear[-1])
        return (linear + float(self.weights.base[0]) + sum(grown(tree, told) for tree in self.weights.nodes)) / 2


def grown(tree: Array, told: Array) -> float:
    """The value of the leaf that the facts come to."""
    at = 0
    while tree[at, 0] >= 0:
        at = int(tree[at, 2] if told[int(tree[at, 0])] <= tree[at, 1] else tree[at, 3])
    return float(tree[at, 4])
