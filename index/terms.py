"""Terms of documents as numbers: what cutting hands to the lexical index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Self

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Terms:
    """`ids` are places in `words`, document after document; `sizes` how many terms each document has."""

    words: tuple[str, ...] = field(repr=False)
    ids: Rows = field(repr=False)
    sizes: Rows = field(repr=False)

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> Self:
        """From the terms of each document."""
        place: dict[str, int] = {}
        flat = [place.setdefault(term, len(place)) for term in chain.from_iterable(documents)]
        sizes = np.array([len(terms) for terms in documents], np.int64)
        return cls(tuple(place), np.array(flat, np.int64), sizes)

    def lists(self) -> list[list[str]]:
        """The terms of each document."""
        ends = np.cumsum(self.sizes).tolist()
        flat = [self.words[at] for at in self.ids.tolist()]
        return [flat[end - size : end] for end, size in zip(ends, self.sizes.tolist(), strict=True)]

    def without(self, words: Iterable[str]) -> Self:
        """These terms left out."""
        out = frozenset(words)
        stay = np.fromiter((word not in out for word in self.words), np.bool_, len(self.words))
        kept = stay[self.ids]
        of = np.repeat(np.arange(len(self.sizes)), self.sizes)
        return type(self)(self.words, self.ids[kept], np.bincount(of[kept], minlength=len(self.sizes)))

    def beside(self, words: Sequence[str]) -> Self:
        """With a further document for each of these words, of that word alone."""
        ids = np.concatenate([self.ids, len(self.words) + np.arange(len(words))])
        return type(self)((*self.words, *words), ids, np.concatenate([self.sizes, np.ones(len(words), np.int64)]))

    def joined(self, parts: Sequence[int] | Rows, sizes: Sequence[int]) -> Self:
        """Documents made of these: `parts` are places of documents, one new document after the other, `sizes` how many
        of them each new one has."""
        each = self.sizes[parts]
        first = np.cumsum(self.sizes) - self.sizes
        ends = np.cumsum(each)
        at = np.repeat(first[parts] - (ends - each), each) + np.arange(int(each.sum()))
        bounds = np.concatenate([[0], ends])[np.concatenate([[0], np.cumsum(np.asarray(sizes, np.int64))])]
        return type(self)(self.words, self.ids[at], np.diff(bounds))
