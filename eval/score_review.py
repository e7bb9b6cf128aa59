"""The review's measures: real cases, minimal pairs, our own clauses, the gold of real documents, beside the baselines.

Every measure has its denominator; every single outcome is kept by id (no text of a case) in `results/review.jsonl`.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..review.engine import Engine
from ..review.finding import FindingLevel
from . import baselines, cases, gold_review
from .baselines import Said
from .cases import Case, Outcome
from .corpora_all import Measured

_EVERY = 20


@dataclass(frozen=True, slots=True)
class Bench:
    """What the review room needs: an opened engine, a folder for caches, the file of single outcomes."""

    engine: Engine
    cache: Path
    kept: Path


def measured(bench: Bench) -> Iterator[Measured]:
    """Real cases and minimal pairs, each clause inside its short document."""
    rows: list[dict[str, object]] = []
    for name, sort in _sets():
        outcomes = [cases.run(case, bench.engine) for case in sort]
        rows += [_row(name, outcome) for outcome in outcomes]
        yield from rates(name, outcomes)
    _keep(bench.kept, rows)


def simpler(bench: Bench) -> Iterator[Measured]:
    """The four baselines on the same cases."""
    for letter, baseline in _baselines(bench):
        for name, sort in _sets():
            yield from _baseline_rates(f"baseline.{letter}.{name}", baselines.run(baseline, sort))


def _sets() -> tuple[tuple[str, list[Case]], ...]:
    shared = cases.shared_folder() / "cases"
    real, pairs = cases.real_cases(shared / "real.jsonl"), cases.pair_cases(shared / "pairs.jsonl")
    return ("real", list(real)), ("pairs", list(pairs))


def own(bench: Bench) -> Iterator[Measured]:
    """Totals over our own pairs; the file the rules were written beside (a), and those their author never opened."""
    for path in sorted(cases.CLAUSES.glob("[a-z].jsonl")):
        outcomes = [cases.run(case, bench.engine) for case in cases.own_cases(path)]
        yield from rates(f"own.{path.stem}", outcomes)


def rates(name: str, outcomes: Sequence[Outcome]) -> Iterator[Measured]:
    """Flagged, type right, governing law and article among the first three, lawful flagged."""
    faulty = [o for o in outcomes if o.case.faulty]
    lawful = [o for o in outcomes if not o.case.faulty]
    named = [o for o in faulty if any(number for _, number in o.case.laws)]
    with_law = [o for o in faulty if o.case.laws]
    yield rate(f"{name}.flagged", sum(o.flagged for o in faulty), len(faulty))
    yield rate(f"{name}.type", sum(o.type_right for o in faulty), len(faulty))
    yield rate(f"{name}.law3", sum(o.flagged and o.cited(False) for o in with_law), len(with_law))
    yield rate(f"{name}.article3", sum(o.flagged and o.cited(True) for o in named), len(named))
    yield rate(f"{name}.lawful_flagged", sum(o.flagged for o in lawful), len(lawful))


def _baseline_rates(name: str, said: Sequence[Said]) -> Iterator[Measured]:
    faulty, lawful = [s for s in said if s.case.faulty], [s for s in said if not s.case.faulty]
    named = [s for s in faulty if any(number for _, number in s.case.laws)]
    with_law = [s for s in faulty if s.case.laws]
    if any(s.flagged for s in said):
        yield rate(f"{name}.flagged", sum(s.flagged for s in faulty), len(faulty))
        yield rate(f"{name}.lawful_flagged", sum(s.flagged for s in lawful), len(lawful))
    if any(s.cited for s in said):
        yield rate(f"{name}.law3", sum(s.governing(False) for s in with_law), len(with_law))
        yield rate(f"{name}.article3", sum(s.governing(True) for s in named), len(named))
        yield rate(f"{name}.article5", sum(s.governing(True, 5) for s in named), len(named))


def _baselines(bench: Bench) -> Iterator[tuple[str, baselines.Baseline]]:
    yield "a", baselines.trigger_words
    yield "b", baselines.rules_alone(bench.engine)
    sample = list(cases.own_cases(cases.CLAUSES / "a.jsonl"))[::_EVERY]
    yield "c", baselines.retrieval(bench.engine, sample)[0]
    yield "d", baselines.law_search(bench.cache)


def gold(engine: Engine) -> Iterator[Measured]:
    """Agreement with two readers' gold of real documents."""
    tallies, lost = gold_review.measure(engine)
    tally = tallies["both"]
    right, wrong = sum(tally.right.values()), sum(tally.wrong.values())
    sure = tally.conflicts[True] + tally.conflicts[False]
    yield rate("gold.precision", right, right + wrong)
    yield rate("gold.conflict_precision", tally.conflicts[True], sure)
    found = rate("gold.recall", tally.found, tally.places)
    yield Measured(found.id, found.value, f"{found.over}, {lost} places not located")
    flags = right + wrong + tally.neutral
    per = 100 * flags / tally.clauses if tally.clauses else None
    yield Measured("gold.flags_per_100", per, f"{flags} flags in {tally.clauses} clauses")


def rate(ident: str, part: int, whole: int) -> Measured:
    """A share with its denominator; None over nothing."""
    return Measured(ident, part / whole if whole else None, f"{part}/{whole}")


def _row(name: str, outcome: Outcome) -> dict[str, object]:
    """One outcome without any text of the case."""
    return {
        "set": name,
        "id": outcome.case.id,
        "faulty": outcome.case.faulty,
        "flagged": outcome.flagged,
        "type_right": outcome.type_right,
        "law_in_3": outcome.cited(False),
        "article_in_3": outcome.cited(True),
        "rules": [f"{f.level} {f.rule}" for f in outcome.findings if f.level is not FindingLevel.FORM],
    }


def _keep(path: Path, rows: Sequence[dict[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
