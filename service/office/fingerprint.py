"""What makes a finding the same in the next version of a document: its rule and the words of its clause."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_NUMBER = re.compile(
    r"^(?:第[零〇一二三四五六七八九十百]+条(?:之[一二三四五六七八九十]+)?|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．、])"
)
_SPACE = re.compile(r"\s+")


def plain(text: str) -> str:
    """Words without spaces, width and the clause's own number, so that renumbering and layout change nothing."""
    return _NUMBER.sub("", _SPACE.sub("", unicodedata.normalize("NFKC", text)), count=1)


def of(rule: str, clause: str, quote: str) -> str:
    """The fingerprint of a finding by rule (without its version), clause text and quote."""
    key = "\x1f".join((rule.partition("@")[0], plain(clause), plain(quote)))
    return hashlib.sha256(key.encode()).hexdigest()[:32]


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
            free.setdefault((row["rule"].partition("@")[0], plain(row["quote"])), []).append(row["fingerprint"])
    known = {row["fingerprint"] for row in old}
    found = []
    for key, rule, quote in new:
        waiting = free.get((rule.partition("@")[0], plain(quote)))
        found.append(waiting.pop(0) if key not in known and waiting else key)
    return tuple(found)
