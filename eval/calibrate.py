"""Fit the confidence of findings to what is right, on our own clauses; print how far off it is on others.

    python -m beishen.eval.calibrate [--home DIR] [--every N] [--write]

Fitted on the pairs of `a.jsonl` by isotonic regression per level (pool adjacent violators, blocks of at least `LEAST`
findings, one right and one wrong finding added to each). A finding is right when its clause is faulty and one of its
types is of the clause's family. Half of these clauses are faulty: in documents where fewer are, fewer findings are
right. ECE is over ten equal bins, printed before and after, on `a` (fitted) and on `b` (held out, read by no author of
rules). `--write` replaces `review/calibration.toml`.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..review.calibration import FILE, UNCOUNTED, Points, along
from ..review.engine import Engine, EngineSettings
from ..review.finding import Finding, FindingLevel
from ..service.settings import load as load_settings
from .cases import CLAUSES, FAMILIES, Case, Outcome, own_cases, run, say

LEAST, BINS = 20, 10
LEVELS = (FindingLevel.CONFLICT, FindingLevel.DOUBT, FindingLevel.HINT)


@dataclass(frozen=True, slots=True)
class Point:
    """A finding of a level with the confidence it stated, and whether it is right."""

    level: str
    stated: float
    right: bool


def right(case: Case, finding: Finding) -> bool:
    """Does the finding name what is wrong with the clause?"""
    wanted = {FAMILIES.get(kind, kind) for kind in case.types}
    return case.faulty and any(FAMILIES.get(kind, kind) in wanted for kind in finding.types)


def stated(finding: Finding) -> float:
    """The confidence that the rules stated, before calibration."""
    value = finding.why.get("stated", finding.confidence)
    return value if isinstance(value, float) else finding.confidence


def gathered(outcomes: Sequence[Outcome]) -> list[Point]:
    """Every finding that calibration applies to."""
    return [
        Point(finding.level.value, stated(finding), right(outcome.case, finding))
        for outcome in outcomes
        for finding in outcome.findings
        if finding.level in LEVELS and not finding.rule.startswith(UNCOUNTED)
    ]


def isotonic(found: Sequence[Point]) -> Points:
    """Rising points (mean stated confidence, smoothed share right); empty for too few findings."""
    if len(found) < LEAST:
        return ()
    blocks: list[list[Point]] = []
    for point in sorted(found, key=lambda p: p.stated):
        if blocks and (len(blocks[-1]) < LEAST or blocks[-1][-1].stated == point.stated):
            blocks[-1].append(point)
        else:
            blocks.append([point])
    if len(blocks) > 1 and len(blocks[-1]) < LEAST:
        last = blocks.pop()
        blocks[-1] += last
    risen: list[list[Point]] = []
    for block in blocks:
        risen.append(block)
        while len(risen) > 1 and _share(risen[-2]) >= _share(risen[-1]):
            last = risen.pop()
            risen[-1] = risen[-1] + last
    return tuple((round(sum(p.stated for p in b) / len(b), 3), round(_share(b), 3)) for b in risen)


def _share(block: Sequence[Point]) -> float:
    return (sum(point.right for point in block) + 1) / (len(block) + 2)


def ece(found: Sequence[tuple[float, bool]]) -> float | None:
    """Expected calibration error over ten equal bins; None over nothing."""
    if not found:
        return None
    total = 0.0
    for at in range(BINS):
        inside = [(p, y) for p, y in found if at / BINS <= p < (at + 1) / BINS or (at == BINS - 1 and p == 1.0)]
        if inside:
            total += abs(sum(p for p, _ in inside) - sum(y for _, y in inside))
    return total / len(found)


def table(found: Sequence[Point]) -> dict[str, Points]:
    """The points of every level that has enough findings."""
    by_level = {level.value: isotonic([p for p in found if p.level == level.value]) for level in LEVELS}
    return {level: points for level, points in by_level.items() if points}


def toml(levels: dict[str, Points], found: Sequence[Point]) -> str:
    """The file that the review reads."""
    counted = "；".join(f"{name} {sum(p.level == name for p in found)}" for name in levels)
    lines = [
        "# 由程序写成：python -m beishen.eval.calibrate --write。规则自报的把握 → 在自写条款上数出的比例。",
        f"# 所数的发现：{counted}。",
        "[levels]",
        *(f"{name} = [{', '.join(f'[{x}, {y}]' for x, y in points)}]" for name, points in levels.items()),
    ]
    return "\n".join(lines) + "\n"


def outcomes(engine: Engine, path: Path, every: int) -> list[Outcome]:
    """Review every Nth pair of a file (both twins), with the confidence that rules state."""
    rows = list(own_cases(path))
    kept = set(sorted({case.id for case in rows})[::every])
    return [run(case, engine) for case in rows if case.id in kept]


def main(arguments: list[str] | None = None) -> int:
    """Fit on a, measure on a and b."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--every", type=int, default=1, help="only every Nth pair")
    parser.add_argument("--write", action="store_true", help="replace review/calibration.toml")
    options = parser.parse_args(arguments)
    settings = load_settings()
    levels: dict[str, Points] = {}
    with Engine.open(EngineSettings(options.home or settings.home, settings.threads)) as engine:
        for name in ("a", "b"):
            found = gathered(outcomes(engine, CLAUSES / f"{name}.jsonl", options.every))
            if name == "a":
                levels, fitted = table(found), found
            _tell(name, found, levels)
    if options.write:
        FILE.write_text(toml(levels, fitted), encoding="utf-8")
    return 0


def _tell(name: str, found: Sequence[Point], levels: dict[str, Points]) -> None:
    for level in ("all", *levels):
        rows = [p for p in found if level in ("all", p.level) and p.level in levels]
        before = ece([(p.stated, p.right) for p in rows])
        after = ece([(along(levels[p.level], p.stated), p.right) for p in rows])
        shown = "–" if before is None or after is None else f"ECE {before:.3f} -> {after:.3f}"
        say(f"{name} {level:<9} findings {len(rows):>4}, right {sum(p.right for p in rows):>4}, {shown}")


if __name__ == "__main__":
    sys.exit(main())
