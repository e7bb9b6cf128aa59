"""What the index knows of every row besides its words and vector: filters, order in its law, roles and acts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from ..corpora.text import Article, Rank, Region
from .mapped import mapped
from .roles import Role, acts, instruments, roles

NAMES = "names.json"
OPEN = int(np.iinfo(np.int32).max)
Ids = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
# Columns read from the texts themselves: kept as they are when a row stays.
READ = ("roles", "acts", "instruments", "paragraphs", "length", "text")
# Ranks that the ranker tells apart.
RANKED = (Rank.LAW, Rank.ADMIN_REGULATION, Rank.JUDICIAL)
KINDS: dict[str, type[np.generic]] = {
    "law": np.int32, "place": np.int32, "start": np.int32, "end": np.int32, "spot": np.int32, "size": np.int32,
    "before": np.int32, "after": np.int32, "roles": np.uint16, "acts": np.uint16, "instruments": np.uint8,
    "paragraphs": np.uint8, "length": np.int32, "text": np.uint64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Arrays of one value per row. Rows are sorted by `keys`, the keys of the articles.

    `law`, `place` are places in `laws` and `places` (pairs of rank and region); `start`, `end` ordinals of days, an
    open end the greatest int32; `spot` the order in its version of `size` articles; `before`, `after` the rows beside
    it there, -1 at the ends; `roles`, `acts`, `instruments` bits (see `roles`); `text` the hash of what was cut.
    Made of these, `limits` are the rows of articles that limit what documents may do, `kinds` for each of `places` the
    place of its rank in `RANKED` counted from 1, 0 for others.
    """

    laws: tuple[str, ...] = field(repr=False)
    places: tuple[tuple[Rank, Region], ...]
    keys: npt.NDArray[np.bytes_] = field(repr=False)
    law: Ids = field(repr=False)
    place: Ids = field(repr=False)
    start: Ids = field(repr=False)
    end: Ids = field(repr=False)
    spot: Ids = field(repr=False)
    size: Ids = field(repr=False)
    before: Ids = field(repr=False)
    after: Ids = field(repr=False)
    roles: npt.NDArray[np.uint16] = field(repr=False)
    acts: npt.NDArray[np.uint16] = field(repr=False)
    instruments: npt.NDArray[np.uint8] = field(repr=False)
    paragraphs: npt.NDArray[np.uint8] = field(repr=False)
    length: Ids = field(repr=False)
    text: npt.NDArray[np.uint64] = field(repr=False)
    limits: Rows = field(repr=False, init=False)
    kinds: npt.NDArray[np.uint8] = field(repr=False, init=False)

    def __post_init__(self) -> None:
        kinds = [RANKED.index(rank) + 1 if rank in RANKED else 0 for rank, _ in self.places]
        object.__setattr__(self, "kinds", np.array(kinds, np.uint8))
        object.__setattr__(self, "limits", np.flatnonzero(self.roles & Role.LIMIT))

    @classmethod
    def of(cls, articles: Sequence[Article], order: Sequence[int], read: dict[str, npt.NDArray[Any]]) -> Self:
        """Of articles in row order; `order` gives the row of each article in printed order; `read` are the columns
        of `READ`."""
        laws = sorted({article.law for article in articles})
        places = sorted({_place(article) for article in articles})
        law_at = {law: at for at, law in enumerate(laws)}
        place_at = {place: at for at, place in enumerate(places)}
        columns = {
            "law": np.array([law_at[a.law] for a in articles], np.int32),
            "place": np.array([place_at[_place(a)] for a in articles], np.int32),
            "start": np.array([_ordinal(a.start, 0) for a in articles], np.int32),
            "end": np.array([_ordinal(a.end, OPEN) for a in articles], np.int32),
            **_order(articles, order),
            **read,
        }
        keys = np.array([a.key for a in articles], "S32")
        regions = tuple((Rank(rank), Region(*region)) for rank, *region in places)
        return cls(tuple(laws), regions, keys, **columns)

    def __len__(self) -> int:
        return len(self.keys)

    def key(self, row: int) -> str:
        """Key of the article of a row."""
        return bytes(self.keys[row]).decode("ascii")

    def save(self, folder: Path) -> None:
        places = [(rank, region.province, region.city, region.county) for rank, region in self.places]
        (folder / NAMES).write_text(json.dumps({"laws": self.laws, "places": places}, ensure_ascii=False), "utf-8")
        for name in ("keys", *KINDS):
            np.save(folder / f"row-{name}.npy", getattr(self, name), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        names = json.loads((folder / NAMES).read_text("utf-8"))
        places = tuple((Rank(rank), Region(*region)) for rank, *region in names["places"])
        arrays: dict[str, Any] = {name: mapped(folder / f"row-{name}.npy") for name in ("keys", *KINDS)}
        return cls(tuple(names["laws"]), places, **arrays)


def read_texts(articles: Sequence[Article], hashes: Sequence[int]) -> dict[str, npt.NDArray[Any]]:
    """The columns of `READ` for these articles; `hashes` are those of their cut texts."""
    values = {
        "roles": [roles(a.text) for a in articles],
        "acts": [acts(a.text) for a in articles],
        "instruments": [instruments(a.text) for a in articles],
        "paragraphs": [min(255, a.text.count("\n") + 1) for a in articles],
        "length": [len(a.text) for a in articles],
        "text": hashes,
    }
    return {name: np.array(values[name], KINDS[name]) for name in READ}


def _place(article: Article) -> tuple[str, str, str, str]:
    region = article.region
    return (article.rank.value, region.province, region.city, region.county)


def _order(articles: Sequence[Article], order: Sequence[int]) -> dict[str, Ids]:
    rows = np.asarray(order, np.int64)
    made = {name: np.full(len(rows), -1, np.int32) for name in ("spot", "size", "before", "after")}
    versions = [(articles[row].law, articles[row].version) for row in rows]
    start = 0
    for at in range(1, len(rows) + 1):
        if at < len(rows) and versions[at] == versions[start]:
            continue
        part = rows[start:at]
        made["spot"][part], made["size"][part] = np.arange(len(part)), len(part)
        made["before"][part[1:]], made["after"][part[:-1]] = part[:-1], part[1:]
        start = at
    return made


def _ordinal(day: date | None, absent: int) -> int:
    return absent if day is None else day.toordinal()
