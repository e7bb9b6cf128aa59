"""Every case beside a rule, through the whole pipeline: where a rule must speak and where it must keep quiet.

    python -m beishen.eval.rulecases [--home DIR] [FILE...]

Clauses of one head (issuer, title, level, instrument) share a document, so that a thousand cases take a minute.
Prints the cases that fail and the counts by file; exit code 1 when one fails.
"""

import argparse
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from ..corpora.intake import Overrides, read
from ..corpora.limits import Limits
from ..corpora.text import Document, Instrument, Level
from ..review.engine import Engine, EngineSettings
from ..review.finding import Finding, FindingLevel
from ..review.pipeline import judge
from ..review.standard import FOLDER
from ..service.settings import load as load_settings
from .casedoc import FIRST, of_clauses
from .cases import DAY, FLAGS, say

TOGETHER = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A case as written: the rule that must (or must not) fire on the clause, and the document it stands in."""

    file: str
    place: int
    rule: str
    fires: bool
    text: str
    title: str
    issuer: str
    level: str
    instrument: str

    @property
    def id(self) -> str:
        return f"{self.file}-{self.place:03d}-{self.rule}-{'fires' if self.fires else 'quiet'}"

    @property
    def head(self) -> tuple[str, str, str, str]:
        return self.issuer, self.title, self.level, self.instrument

    def kept(self, found: tuple[Finding, ...]) -> bool:
        """Did the review say of the clause what the case demands? A hint does not break a case that must be quiet."""
        levels = {one.level for one in said(found) if one.rule == self.rule}
        return bool(levels) if self.fires else not levels & set(FLAGS)


@dataclass(frozen=True, slots=True)
class Said:
    """A rule that spoke on a clause, at its own level (a merged finding says several)."""

    rule: str
    level: FindingLevel


def load(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Every case of every `*.cases.toml`, in order of file and place."""
    found: list[Case] = []
    for path in sorted(folder.glob("*.cases.toml")):
        parsed = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = [*parsed.get("case", ()), *(row for group in parsed.get("group", ()) for row in _ungrouped(group))]
        for place, row in enumerate(rows, 1):
            found.append(
                Case(
                    path.name.removesuffix(".cases.toml"),
                    place,
                    row["rule"],
                    row["fires"],
                    row["text"],
                    row["title"],
                    row["issuer"],
                    row.get("level", ""),
                    row.get("instrument", ""),
                )
            )
    return tuple(found)


def _ungrouped(group: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The cases of a group: one rule and head, the clauses it must fire on and those it must not."""
    head = {key: value for key, value in group.items() if key not in ("fires", "quiet")}
    for fires in (True, False):
        for text in group["fires" if fires else "quiet"]:
            yield {**head, "fires": fires, "text": text}


def reviewed(cases: tuple[Case, ...], engine: Engine) -> dict[str, tuple[Finding, ...]]:
    """The findings on each case's clause (and on the head of its document), by case id."""
    result: dict[str, tuple[Finding, ...]] = {}
    for together in documents(cases):
        findings, problems = judge(written(together), engine, DAY)
        if problems:
            raise RuntimeError("; ".join(problem.message for problem in problems))
        for number, case in enumerate(together, FIRST):
            mine = ("", str(number))
            result[case.id] = tuple(f for f in findings if f.clause.split(".")[0] in mine)
    return result


def documents(cases: tuple[Case, ...]) -> Iterator[tuple[Case, ...]]:
    """The cases of one head together, at most `TOGETHER` of them, in order of file and place."""
    for _, group in groupby(sorted(cases, key=lambda c: (c.head, c.file, c.place)), key=lambda c: c.head):
        same = tuple(group)
        yield from (same[start : start + TOGETHER] for start in range(0, len(same), TOGETHER))


def said(findings: tuple[Finding, ...]) -> Iterator[Said]:
    """Every rule that speaks in the findings, those merged into others too."""
    for finding in findings:
        yield Said(finding.rule.split("@")[0], finding.level)
        also = finding.why.get("also", ())
        for other in also if isinstance(also, tuple) else ():
            yield Said(str(other["rule"]).split("@")[0], FindingLevel(other["level"]))


def written(cases: tuple[Case, ...]) -> Document:
    """A document of the cases' common head with their clauses."""
    first = cases[0]
    overrides = Overrides(
        first.issuer,
        Level(first.level) if first.level else None,
        Instrument(first.instrument) if first.instrument else None,
    )
    return read(of_clauses([case.text for case in cases], first.issuer, first.title), Limits(), overrides)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="names of case files without ending, such as permit (default: all)")
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    given = parser.parse_args()
    settings = load_settings()
    cases = tuple(case for case in load() if not given.files or case.file in given.files)
    with Engine.open(EngineSettings(given.home or settings.home, settings.threads)) as engine:
        heard = reviewed(cases, engine)
    failed = [case for case in cases if not case.kept(heard[case.id])]
    for case in failed:
        others = "、".join(f"{one.level}:{one.rule}" for one in said(heard[case.id]))
        say(f"{case.id} 《{case.title}》 {case.text} [{others}]")
    wrong = Counter(case.file for case in failed)
    for file, count in sorted(Counter(case.file for case in cases).items()):
        say(f"{file}: {count - wrong[file]}/{count}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
