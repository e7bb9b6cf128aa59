"""How many real cases and minimal pairs are found, and how many lawful twins stay quiet?

    python -m beishen.eval.cases                      # real cases and pairs against the default law store
    python -m beishen.eval.cases --home DIR           # against the law store of another data folder
    python -m beishen.eval.cases --own model/training/clauses/a.jsonl

Conflict and doubt count as flags. Every single outcome is printed with `--each`. The cases lie beside the project
(BEISHEN_SHARED); pairs of our own writing can be measured the same way with `--own`.
"""

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from ..corpora.intake import Overrides, read
from ..corpora.laws.names import name_key
from ..corpora.laws.store import LawStore
from ..corpora.limits import Limits
from ..corpora.text import Instrument, Level
from ..review.engine import Engine, EngineSettings
from ..review.finding import Finding, FindingLevel
from ..review.pipeline import judge
from ..service.settings import load as load_settings
from .casedoc import document

DAY = date(2026, 11, 23)
# Clauses of our own writing.
CLAUSES = Path(__file__).resolve().parents[1] / "model" / "training" / "clauses"
FLAGS = (FindingLevel.CONFLICT, FindingLevel.DOUBT)
FAMILIES = dict.fromkeys(("deadline", "amount", "scope", "concept", "procedure", "inconsistent"), "comparison")
FAMILIES |= {"duty": "burden", "right": "burden", "condition": "condition", "proof": "condition", "permit": "condition"}


@dataclass(frozen=True, slots=True)
class Case:
    """A clause to review: what it is, who issued it, whether it should be flagged, on which articles."""

    id: str
    text: str
    issuer: str
    level: str
    title: str
    field: str
    faulty: bool
    types: tuple[str, ...]
    laws: tuple[tuple[str, str], ...]
    instrument: str = "规范性文件"


@dataclass(frozen=True, slots=True)
class Outcome:
    case: Case
    findings: tuple[Finding, ...]

    @property
    def flagged(self) -> bool:
        return any(f.level in FLAGS for f in self.findings)

    @property
    def type_right(self) -> bool:
        wanted = {FAMILIES.get(t, t) for t in self.case.types}
        return any(FAMILIES.get(t, t) in wanted for f in self.findings if f.level in FLAGS for t in f.types)

    def cited(self, article: bool) -> bool:
        """Is a governing law (or its very article) among the first three citations of a flag?"""
        wanted = {(name_key(law), number if article else "") for law, number in self.case.laws}
        for finding in self.findings:
            for c in finding.citations[:3]:
                if (name_key(c.law), c.article if article else "") in wanted:
                    return True
        return False


def shared_folder() -> Path:
    """The read-only material beside the project (`BEISHEN_SHARED` overrides its place)."""
    return Path(os.environ.get("BEISHEN_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))


_YEAR = re.compile(r"[（(]\d{4}[）)]$")  # 反垄断法(2007): the year of an edition, no part of the name
INSTRUMENTS = {"人大地方性法规": "地方性法规", "地方性法规": "地方性法规", "地方政府规章": "地方政府规章"}
LEVELS = {
    "人大地方性法规": "省级人大",
    "设区的市政府": "市级政府",
    "地方性法规": "市级人大",
    "地方政府规章": "市级政府",
}


def real_cases(path: Path) -> Iterator[Case]:
    """Real cases: one clause each, lawful or not, with the superior laws its source names."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        laws = tuple((_YEAR.sub("", law["law"]), law.get("article") or "") for law in row["superior_laws"])
        name = row["document"].strip("《》").split("》")[0]
        yield Case(row["id"], row["clause"], row["issuer"], row["issuer_level"], name, row["domain"],
                   row["verdict_label"] == "unlawful", tuple(row["types"]), laws)  # fmt: skip


def pair_cases(path: Path) -> Iterator[Case]:
    """Minimal pairs: the violating clause and its lawful twin."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        laws = tuple((law["law"], law["article"]) for law in row["laws"])
        for kind in ("violating", "lawful"):
            yield Case(row["id"], row[kind], row["issuer"], row["issuer_level"], row["doc_title"], row["field"],
                       kind == "violating", tuple(row["types"]), laws)  # fmt: skip


def own_cases(path: Path) -> Iterator[Case]:
    """Clauses of our own writing that belong to a pair."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["pair"]:
            laws = tuple((law["law"], law["article"]) for law in row["laws"])
            yield Case(
                row["pair"],
                row["text"],
                row["issuer"],
                row["level"],
                row["title"],
                row["field"],
                row["faulty"],
                tuple(row["types"]),
                laws,
                row["instrument"],
            )


def run(case: Case, engine: Engine) -> Outcome:
    """Review the case inside a short document; keep the findings on its clause, and the successors of its laws."""
    source = document(case.text, case.issuer, case.title, case.field.split("/")[0])
    instrument = INSTRUMENTS.get(case.level, case.instrument)
    level = LEVELS.get(case.level, case.level)
    overrides = Overrides(issuer=case.issuer, level=Level(level), instrument=Instrument(instrument))
    read_document = read(source, Limits(), overrides)
    findings, _ = judge(read_document, engine, DAY)
    neutral = ("1", "2", "3", "5", "6")
    kept = tuple(f for f in findings if f.clause and f.clause.split(".")[0] not in neutral)
    return Outcome(followed(case, engine.store), kept)


def followed(case: Case, store: LawStore) -> Case:
    """The case with the successors of the laws it names beside them."""
    ends = (store.repeal(law) for law, _ in case.laws)
    return replace(case, laws=case.laws + tuple((end.by, "") for end in ends if end))


def held(case: Case, store: LawStore) -> bool:
    """Whether the store has a law that the case names, or its successor, in force on the day."""
    return any((found := store.law(law)) and store.version_on(found.name, DAY) for law, _ in case.laws)


def report(name: str, outcomes: list[Outcome], store: LawStore) -> None:
    """Print the measures of a set with their denominators."""
    faulty = [o for o in outcomes if o.case.faulty]
    lawful = [o for o in outcomes if not o.case.faulty]
    named = [o for o in faulty if any(number for _, number in o.case.laws)]
    with_law = [o for o in faulty if o.case.laws]
    in_store = [o for o in with_law if held(o.case, store)]
    say(f"\n{name}: {len(outcomes)} clauses")
    say(_rate("  faulty flagged", sum(o.flagged for o in faulty), len(faulty)))
    say(_rate("  of them conflict", sum(any(f.level is FLAGS[0] for f in o.findings) for o in faulty), len(faulty)))
    say(_rate("  type family right", sum(o.type_right for o in faulty), len(faulty)))
    say(_rate("  law among first three citations", sum(o.flagged and o.cited(False) for o in with_law), len(with_law)))
    found = sum(o.flagged and o.cited(False) for o in in_store)
    say(_rate("  the same where the store has the law or its successor", found, len(in_store)))
    say(_rate("  article among first three citations", sum(o.flagged and o.cited(True) for o in named), len(named)))
    say(_rate("  lawful flagged", sum(o.flagged for o in lawful), len(lawful)))
    fired = Counter((f.rule, o.case.faulty) for o in outcomes for f in o.findings if f.level in FLAGS)
    for rule in sorted({rule for rule, _ in fired}):
        say(f"    {rule}: faulty {fired[rule, True]}, lawful {fired[rule, False]}")


def _rate(words: str, part: int, whole: int) -> str:
    return f"{words}: {part}/{whole}" + (f" = {part / whole:.3f}" if whole else "")


def each(outcomes: list[Outcome]) -> None:
    """Print every outcome with its findings."""
    for o in outcomes:
        mark = "+" if o.flagged == o.case.faulty else "-"
        say(f"{mark} {o.case.id} {'faulty' if o.case.faulty else 'lawful'} {o.case.types} {o.case.text}")
        for f in o.findings:
            laws = [f"{c.law}{c.article}{'' if c.stored else '?'}" for c in f.citations[:3]]
            say(f"      {f.level} {f.rule} {f.message} {laws}")


def say(words: str) -> None:
    """Print a line at once: who waits for a long measurement sees how far it is."""
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--own", type=Path, action="append", default=[], help="pairs of our own writing (JSONL)")
    parser.add_argument("--each", action="store_true", help="print every outcome")
    options = parser.parse_args()
    settings = load_settings()
    cases = shared_folder() / "cases"
    sets = [("real", list(real_cases(cases / "real.jsonl"))), ("pairs", list(pair_cases(cases / "pairs.jsonl")))]
    if options.own:
        sets = [(path.name, list(own_cases(path))) for path in options.own]
    with Engine.open(EngineSettings(options.home or settings.home, settings.threads)) as engine:
        for name, rows in sets:
            outcomes = [run(case, engine) for case in rows]
            if options.each:
                each(outcomes)
            report(name, outcomes, engine.store)


if __name__ == "__main__":
    main()
