"""Clauses whose governing articles are known, and what the nearest of them say of a new clause.

`data/precedents.npz` holds a vector, the strings of two characters and the articles (law and number, as written) of
each known clause of the project; its texts stay in the source tree. A clause seldom shares words with the article that
limits what it may set, but it resembles clauses that the same article governs: in meaning (the vectors) or in its
rarer words (`wording`). `python -m beishen.eval.index_precedents` writes the file again; one of another encoder is
passed over.
"""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.errors import IndexInvalid
from .dense import Dense
from .vectors import DATA, quantise
from .wording import Wording

FILE = DATA / "precedents.npz"
REMEDY = "请重新安装本软件，或运行 python -m beishen.eval.index_precedents 重新生成"
# How many of the nearest clauses speak, and how fast their voice falls with their cosine: that of vectors, of words.
NEAREST, WARMTH, WORDED = 24, 0.05, 0.1
Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]
Named = tuple[str, str]
Voice = tuple[float, float, int]
SILENT: Voice = (0.0, 0.0, 2 * NEAREST)


@dataclass(frozen=True, slots=True)
class Said:
    """What the nearest clauses say of one article: by `meaning` and by `words` the greatest cosine, the share of voices
    and the place of the first; `SILENT` where none of them speaks for it."""

    law: str
    number: str
    meaning: Voice
    words: Voice


@dataclass(frozen=True, slots=True)
class Precedents:
    """`dense` has a row for each clause, `wording` its strings, `ids` their names; link n says that
    `articles[article[n]]` governs the clause `clause[n]`. Links are sorted by clause."""

    ids: tuple[str, ...] = field(repr=False)
    articles: tuple[Named, ...] = field(repr=False)
    clause: Ids = field(repr=False)
    article: Ids = field(repr=False)
    dense: Dense = field(repr=False)
    wording: Wording = field(repr=False)

    @classmethod
    def of(
        cls, ids: Sequence[str], governing: Sequence[Sequence[Named]], vectors: Matrix, texts: Sequence[str]
    ) -> Self:
        """From the names of clauses, the articles of each, their unit vectors and their texts."""
        articles = tuple(sorted({named for each in governing for named in each}))
        place = {named: at for at, named in enumerate(articles)}
        links = [(line, place[named]) for line, each in enumerate(governing) for named in each]
        table = np.array(links, np.int32).reshape(-1, 2)
        read = Dense(*quantise(vectors)), Wording.of(texts)
        return cls(tuple(ids), articles, table[:, 0].copy(), table[:, 1].copy(), *read)

    def save(self, path: Path, encoder: str) -> None:
        laws = np.array([law for law, _ in self.articles])
        numbers = np.array([number for _, number in self.articles])
        names = {"ids": np.array(self.ids), "laws": laws, "numbers": numbers, "encoder": np.array(encoder)}
        with path.open("wb") as file:
            links = {"clause": self.clause, "article": self.article, **self.wording.arrays()}
            np.savez_compressed(file, codes=self.dense.codes, **links, **names)  # type: ignore[arg-type]

    @classmethod
    def load(cls, encoder: str, path: Path = FILE) -> Self | None:
        """What `save` wrote, None where it belongs to another encoder. Raises IndexInvalid when it is damaged."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                if str(arrays["encoder"]) != encoder:
                    return None
                articles = tuple(zip(arrays["laws"].tolist(), arrays["numbers"].tolist(), strict=True))
                ids = tuple(arrays["ids"].tolist())
                links = arrays["clause"], arrays["article"]
                codes = arrays["codes"]
                words = Wording.ready(arrays["strings"].tolist(), arrays["sizes"], arrays["places"], len(ids))
                return cls(ids, articles, *links, Dense(codes, np.ones(len(codes), np.float16)), words)
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise IndexInvalid(f"随软件附带的参照条款已损坏：{path}", REMEDY) from error

    def near(self, vector: Matrix, text: str, without: frozenset[str] = frozenset()) -> tuple[Said, ...]:
        """What the nearest clauses say of a text and its unit vector, in no order; those `without` are not asked."""
        silent = [at for at, name in enumerate(self.ids) if name in without] if without else []
        meant, worded = self.dense.scores(vector[None, :])[0], self.wording.scores(text)
        meant[silent], worded[silent] = -1.0, 0.0
        by_meaning, by_words = self._heard(meant, -1.0, WARMTH), self._heard(worded, 0.0, WORDED)
        found = by_meaning.keys() | by_words.keys()
        return tuple(
            Said(*self.articles[at], by_meaning.get(at, SILENT), by_words.get(at, SILENT)) for at in sorted(found)
        )

    def _heard(self, cosines: Matrix, floor: float, warmth: float) -> dict[int, Voice]:
        """What the nearest clauses above the floor say, by article."""
        most = min(NEAREST, len(cosines))
        if not most:
            return {}
        order = np.argpartition(-cosines, most - 1)[:most]
        order = order[cosines[order] > floor]
        order = order[np.lexsort((order, -cosines[order]))]
        voices = np.exp((cosines[order] - cosines[order].max(initial=floor)) / warmth)
        voices /= voices.sum()
        starts = np.searchsorted(self.clause, order)
        counts = np.searchsorted(self.clause, order, side="right") - starts
        places = np.repeat(np.arange(len(order)), counts)
        links = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(len(places))
        articles, first, back = np.unique(self.article[links], return_index=True, return_inverse=True)
        heard = cosines[order][places[first]], np.bincount(back, voices[places]), places[first]
        return dict(zip(articles.tolist(), zip(*(each.tolist() for each in heard), strict=True), strict=True))


@lru_cache(maxsize=2)
def shipped(encoder: str) -> Precedents | None:
    """The clauses that travel with the project, None for another encoder. Raises IndexInvalid when damaged."""
    return Precedents.load(encoder)
