"""Clauses whose governing articles are known, and what the nearest of them say of a new clause.

`data/precedents.npz` holds a vector and the articles (law and number, as written) of each own clause of the project;
its texts stay in the source tree. A clause seldom shares words with the article that limits what it may set, but it
resembles clauses that the same article governs. `python -m beishen.eval.index_precedents` writes the file again; one
of another encoder is passed over.
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

FILE = DATA / "precedents.npz"
REMEDY = "请重新安装本软件，或运行 python -m beishen.eval.index_precedents 重新生成"
# How many of the nearest clauses speak, and how fast their voice falls with their cosine.
NEAREST, WARMTH = 24, 0.05
Matrix = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What the nearest clauses say of one article: the greatest cosine, the share of voices, the first one's place."""

    law: str
    number: str
    cosine: float
    voices: float
    place: int


@dataclass(frozen=True, slots=True)
class Precedents:
    """`dense` has a row for each clause, `ids` their names; link n says that `articles[article[n]]` governs the clause
    `clause[n]`. Links are sorted by clause."""

    ids: tuple[str, ...] = field(repr=False)
    articles: tuple[Named, ...] = field(repr=False)
    clause: Ids = field(repr=False)
    article: Ids = field(repr=False)
    dense: Dense = field(repr=False)

    @classmethod
    def of(cls, ids: Sequence[str], governing: Sequence[Sequence[Named]], vectors: Matrix) -> Self:
        """From the names of clauses, the articles of each, and their unit vectors."""
        articles = tuple(sorted({named for each in governing for named in each}))
        place = {named: at for at, named in enumerate(articles)}
        links = [(line, place[named]) for line, each in enumerate(governing) for named in each]
        table = np.array(links, np.int32).reshape(-1, 2)
        return cls(tuple(ids), articles, table[:, 0].copy(), table[:, 1].copy(), Dense(*quantise(vectors)))

    def save(self, path: Path, encoder: str) -> None:
        laws = np.array([law for law, _ in self.articles])
        numbers = np.array([number for _, number in self.articles])
        names = {"ids": np.array(self.ids), "laws": laws, "numbers": numbers, "encoder": np.array(encoder)}
        with path.open("wb") as file:
            links = {"clause": self.clause, "article": self.article}
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
                return cls(ids, articles, *links, Dense(codes, np.ones(len(codes), np.float16)))
        except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
            raise IndexInvalid(f"随软件附带的参照条款已损坏：{path}", REMEDY) from error

    def near(self, vector: Matrix, without: frozenset[str] = frozenset()) -> tuple[Said, ...]:
        """What the nearest clauses say of a unit vector, by greatest cosine; the clauses `without` are not asked."""
        cosines = self.dense.scores(vector[None, :])[0]
        if without:
            cosines[[at for at, name in enumerate(self.ids) if name in without]] = -1.0
        most = min(NEAREST, len(cosines))
        if not most:
            return ()
        order = np.argpartition(-cosines, most - 1)[:most]
        order = order[np.lexsort((order, -cosines[order]))]
        voices = np.exp((cosines[order] - cosines[order[0]]) / WARMTH)
        voices /= voices.sum()
        starts = np.searchsorted(self.clause, order).tolist()
        ends = np.searchsorted(self.clause, order, side="right").tolist()
        found: dict[int, tuple[float, float, int]] = {}
        near = cosines[order].tolist(), voices.tolist()
        for place, (own, voice, start, end) in enumerate(zip(*near, starts, ends, strict=True)):
            for at in self.article[start:end].tolist():
                cosine, sum_, first = found.get(at, (own, 0.0, place))
                found[at] = (cosine, sum_ + voice, first)
        return tuple(Said(*self.articles[at], cosine, voice, first) for at, (cosine, voice, first) in found.items())


@lru_cache(maxsize=2)
def shipped(encoder: str) -> Precedents | None:
    """The clauses that travel with the project, None for another encoder. Raises IndexInvalid when damaged."""
    return Precedents.load(encoder)
