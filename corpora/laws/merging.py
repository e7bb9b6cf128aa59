"""Tell whether a text is a version the store already has, from another source or under a slightly different date."""

import re
import sqlite3
from datetime import date, timedelta

from .record import LawText, Provision

_NOISE = re.compile(r"[\W_]+")
NEAR = timedelta(days=120)
ALIKE = 0.9


def same_version(connection: sqlite3.Connection, law: int, text: LawText) -> tuple[int, int, bool] | None:
    """(version id, its priority, whether its wording is the same) of the version that `text` repeats, or None.

    The same date is the same version; so is the same wording, or nearly the same wording within four months
    (sources date a version by adoption, publication or approval).
    """
    rows = connection.execute("SELECT id, day, priority FROM version WHERE law = ? ORDER BY day", (law,)).fetchall()
    if not rows:
        return None
    wording = words(text.provisions)
    best: tuple[float, int, int] | None = None
    for version, day, priority in rows:
        alike = likeness(wording, stored_words(connection, version))
        if day == text.version:
            return version, priority, alike == 1.0
        close = not day or not text.version or abs(date.fromisoformat(day) - date.fromisoformat(text.version)) <= NEAR
        if (alike == 1.0 or (close and alike >= ALIKE)) and (best is None or alike > best[0]):
            best = (alike, version, priority)
    return (best[1], best[2], best[0] == 1.0) if best else None


def words(provisions: tuple[Provision, ...]) -> dict[str, str]:
    """Wording of each numbered provision without punctuation and spaces."""
    return {p.number: _NOISE.sub("", p.text) for p in provisions}


def stored_words(connection: sqlite3.Connection, version: int) -> dict[str, str]:
    """`words` of a stored version."""
    rows = connection.execute("SELECT number, text FROM provision WHERE version = ? ORDER BY place", (version,))
    return {number: _NOISE.sub("", text) for number, text in rows}


def likeness(one: dict[str, str], two: dict[str, str]) -> float:
    """Share of article numbers whose wording is the same in both."""
    numbers = one.keys() | two.keys()
    return sum(one.get(n) == two.get(n) for n in numbers) / len(numbers) if numbers else 0.0
