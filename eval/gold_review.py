"""How well does the review agree with a reviewer's reading of 44 real documents (`eval/gold/review.jsonl`)?

    python -m beishen.eval.gold_review [--home DIR] [--each]

Conflict and doubt count as flags. A flag is right when it overlaps a place the reader raised, neutral when the
reader raised it as a hint only, wrong elsewhere; a place of the reader (conflict or doubt) is found when a flag
overlaps it. The documents lie beside the project (BEISHEN_SHARED); the gold holds offsets and labels only.
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

GOLD = Path(__file__).parent / "gold" / "review.jsonl"


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


def places(document: Document, raw: str, rows: list[dict[str, Any]]) -> list[tuple[Span, dict[str, Any]]]:
    """Where the reader's places lie in the canonical text: matched on letters and digits only."""
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


def score(
    document: Document, findings: tuple[Finding, ...], gold: list[tuple[Span, dict[str, Any]]], tally: Tally
) -> None:
    """Count one document."""
    flags = [f for f in findings if f.level in FLAGS]
    for flag in flags:
        near = [row for span, row in gold if overlap(span, flag.span)]
        if any(row["level"] in FLAGS for row in near):
            tally.right[flag.rule] += 1
            tally.conflicts[True] += flag.level is FindingLevel.CONFLICT
        elif near:
            tally.neutral += 1
        else:
            tally.wrong[flag.rule] += 1
            tally.conflicts[False] += flag.level is FindingLevel.CONFLICT
    for span, row in gold:
        if row["level"] in FLAGS:
            tally.places += 1
            hit = any(overlap(span, flag.span) for flag in flags)
            tally.found += hit
            if not hit:
                tally.missed.update(row["types"])
    tally.clauses += len(document.clauses)


def show(findings: tuple[Finding, ...], gold: list[tuple[Span, dict[str, Any]]]) -> None:
    """Print every flag with what the reader said of the place, and every place that was missed."""
    for flag in findings:
        if flag.level in FLAGS:
            near = [f"{row['level']}:{row['note']}" for span, row in gold if overlap(span, flag.span)]
            laws = [c.law + c.article for c in flag.citations[:2]]
            mark = "=" if near else "!"
            say(f"  {mark} {flag.level} {flag.rule} {flag.quote[:90]!r} {flag.message[:60]} {laws} {near}")
    for span, row in gold:
        if row["level"] in FLAGS and not any(overlap(span, f.span) for f in findings if f.level in FLAGS):
            say(f"  ? {row['types']} {row['note']} {[x['law'] + (x['article'] or '') for x in row['laws']]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--each", action="store_true", help="print every flag and every miss")
    options = parser.parse_args()
    settings = load_settings()
    began = time.perf_counter()
    with Engine.open(EngineSettings(options.home or settings.home, settings.threads)) as engine:
        tally, lost = measure(engine, options.each)
    _report(tally, lost, time.perf_counter() - began)


def measure(engine: Engine, each: bool = False) -> tuple[Tally, int]:
    """Review every document of the gold; the counts, and how many places were not located in the text."""
    tally, lost = Tally(), 0
    for line in GOLD.read_text("utf-8").splitlines():
        row = json.loads(line)
        data = (shared_folder() / "documents" / row["file"]).read_bytes()
        document = read(accept(row["file"], data, Limits()), Limits())
        gold = places(document, data.decode("utf-8"), row["findings"])
        lost += len(row["findings"]) - len(gold)
        findings, _ = judge(document, engine, DAY)
        if each:
            say(f"{row['file']} {document.instrument} {document.kind.value}")
            show(findings, gold)
        score(document, findings, gold, tally)
    return tally, lost


def _report(tally: Tally, lost: int, seconds: float) -> None:
    right, wrong = sum(tally.right.values()), sum(tally.wrong.values())
    sure = tally.conflicts[True] + tally.conflicts[False]
    say(f"clauses {tally.clauses}; flags right {right}, wrong {wrong}, neutral {tally.neutral}; {seconds:.1f} s")
    say(f"precision of conflict + doubt {right}/{right + wrong} = {right / max(1, right + wrong):.3f}")
    say(f"precision of conflict {tally.conflicts[True]}/{sure} = {tally.conflicts[True] / max(1, sure):.3f}")
    say(f"recall {tally.found}/{tally.places} = {tally.found / max(1, tally.places):.3f} (places not located: {lost})")
    say(f"flags per 100 clauses {100 * (right + wrong + tally.neutral) / max(1, tally.clauses):.2f}")
    say(f"missed by type {dict(tally.missed.most_common())}")
    for rule in sorted(tally.right | tally.wrong):
        say(f"    {rule}: right {tally.right[rule]}, wrong {tally.wrong[rule]}")


if __name__ == "__main__":
    main()
