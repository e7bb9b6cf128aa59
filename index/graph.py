"""The citation graph over rows: article to article it refers to, penalty article to the duty whose breach it punishes.

Citations are kept as written (law, number) beside the links made of them, so that a law that comes later is linked
from the articles that already named it, without reading any article again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from ..corpora.text import Article
from .citing import citings
from .mapped import mapped

NAMES = "cited.json"
Rows = npt.NDArray[np.int64]
Ids = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Cited:
    """Citations as written: row of the citing article, law (0 is its own) and number as places in lists, breach."""

    laws: tuple[str, ...]
    numbers: tuple[str, ...]
    row: Ids = field(repr=False)
    law: Ids = field(repr=False)
    number: Ids = field(repr=False)
    breach: npt.NDArray[np.bool_] = field(repr=False)

    @classmethod
    def empty(cls) -> Self:
        none = np.zeros(0, np.int32)
        return cls(("",), (), none, none, none, np.zeros(0, np.bool_))

    def changed(self, articles: Sequence[Article], at: Rows, moved: Rows) -> Self:
        """After a change: `articles` stand at rows `at`; old row r goes to `moved[r]`, -1 to drop it."""
        laws = {law: place for place, law in enumerate(self.laws)}
        numbers = {number: place for place, number in enumerate(self.numbers)}
        fresh = [
            (
                row,
                laws.setdefault(one.law, len(laws)),
                numbers.setdefault(one.number, len(numbers)),
                int(one.breach),
            )
            for row, article in zip(at.tolist(), articles, strict=True)
            for one in citings(article)
        ]
        kept = moved[self.row] >= 0
        old = np.stack([moved[self.row[kept]], self.law[kept], self.number[kept], self.breach[kept]], axis=1)
        table = np.concatenate([old.astype(np.int32), np.array(fresh, np.int32).reshape(-1, 4)])
        table = table[np.lexsort((table[:, 2], table[:, 1], table[:, 0]))]
        row, law, number, breach = table.T.copy()
        return type(self)(tuple(laws), tuple(numbers), row, law, number, breach.astype(np.bool_))

    def save(self, folder: Path) -> None:
        (folder / NAMES).write_text(json.dumps([self.laws, self.numbers], ensure_ascii=False), "utf-8")
        table = np.stack([self.row, self.law, self.number, self.breach.astype(np.int32)])
        np.save(folder / "cited.npy", table, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        laws, numbers = json.loads((folder / NAMES).read_text("utf-8"))
        row, law, number, breach = np.load(folder / "cited.npy", allow_pickle=False)
        return cls(tuple(laws), tuple(numbers), row, law, number, breach.astype(np.bool_))


@dataclass(frozen=True, slots=True)
class Graph:
    """Links of each row: `targets[starts[r]:starts[r+1]]` are the rows it refers to, `sources[...]` those that refer
    to it; `breach` and `broken` tell penalty-to-duty links in both directions."""

    starts: Rows = field(repr=False)
    targets: Ids = field(repr=False)
    breach: npt.NDArray[np.bool_] = field(repr=False)
    back: Rows = field(repr=False)
    sources: Ids = field(repr=False)
    broken: npt.NDArray[np.bool_] = field(repr=False)

    @classmethod
    def of(cls, edges: npt.NDArray[np.int64], rows: int) -> Self:
        """From (n, 3) rows of from, to, breach; each pair once."""
        ordered = edges[np.lexsort((-edges[:, 2], edges[:, 1], edges[:, 0]))]
        first = np.ones(len(ordered), np.bool_)
        first[1:] = (ordered[1:, :2] != ordered[:-1, :2]).any(axis=1)
        ordered = ordered[first & (ordered[:, 0] != ordered[:, 1])]
        starts = np.searchsorted(ordered[:, 0], np.arange(rows + 1))
        turned = ordered[np.lexsort((ordered[:, 0], ordered[:, 1]))]
        back = np.searchsorted(turned[:, 1], np.arange(rows + 1))
        return cls(
            starts,
            ordered[:, 1].astype(np.int32),
            ordered[:, 2].astype(np.bool_),
            back,
            turned[:, 0].astype(np.int32),
            turned[:, 2].astype(np.bool_),
        )

    def save(self, folder: Path) -> None:
        for name in ("starts", "targets", "breach", "back", "sources", "broken"):
            np.save(folder / f"graph-{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        names = ("starts", "targets", "breach", "back", "sources", "broken")
        return cls(*(mapped(folder / f"graph-{name}.npy") for name in names))

    def cites(self, row: int) -> Ids:
        """Rows this row refers to."""
        return self.targets[int(self.starts[row]) : int(self.starts[row + 1])]

    def cited_by(self, row: int) -> Ids:
        """Rows that refer to this row."""
        return self.sources[int(self.back[row]) : int(self.back[row + 1])]

    def edges(self, rows: Rows, forward: bool = True) -> tuple[Rows, Rows, npt.NDArray[np.bool_]]:
        """All links of some rows: place in `rows`, the row at the other end, and whether a breach is punished."""
        starts, ends, breach = (
            (self.starts, self.targets, self.breach) if forward else (self.back, self.sources, self.broken)
        )
        first, counts = starts[rows], starts[rows + 1] - starts[rows]
        places = np.repeat(np.arange(len(rows)), counts)
        within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        at = np.repeat(first, counts) + within
        return places, ends[at].astype(np.int64), breach[at]

    def near(self, rows: Rows) -> Rows:
        """Rows one link away from any of these, either way, sorted."""
        return np.unique(np.concatenate([self.edges(rows)[1], self.edges(rows, False)[1]]))


def link(cited: Cited, articles: Sequence[Article], canonical: Callable[[str], str | None]) -> Graph:
    """The graph of the citations among these articles, which stand in row order.

    A citation is linked to the article of that number in the versions that were in force together with the citing
    one; its own law's number in its own version. `canonical` gives the store's name of a law, None where unknown.
    """
    of_version = {(a.law, a.version, a.number): row for row, a in enumerate(articles)}
    of_law: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, article in enumerate(articles):
        of_law[article.law, article.number].append(row)
    names = [canonical(law) if law else None for law in cited.laws]
    edges = []
    columns = (cited.row.tolist(), cited.law.tolist(), cited.number.tolist(), cited.breach.tolist())
    for row, law, number, breach in zip(*columns, strict=True):
        citing, label = articles[row], cited.numbers[number]
        if law == 0:
            own = of_version.get((citing.law, citing.version, label))
            found = [] if own is None else [own]
        else:
            found = [to for to in of_law.get((names[law] or "", label), ()) if _together(citing, articles[to])]
        edges += [(row, to, int(breach)) for to in found]
    return Graph.of(np.array(edges, np.int64).reshape(-1, 3), len(articles))


def _together(one: Article, other: Article) -> bool:
    """Were both in force on some day? An unknown date is open."""
    starts = [day for day in (one.start, other.start) if day is not None]
    ends = [day for day in (one.end, other.end) if day is not None]
    return not starts or not ends or max(starts) < min(ends)
