"""The fingerprints of findings (review/fingerprint.py) from one version of a filed document to the next."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...review.fingerprint import plain_words


def by_hand(words: str) -> str:
    """The fingerprint of a finding that a person added, by what it quotes and says."""
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def numbered(prints: Iterable[str]) -> tuple[str, ...]:
    """The same prints made unique: the second of equal ones gets “-2”."""
    seen: Counter[str] = Counter()
    found = []
    for key in prints:
        seen[key] += 1
        found.append(key if seen[key] == 1 else f"{key}-{seen[key]}")
    return tuple(found)


def carried(new: Sequence[tuple[str, str, str]], old: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Fingerprints for new findings (print, rule, quote), taking over those of old ones.

    A finding whose clause was touched elsewhere keeps the old print where rule and quoted words are the same and
    the old print is not found again as it was.
    """
    prints = {key for key, _, _ in new}
    free: dict[tuple[str, str], list[str]] = {}
    for row in old:
        if row["fingerprint"] not in prints:
            free.setdefault((row["rule"].partition("@")[0], plain_words(row["quote"])), []).append(row["fingerprint"])
    known = {row["fingerprint"] for row in old}
    found = []
    for key, rule, quote in new:
        waiting = free.get((rule.partition("@")[0], plain_words(quote)))
        found.append(waiting.pop(0) if key not in known and waiting else key)
    return tuple(found)
