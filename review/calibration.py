"""Confidence as a frequency: of findings said with this confidence, how many are right?

A rule's own confidence is its author's guess. `calibration.toml` maps it per level to what was counted on clauses of
our own (`python -m beishen.eval.calibrate`); between the points the line is straight, beyond them level. Findings of
kinds that those clauses do not hold (gone law, form, the document as a whole) keep theirs, and so do the judge's.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from .finding import Finding, FindingLevel, Why

FILE = Path(__file__).parent / "calibration.toml"
UNCOUNTED = ("stale.", "form.", "internal.", "powers.", "judge.")
Points = tuple[tuple[float, float], ...]


@cache
def points(path: Path = FILE) -> Mapping[str, Points]:
    """The points of each level, by rising confidence; nothing where the file is absent."""
    if not path.exists():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8"))["levels"]
    return {level: tuple((float(x), float(y)) for x, y in rows) for level, rows in table.items()}


def calibrated(finding: Finding, table: Mapping[str, Points] | None = None) -> Finding:
    """The finding with its confidence as counted; what the rule stated stays in the reasons (`stated`)."""
    known = (points() if table is None else table).get(finding.level.value)
    if not known or finding.rule.startswith(UNCOUNTED) or finding.level is FindingLevel.FORM:
        return finding
    counted = round(along(known, finding.confidence), 2)
    return replace(finding, confidence=counted, why=Why({**finding.why, "stated": finding.confidence}))


def along(known: Points, x: float) -> float:
    """The value at `x` on straight lines between the points."""
    if x <= known[0][0]:
        return known[0][1]
    for (left, low), (right, high) in pairwise(known):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return known[-1][1]
