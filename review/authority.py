"""May this organ set this with this instrument? The power table (`power.toml`) read once.

行政许可法 14-17; 行政处罚法 10-16; 行政强制法 10, 13.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..corpora.text import Instrument, Level

TABLE = Path(__file__).parent / "power.toml"


@dataclass(frozen=True, slots=True)
class Power:
    """What the table says of an act: its kind, whether the instrument may set it, and by which article."""

    act: str
    kind: str
    name: str
    allowed: bool
    law: str
    article: str


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def power(act: str, words: str, instrument: Instrument, level: Level) -> Power:
    """Look up an act described by the matched words. An unknown instrument may set nothing."""
    entry = _table()[act]
    kind = next(kind for kind in entry["kinds"] if re.search(kind["pattern"], words) or kind is entry["kinds"][-1])
    allowed = kind["id"] in entry["may"].get(instrument.value, ())
    levels = entry.get("levels", {}).get(instrument.value)
    if levels and level.value not in levels:
        allowed = False
    ground = entry.get("grounds", {}).get(instrument.value, entry["ground"])
    return Power(act, kind["id"], kind["name"], allowed, ground["law"], ground["article"])


def kinds(act: str, text: str) -> frozenset[str]:
    """Ids of every kind of an act that a text speaks of."""
    return frozenset(kind["id"] for kind in _table()[act]["kinds"] if re.search(kind["pattern"], text))


def kind_name(act: str, kind: str) -> str:
    """Chinese name of a kind."""
    return next(str(entry["name"]) for entry in _table()[act]["kinds"] if entry["id"] == kind)
