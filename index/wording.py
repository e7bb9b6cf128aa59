"""Which of the known clauses share their rarer strings with a text: cosine over strings of two characters.

Two characters need no dictionary, so that the same file serves every law store. A string weighs the root of its
inverse document frequency among the clauses; strings that no clause has lower every cosine alike.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from .tokens import normal

READ = 4000
RUN = re.compile(r"[\u3400-\u9fff0-9a-z]{2,}")
Ids = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wording:
    """Postings: the clauses `places[starts[s]:starts[s+1]]` have the string `vocabulary[...] == s`, `weights` its
    share of their length; `rarity` is the inverse document frequency of each string, `strange` that of an unknown one.
    """

    vocabulary: dict[str, int] = field(repr=False)
    starts: Ids = field(repr=False)
    places: Ids = field(repr=False)
    weights: Scores = field(repr=False)
    rarity: Scores = field(repr=False)
    strange: float
    clauses: int

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """Of the texts of all clauses."""
        found = [strings(text) for text in texts]
        counts = Counter(string for each in found for string in each)
        vocabulary = {string: at for at, string in enumerate(sorted(counts))}
        postings: list[list[int]] = [[] for _ in vocabulary]
        for line, each in enumerate(found):
            for string in each:
                postings[vocabulary[string]].append(line)
        sizes = np.array([len(posting) for posting in postings], np.int32)
        places = np.array([line for posting in postings for line in posting], np.int32)
        return cls.ready(list(vocabulary), sizes, places, len(texts))

    @classmethod
    def ready(cls, vocabulary: Sequence[str], sizes: Ids, places: Ids, clauses: int) -> Self:
        """From what `arrays` gives. Raises ValueError where it does not fit together."""
        if len(vocabulary) != len(sizes) or int(sizes.sum()) != len(places) or places.max(initial=-1) >= clauses:
            raise ValueError("postings of another set of clauses")
        rarity = _rarity(clauses, sizes)
        spread = np.repeat(rarity, sizes)
        lengths = np.sqrt(np.bincount(places, spread, clauses)).astype(np.float32)
        starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        weights = (spread / np.maximum(lengths[places], 1e-9)).astype(np.float32)
        known = {string: at for at, string in enumerate(vocabulary)}
        strange = float(_rarity(clauses, np.zeros(1, np.int32))[0])
        return cls(known, starts, places.astype(np.int32), weights, rarity, strange, clauses)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """What a file keeps: `strings`, the number of clauses that have each, and which."""
        return {"strings": np.array(list(self.vocabulary)), "sizes": np.diff(self.starts), "places": self.places}

    def scores(self, text: str) -> Scores:
        """Cosine with each clause, float32 (clauses,)."""
        asked = strings(text[:READ])
        at = [self.vocabulary[string] for string in asked if string in self.vocabulary]
        total = np.zeros(self.clauses, np.float32)
        if not at:
            return total
        bounds = self.starts[at].tolist(), self.starts[np.array(at) + 1].tolist()
        parts = [slice(start, end) for start, end in zip(*bounds, strict=True)]
        hit = np.concatenate([self.places[part] for part in parts])
        summed = np.bincount(hit, np.concatenate([self.weights[part] for part in parts]), self.clauses)
        length = float(self.rarity[at].sum()) + self.strange * (len(asked) - len(at))
        total[:] = summed / np.sqrt(length)
        return total


def strings(text: str) -> tuple[str, ...]:
    """The different strings of two characters between marks, in order."""
    runs = RUN.findall(normal(text))
    return tuple(dict.fromkeys(run[at : at + 2] for run in runs for at in range(len(run) - 1)))


def _rarity(clauses: int, holding: Ids) -> Scores:
    found: Scores = np.log(1 + (clauses - holding + 0.5) / (holding + 0.5)).astype(np.float32)
    return found
