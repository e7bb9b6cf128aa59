"""The law store: dated versions of laws in one SQLite file, opened read-only."""

import re
import sqlite3
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import ArticleUnknown
from ..numerals import chinese_to_int, int_to_chinese
from ..text import Article, Rank, Region
from .dating import edition, successions
from .names import name_key
from .record import Count, LawRecord, Repeal, SourceRecord, StoreStatus, TextKind, VersionRecord
from .renumber import renumbered
from .schema import connect

_ARTICLE = (
    "SELECT p.key, l.name, p.number, p.text, p.chapter, v.day, v.start, v.finish, l.rank, l.province, l.city "
    "FROM provision p JOIN version v ON v.id = p.version JOIN law l ON l.id = v.law "
)
# One version by name and day: without it the planner reads every provision of the store for one article.
_ONE_VERSION = (
    "WHERE p.version IN (SELECT w.id FROM law k JOIN version w ON w.law = k.id WHERE k.name = ? AND w.day = ?)"
)
_COUNTS = (
    "SELECT rank, province || city AS region, count(DISTINCT l.id), count(DISTINCT v.id), count(p.id) FROM law l "
    "JOIN version v ON v.law = l.id JOIN provision p ON p.version = v.id GROUP BY rank, region ORDER BY rank, region"
)
_BATCH = 500
RENAMED = 0.85


@cache
def short_names() -> dict[str, str]:
    """Short names in common use (道交法) to name keys, from `aliases.toml`."""
    text = resources.files(__package__).joinpath("aliases.toml").read_text("utf-8")
    return {name_key(short): name_key(name) for short, name in tomllib.loads(text)["alias"].items()}


def article_label(number: str | int) -> str:
    """Printed label of an article: 17, "17" and "第十七条" give 第十七条; other labels stay as they are."""
    text = str(number).strip()
    if text.isdecimal():
        return f"第{int_to_chinese(int(text))}条"
    if text.startswith("第") and text[1:].partition("条")[0].isdecimal():
        head, _, tail = text[1:].partition("条")
        return f"第{int_to_chinese(chinese_to_int(head))}条{tail}"
    return text


class LawStore:
    """Read access to the store. Open with `LawStore.open`; usable from several threads; close it or use `with`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self.path = path

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the store file at `path`; raises StoreInvalid."""
        return cls(connect(path), path)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def digest(self) -> str:
        """Content hash of the store (texts and dates): its identity in index manifests."""
        return str(self._connection.execute("SELECT value FROM meta WHERE key = 'digest'").fetchone()[0])

    @property
    def dated(self) -> bool:
        """Were the dates computed from the tables of this program?"""
        row = self._connection.execute("SELECT value FROM meta WHERE key = 'dated'").fetchone()
        return row is not None and row[0] == edition()

    def law(self, name: str) -> LawRecord | None:
        """The law of this name, whatever the spelling, or None."""
        law = self._law_id(name)
        return None if law is None else self._record(law)

    def laws(self) -> tuple[LawRecord, ...]:
        """Every law, by name."""
        ids = self._connection.execute("SELECT id FROM law ORDER BY name, id").fetchall()
        return tuple(self._record(row[0]) for row in ids)

    def versions(self, name: str) -> tuple[VersionRecord, ...]:
        """Versions of a law, oldest first; empty where the store does not have it."""
        law = self._law_id(name)
        rows = self._connection.execute(
            "SELECT v.id, l.name, v.day, v.start, v.finish, v.start_reason, v.end_reason, "
            "(SELECT count(*) FROM provision WHERE version = v.id) FROM version v JOIN law l ON l.id = v.law "
            "WHERE l.id = ? ORDER BY v.day, v.start, v.id",
            (law,),
        ).fetchall()
        return tuple(self._version(row) for row in rows)

    def version_on(self, name: str, day: date) -> VersionRecord | None:
        """The version in force on `day`, or None."""
        live = [
            v for v in self.versions(name) if (v.start is None or v.start <= day) and (v.end is None or day < v.end)
        ]
        return max(live, key=lambda v: (v.start or date.min, v.version), default=None)

    def article(self, name: str, number: str | int, day: date) -> Article | None:
        """The article in force on `day`, or None where law, version or number is missing."""
        version = self.version_on(name, day)
        return None if version is None else self.article_of(version, number)

    def article_of(self, version: VersionRecord, number: str | int) -> Article | None:
        """The article of one version, in force or not."""
        rows = self._select(
            f"{_ONE_VERSION} AND p.number = ? ORDER BY p.place LIMIT 1",
            (version.law, version.version, article_label(number)),
        )
        return next(rows, None)

    def articles_of(self, version: VersionRecord) -> tuple[Article, ...]:
        """All articles of one version in printed order."""
        return tuple(self._select(f"{_ONE_VERSION} ORDER BY p.place", (version.law, version.version)))

    def since(self, article: Article) -> date | None:
        """The day since which this number has had this wording without a break, as far as the versions go back."""
        start = article.start
        for version in sorted(self.versions(article.law), key=lambda v: (v.start or date.min, v.version), reverse=True):
            if version.version >= article.version:
                continue
            older = self.article_of(version, article.number)
            if older is None or older.text != article.text:
                break
            start = version.start
        return start

    def renumbered(self, article: Article, version: VersionRecord) -> Article | None:
        """Where the matter of an article stands in another version (or another law); see `renumber.renumbered`."""
        return renumbered(article, self.articles_of(version))

    def repeal(self, name: str) -> Repeal | None:
        """The act that ended a law, also for laws the store does not have but another law of the store repeals."""
        record, key = self.law(name), name_key(name)
        known = successions().get(key)
        if record is not None:
            if not record.repealed_by or record.repealed_from is None:
                return None
            found = Repeal(
                record.name, record.repealed_by, record.repealed_from, _alike(record.name, record.repealed_by)
            )
        elif known is not None:
            found = Repeal(known.law, known.by, known.day, known.renamed)
        else:
            return self._foreign_repeal(key)
        return replace(found, renamed=known.renamed) if known else found

    def _foreign_repeal(self, key: str) -> Repeal | None:
        """A repeal clause that names a law the store does not have; the earliest act counts."""
        rows = self._connection.execute(
            "SELECT l.name, coalesce(nullif(v.commences, ''), v.start) AS since FROM repeals r "
            "JOIN version v ON v.id = r.version JOIN law l ON l.id = v.law "
            "WHERE r.target = ? AND since <> '' ORDER BY since, l.name LIMIT 1",
            (key,),
        ).fetchall()
        return next((Repeal(key, by, date.fromisoformat(day), _alike(key, by)) for by, day in rows), None)

    def get(self, keys: Iterable[str]) -> tuple[Article, ...]:
        """Articles by key, in the order asked; raises ArticleUnknown for a key the store does not have."""
        wanted = tuple(keys)
        found: dict[str, Article] = {}
        for at in range(0, len(wanted), _BATCH):
            part = wanted[at : at + _BATCH]
            marks = ",".join("?" * len(part))
            found.update((a.key, a) for a in self._select(f"WHERE p.key IN ({marks})", part))
        for key in wanted:
            if key not in found:
                raise ArticleUnknown(f"法规库中没有条文 {key}", "检索索引与法规库不一致，请重建索引")
        return tuple(found[key] for key in wanted)

    def articles(self, day: date | None = None, amending: bool = False) -> Iterator[Article]:
        """Articles in a stable order (law key, version, place): all versions, or those in force on `day`.

        Amending decisions (修改决定, 修正案) are left out unless `amending`.
        """
        terms, values = ["1"], list[str]()
        if not amending:
            terms.append("l.kind <> ?")
            values.append(TextKind.AMENDMENT)
        if day is not None:
            terms.append("v.start <= ? AND (v.finish = '' OR v.finish > ?)")
            values += [day.isoformat()] * 2
        return self._select(f"WHERE {' AND '.join(terms)} ORDER BY l.key, v.day, v.id, p.place", tuple(values))

    def unconsolidated(self) -> tuple[tuple[str, str, str], ...]:
        """(law, version, decision) where a decision of the store amends a law after its newest text."""
        rows = self._connection.execute(
            "SELECT l.name, max(v.day), d.name FROM amends a JOIN version dv ON dv.id = a.version "
            "JOIN law d ON d.id = dv.law JOIN law l ON l.key = a.target JOIN version v ON v.law = l.id "
            "WHERE l.id <> d.id AND l.rank = d.rank AND dv.day <> '' "
            "GROUP BY l.id, d.id, dv.day HAVING date(max(v.day), '+3 days') < dv.day "
            "ORDER BY l.name, dv.day"
        )
        return tuple(rows.fetchall())

    def status(self) -> StoreStatus:
        """Laws, versions and provisions per rank and region; sources with their dates; the digest."""
        rows = self._connection.execute(_COUNTS).fetchall()
        counts = tuple(Count(Rank(rank), region, *numbers) for rank, region, *numbers in rows)
        sources = tuple(
            SourceRecord(kind, place, date.fromisoformat(day), texts)
            for kind, place, day, texts in self._connection.execute("SELECT * FROM source ORDER BY kind, place")
        )
        laws, versions, provisions = (
            (sum(column) for column in zip(*(r[2:] for r in rows), strict=True)) if rows else (0, 0, 0)
        )
        return StoreStatus(laws, versions, provisions, counts, sources, self.digest, self.dated)

    def _law_id(self, name: str) -> int | None:
        exact = name_key(name)
        for key in _spellings(exact):
            row = self._connection.execute("SELECT id FROM law WHERE key = ?", (key,)).fetchone()
            if row is not None:
                return int(row[0])
            if key == exact and exact in successions():
                return None  # 企业破产法（试行）: an act of its own that ended, not a spelling of its successor
        return None

    def _record(self, law: int) -> LawRecord:
        key, name, rank, kind, province, city, issuer, by, since, first, newer = self._connection.execute(
            "SELECT key, name, rank, kind, province, city, issuer, repealed_by, repealed_from, "
            "(SELECT min(coalesce(nullif(commences, ''), start)) FROM version WHERE law = law.id AND start <> ''), "
            "(SELECT finish FROM version WHERE law = law.id AND end_reason = 'unheld') FROM law WHERE id = ?",
            (law,),
        ).fetchone()
        aliases = tuple(sorted({short for short, target in short_names().items() if target == key} | {key} - {name}))
        repealed = date.fromisoformat(since) if since else None
        place, commenced = Region(province, city), _date(first or "")
        return LawRecord(
            name, Rank(rank), TextKind(kind), place, issuer, aliases, by, repealed, commenced, _date(newer or "")
        )

    def _version(self, row: tuple[int, str, str, str, str, str, str, int]) -> VersionRecord:
        version, law, day, start, end, why, how, provisions = row
        sources = self._connection.execute(
            "SELECT kind, origin FROM origin WHERE version = ? ORDER BY 1, 2", (version,)
        )
        return VersionRecord(
            law,
            day,
            _date(start),
            _date(end),
            why,
            how,
            provisions,
            tuple(f"{kind}:{origin}" for kind, origin in sources),
        )

    def _select(self, where: str, values: tuple[str, ...]) -> Iterator[Article]:
        for key, law, number, text, chapter, day, start, end, rank, province, city in self._connection.execute(
            _ARTICLE + where, values
        ):
            yield Article(
                key, law, number, text, chapter, day, _date(start), _date(end), Rank(rank), Region(province, city)
            )


def _spellings(key: str) -> Iterator[str]:
    """The key, what a short name stands for, the title with and without （试行）, an interpretation with its court."""
    yield key
    if key in short_names():
        yield short_names()[key]
    plain = re.sub("（(?:试行|暂行)）$", "", key)
    yield plain
    yield from (plain + trial for trial in ("（试行）", "（暂行）"))
    if key.startswith("关于"):
        yield from (court + key for court in ("最高人民法院", "最高人民法院最高人民检察院", "最高人民检察院"))


def _alike(old: str, new: str) -> bool:
    """Titles so close that the act went on under the new one (法规规章备案条例, 法规规章备案审查条例)."""
    return SequenceMatcher(None, name_key(old), name_key(new), autojunk=False).ratio() >= RENAMED


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
