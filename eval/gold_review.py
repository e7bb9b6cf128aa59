"""How well does the review agree with two reviewers' readings of 44 real documents (`eval/gold`)?

    python -m beishen.eval.gold_review [--home DIR] [--each]

Conflict and doubt count as flags. A flag is right when it overlaps a place that a reader raised, neutral when it was
raised as a hint only, wrong elsewhere; a place (conflict or doubt) is found when a flag overlaps it. The numbers stand
beside the first reader alone (`review.jsonl`), the second alone (`second.jsonl`), and both: there a flag is right when
either raised it, and the places to find are those of the first that the second raised as well. The documents lie
beside the project (BEISHEN_SHARED); the gold holds offsets and labels only.
"""

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..corpora.intake import read
from ..corpora.limits import Limits
from ..corpora.readers.formats import accept
from ..corpora.text import Document, Span
from ..review.engine import Engine, EngineSettings
from ..review.finding import Finding, FindingLevel
from ..review.pipeline import judge
from ..service.settings import load as load_settings
from .cases import DAY, FLAGS, say, shared_folder

FOLDER = Path(__file__).parent / "gold"
GOLD = FOLDER / "review.jsonl"
READINGS = {"first": GOLD, "second": FOLDER / "second.jsonl"}
Places = list[tuple[Span, dict[str, Any]]]


@dataclass(slots=True)
class Tally:
    """Counts over all documents; `right` and `wrong` are flags by rule."""

    clauses: int = 0
    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    neutral: int = 0
    conflicts: Counter[bool] = field(default_factory=Counter)
    places: int = 0
    found: int = 0
    missed: Counter[str] = field(default_factory=Counter)


def places(document: Document, raw: str, rows: list[dict[str, Any]]) -> Places:
    """Where a reader's places lie in the canonical text: matched on letters and digits only."""
    kept = [i for i, c in enumerate(document.text) if c.isalnum()]
    letters = "".join(document.text[i] for i in kept)
    found = []
    for row in rows:
        words = "".join(c for c in raw[row["start"] : row["end"]] if c.isalnum())
        at = letters.find(words)
        if at < 0:
            at = letters.find(words[:24])
        if at >= 0 and words:
            last = kept[min(at + len(words), len(kept)) - 1]
            found.append((Span(kept[at], last + 1), row))
    return found


def overlap(a: Span, b: Span) -> bool:
    return a.start < b.end and b.start < a.end


def score(document: Document, findings: tuple[Finding, ...], raised: Places, wanted: Places, tally: Tally) -> None:
    """Count one document: flags against the places `raised`, and which of the places `wanted` were found."""
    flags = [f for f in findings if f.level in FLAGS]
    for flag in flags:
        near = [row for span, row in raised if overlap(span, flag.span)]
        if any(row["level"] in FLAGS for row in near):
            tally.right[flag.rule] += 1
            tally.conflicts[True] += flag.level is FindingLevel.CONFLICT
        elif near:
            tally.neutral += 1
        else:
            tally.wrong[flag.rule] += 1
            tally.conflicts[False] += flag.level is FindingLevel.CONFLICT
    for span, row in loud(wanted):
        tally.places += 1
        hit = any(overlap(span, flag.span) for flag in flags)
        tally.found += hit
        if not hit:
            tally.missed.update(row["types"])
    tally.clauses += len(document.clauses)


def loud(raised: Places) -> Places:
    """The places raised as conflict or doubt."""
    return [(span, row) for span, row in raised if row["level"] in FLAGS]


def agreed(one: Places, other: Places) -> Places:
    """The places of one reader that the other raised as well."""
    return [(span, row) for span, row in loud(one) if any(overlap(span, theirs) for theirs, _ in loud(other))]


def show(findings: tuple[Finding, ...], gold: Places) -> None:
    """Print every flag with what the readers said of the place, and every place that was missed."""
    for flag in findings:
        if flag.level in FLAGS:
            near = [f"{row['level']}:{row['note']}" for span, row in gold if overlap(span, flag.span)]
            laws = [c.law + c.article for c in flag.citations[:2]]
            mark = "=" if near else "!"
            say(f"  {mark} {flag.level} {flag.rule} {flag.quote[:90]!r} {flag.message[:60]} {laws} {near}")
    for span, row in loud(gold):
        if not any(overlap(span, f.span) for f in findings if f.level in FLAGS):
            say(f"  ? {row['types']} {row['note']} {[x['law'] + (x['article'] or '') for x in row['laws']]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--each", action="store_true", help="print every flag and every miss")
    options = parser.parse_args()
    settings = load_settings()
    began = time.perf_counter()
    with Engine.open(EngineSettings(options.home or settings.home, settings.threads)) as engine:
        tallies, lost = measure(engine, options.each)
    say(f"{time.perf_counter() - began:.1f} s; places not located: {lost}")
    for name, tally in tallies.items():
        _report(name, tally)


def measure(engine: Engine, each: bool = False) -> tuple[dict[str, Tally], int]:
    """Review every document; counts beside each reader and both, and how many places were not located in the text."""
    tallies, lost = {name: Tally() for name in (*READINGS, "both")}, 0
    for lines in zip(*(path.read_text("utf-8").splitlines() for path in READINGS.values()), strict=True):
        rows = [json.loads(line) for line in lines]
        file = _same([row["file"] for row in rows])
        data = (shared_folder() / "documents" / file).read_bytes()
        document = read(accept(file, data, Limits()), Limits())
        first, second = (places(document, data.decode("utf-8"), row["findings"]) for row in rows)
        lost += sum(len(row["findings"]) for row in rows) - len(first) - len(second)
        findings, _ = judge(document, engine, DAY)
        if each:
            say(f"{file} {document.instrument} {document.kind.value}")
            show(findings, first + second)
        score(document, findings, first, first, tallies["first"])
        score(document, findings, second, second, tallies["second"])
        score(document, findings, first + second, agreed(first, second), tallies["both"])
    return tallies, lost


def _same(names: list[str]) -> str:
    (name,) = set(names)
    return name


def _report(name: str, tally: Tally) -> None:
    right, wrong = sum(tally.right.values()), sum(tally.wrong.values())
    sure = tally.conflicts[True] + tally.conflicts[False]
    say(f"{name}: clauses {tally.clauses}; flags right {right}, wrong {wrong}, neutral {tally.neutral}")
    say(f"  precision of conflict + doubt {right}/{right + wrong} = {right / max(1, right + wrong):.3f}")
    say(f"  precision of conflict {tally.conflicts[True]}/{sure} = {tally.conflicts[True] / max(1, sure):.3f}")
    say(f"  recall {tally.found}/{tally.places} = {tally.found / max(1, tally.places):.3f}")
    say(f"  flags per 100 clauses {100 * (right + wrong + tally.neutral) / max(1, tally.clauses):.2f}")
    say(f"  missed by type {dict(tally.missed.most_common())}")
    for rule in sorted(tally.right | tally.wrong) if name == "both" else ():
        say(f"    {rule}: right {tally.right[rule]}, wrong {tally.wrong[rule]}")


if __name__ == "__main__":
    main()
