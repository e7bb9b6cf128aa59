"""When each version was in force, computed over the whole store after every import; no status field is read.

Start: the commencement clause of the text when it is not earlier than the version; else the commencement of the
amending decision in the store; else the curated table; else a date the source states that is not earlier than the
version; else the version date (`publication` clause: reason `clause`; otherwise `assumed`).
End: start of the next version, or the day a repeal clause of another law takes effect; where the curated table knows
a newer text that the store lacks, the day that text took effect (reason `unheld`): an old text never counts as current.
"""

import hashlib
import sqlite3
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

from .clauses import Life, commencement_day
from .names import name_key

# Raise it when dates are computed in another way from the same texts and tables.
WAY = 1
NEAR = timedelta(days=45)
MAKERS = ("", "最高人民法院", "最高人民法院最高人民检察院", "最高人民检察院", "国务院")


@dataclass(slots=True)
class _Version:
    id: int
    law: int
    day: date | None
    life: Life
    stated: date | None
    amended: bool
    start: date | None = None
    end: date | None = None
    start_reason: str = "unknown"
    end_reason: str = ""


@dataclass(slots=True)
class _Shelf:
    """All versions, the laws by key, and the clauses that reach from one law to another."""

    names: dict[int, str]
    ranks: dict[int, str]
    keys: dict[str, int]
    versions: dict[int, _Version]
    by_law: dict[int, list[_Version]]
    repeals: list[tuple[int, str]]
    decisions: dict[int, list[_Version]] = field(default_factory=dict)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(_written(name).decode())


def _written(name: str) -> bytes:
    return resources.files(__package__).joinpath(name).read_bytes()


@cache
def edition() -> str:
    """Names what dates are computed from beside the texts: the curated tables and the way (`WAY`)."""
    parts = (str(WAY).encode(), *(_written(name) for name in ("commencement.toml", "succession.toml")))
    return hashlib.sha256(b"\x1e".join(parts)).hexdigest()[:16]


@cache
def curated() -> dict[tuple[str, str], date]:
    """Commencement of amended texts by (name key or rank, version), from `commencement.toml`."""
    table = _table("commencement.toml")
    single = {(name_key(row["law"]), str(row["version"])): row["start"] for row in table["commencement"]}
    return {(row["rank"], str(row["version"])): row["start"] for row in table["package"]} | single


@dataclass(frozen=True, slots=True)
class Succession:
    """A law ended on `day` by another act; `renamed` where the matter went on under another title."""

    law: str
    by: str
    day: date
    renamed: bool


@cache
def successions() -> dict[str, Succession]:
    """Curated ends by name key, from `succession.toml`."""
    rows = _table("succession.toml")["succession"]
    return {name_key(row["law"]): Succession(row["law"], row["by"], row["day"], row["renamed"]) for row in rows}


def settle(connection: sqlite3.Connection) -> None:
    """Write start, end and repeal of every version and law; the caller commits."""
    shelf = _read(connection)
    _link_decisions(connection, shelf)
    for law in shelf.by_law:
        _starts(shelf, law)
    for law in shelf.by_law:
        _ends(shelf.by_law[law])
        _unheld(shelf, law)
    repealed = _repeals(shelf)
    connection.executemany(
        "UPDATE version SET start = ?, finish = ?, start_reason = ?, end_reason = ? WHERE id = ?",
        [(_iso(v.start), _iso(v.end), v.start_reason, v.end_reason, v.id) for v in shelf.versions.values()],
    )
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('dated', ?)", (edition(),))
    connection.execute("UPDATE law SET repealed_by = '', repealed_from = ''")
    connection.executemany(
        "UPDATE law SET repealed_by = ?, repealed_from = ? WHERE id = ?",
        [(by, _iso(day), law) for law, (day, by) in repealed.items()],
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read(connection: sqlite3.Connection) -> _Shelf:
    laws = connection.execute("SELECT id, key, name, rank FROM law").fetchall()
    versions: dict[int, _Version] = {}
    by_law: dict[int, list[_Version]] = defaultdict(list)
    rows = connection.execute(
        "SELECT id, law, day, commences, publication, delay, stated, amended FROM version ORDER BY law, day"
    )
    for key, law, day, commences, publication, delay, stated, amended in rows:
        life = Life(_date(commences), bool(publication), delay)
        version = _Version(key, law, _date(day), life, _date(stated), bool(amended))
        versions[key] = version
        by_law[law].append(version)
    repeals = connection.execute("SELECT version, target FROM repeals ORDER BY version, target").fetchall()
    return _Shelf(
        {r[0]: r[2] for r in laws}, {r[0]: r[3] for r in laws}, {r[1]: r[0] for r in laws}, versions, by_law, repeals
    )


def _link_decisions(connection: sqlite3.Connection, shelf: _Shelf) -> None:
    decisions: dict[int, list[_Version]] = defaultdict(list)
    for version, target in connection.execute("SELECT version, target FROM amends ORDER BY version, target"):
        law = shelf.keys.get(target)
        source = shelf.versions[version].law
        if law is not None and law != source and shelf.ranks[law] == shelf.ranks[source]:
            decisions[law].append(shelf.versions[version])
    shelf.decisions = decisions


def _starts(shelf: _Shelf, law: int) -> None:
    for place, version in enumerate(shelf.by_law[law]):
        first = place == 0 and not version.amended
        version.start, version.start_reason = _start(shelf, version, first)


def _start(shelf: _Shelf, version: _Version, first: bool) -> tuple[date | None, str]:
    day, fixed = version.day, version.life.commences
    if day is None:
        known = fixed or version.stated
        return known, "unknown" if known is None else "clause" if fixed else "source"
    if fixed is not None and fixed >= day:
        return fixed, "clause"
    if amended := _amended_start(shelf, version, day):
        return amended
    if version.stated is not None and version.stated > day:
        return version.stated, "source"
    own = commencement_day(version.life, day)
    if own is not None and own >= day:
        return (own, "clause") if first else (day, "clause")
    if fixed is not None and first and day - fixed <= NEAR:
        return fixed, "clause"
    return day, "assumed"


def _amended_start(shelf: _Shelf, version: _Version, day: date) -> tuple[date, str] | None:
    """Commencement of the amendment adopted on `day`: its own clause where the store has it, else the curated table."""
    for decision in shelf.decisions.get(version.law, ()):
        if decision.day is not None and abs(decision.day - day) <= timedelta(days=3):
            start = commencement_day(decision.life, decision.day)
            if start is not None and start >= day:
                return start, "decision"
    table = curated()
    found = table.get((name_key(shelf.names[version.law]), day.isoformat()))
    if found is None and (version.amended or not version.life.publication):
        found = table.get((shelf.ranks[version.law], day.isoformat()))
    return (found, "curated") if found else None


def _ends(versions: list[_Version]) -> None:
    """End each version where the next one starts; a version overtaken before it started never was in force."""
    dated = [v for v in versions if v.start is not None]
    dated.sort(key=lambda v: (v.start or date.min, v.day or date.min))
    for version, following in pairwise(dated):
        version.end, version.end_reason = following.start, "next"
    for version in versions:
        if version.start is None and dated:
            version.end, version.end_reason = dated[0].start, "next"


def _unheld(shelf: _Shelf, law: int) -> None:
    """End the last version held where the curated table knows a later text of the law."""
    last = max((v for v in shelf.by_law[law] if v.day), key=lambda v: v.day or date.min, default=None)
    if last is None or last.day is None or last.end is not None:
        return
    key = name_key(shelf.names[law])
    later = [start for (name, day), start in curated().items() if name == key and day > (last.day + NEAR).isoformat()]
    if later and (last.start is None or last.start < min(later)):
        last.end, last.end_reason = min(later), "unheld"


def _repeals(shelf: _Shelf) -> dict[int, tuple[date, str]]:
    """Apply repeal clauses and the curated table; the earliest act that ends the last version is named."""
    acts = _acts(shelf)
    repealed: dict[int, tuple[date, str]] = {}
    for law, day, _ in sorted(acts, key=lambda act: (act[1], act[2])):
        for version in shelf.by_law[law]:
            adopted = version.day or version.start
            if adopted is None or adopted >= day or (version.start is not None and version.start >= day):
                continue
            if version.end is None or version.end > day:
                version.end, version.end_reason = day, "repeal"
    for law, day, by in sorted(acts, key=lambda act: (act[1], act[2])):
        if law not in repealed and any(v.end == day and v.end_reason == "repeal" for v in shelf.by_law[law]):
            repealed[law] = (day, by)
    alive = {law for law in repealed if any(v.end is None for v in shelf.by_law[law])}
    return {law: act for law, act in repealed.items() if law not in alive}


def _named(shelf: _Shelf, target: str) -> int | None:
    """The law a clause names; interpretations and decisions are named without their makers."""
    return next((shelf.keys[organ + target] for organ in MAKERS if organ + target in shelf.keys), None)


def _acts(shelf: _Shelf) -> list[tuple[int, date, str]]:
    acts: dict[tuple[int, str], date] = {}
    for key, target in shelf.repeals:
        version = shelf.versions[key]
        law = _named(shelf, target)
        day = version.life.commences or version.start
        if law is None or law == version.law or day is None:
            continue
        place = (law, shelf.names[version.law])
        acts[place] = min(day, acts.get(place, day))
    for target, end in successions().items():
        if (law := _named(shelf, target)) is not None:
            acts[law, end.by] = end.day
    return [(law, day, by) for (law, by), day in acts.items()]
