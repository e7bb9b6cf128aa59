"""Reviews every shared document and checks every printed citation against the law store.

    python -m beishen.eval.documents [FOLDER] [--every N] [--kind KIND]... [--out FILE]
    python -m beishen.eval.documents --kind 地方规范性文件 --kind 部门规范性文件 --kind 地方政府规章 --out out/kinds.md

Writes a table: files, clauses, findings per 100 clauses by level, seconds per document, problems. A citation is
sound when its text is the stored article's, its quote is part of that text, and its mark of being in force is what
the store computes for the day; a conflict must rest on an article in force. Anything unsound ends with exit code 1.
"""

import argparse
import json
import platform
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from ..corpora.intake import Overrides
from ..corpora.laws.store import LawStore
from ..review.finding import Citation, FindingLevel, Report, Status
from ..review.render.words import LEVELS
from ..service.cli.bench import Bench
from ..service.cli.files import expand
from ..service.cli.terminal import progress, write
from ..service.settings import Settings, load
from .cases import DAY, FLAGS, shared_folder

RESULTS = Path(__file__).parent / "results" / "documents.md"


@dataclass(frozen=True, slots=True)
class Line:
    """One file: its report and the seconds it took (reading included)."""

    report: Report
    seconds: float

    @property
    def clauses(self) -> int:
        return len(self.report.document.clauses) if self.report.document else 0

    def count(self, level: FindingLevel) -> int:
        return sum(finding.level is level for finding in self.report.findings)


@dataclass(frozen=True, slots=True)
class Survey:
    """All files in order, the faults of citations, and how many citations were checked or lack a stored text."""

    lines: tuple[Line, ...]
    faults: tuple[str, ...]
    checked: int
    unstored: int


def survey(paths: Sequence[Path], day: date = DAY, settings: Settings | None = None) -> Survey:
    """Review the files with one engine and check every citation printed."""
    lines: list[Line] = []
    faults: list[str] = []
    checked = unstored = 0
    with progress() as meter, Bench(settings or load(), meter) as bench:
        store = bench.engine.store
        start = time.perf_counter()
        for report in bench.reports(expand([str(path) for path in paths]), day, Overrides()):
            lines.append(Line(report, time.perf_counter() - start))
            for finding in report.findings:
                for citation in finding.citations:
                    checked += citation.stored
                    unstored += not citation.stored
                    faults += [f"{short(report.file)} {finding.rule}: {f}" for f in unsound(citation, store, day)]
            start = time.perf_counter()
    return Survey(tuple(lines), tuple(faults), checked, unstored)


def of_kinds(folder: Path, kinds: frozenset[str]) -> frozenset[str]:
    """Names of the files that the folder's list says to be of these kinds."""
    lines = (folder / "index.jsonl").read_text(encoding="utf-8").splitlines()
    return frozenset(row["file"] for row in map(json.loads, lines) if row["kind"] in kinds)


def unsound(citation: Citation, store: LawStore, day: date) -> Iterator[str]:
    """What is wrong with a printed citation; nothing for a sound one."""
    where = f"《{citation.law}》{citation.article}"
    if citation.quote not in citation.text:
        yield f"{where}: the quote is not in the printed text"
    if not citation.stored:
        return
    version = next((v for v in store.versions(citation.law) if v.version == citation.version), None)
    if version is None:
        yield f"{where}: no version {citation.version!r} in the store"
        return
    texts = [article.text for article in store.articles_of(version) if article.number == citation.article]
    if citation.text not in texts:
        yield f"{where}: the printed text is not the stored article"
    live = (version.start is None or version.start <= day) and (version.end is None or day < version.end)
    if citation.in_force != live:
        yield f"{where}: in_force is {citation.in_force}, by its dates it is {live}"


def short(file: str) -> str:
    """The number and group of a shared file and its ending; never its title."""
    path = Path(file)
    parts = path.name.split("_")
    return ("_".join(parts[:2]) if len(parts) > 2 else path.stem) + "".join(path.suffixes[-2:])[-12:]


def table(found: Survey, command: str) -> str:
    """The survey as Markdown."""
    lines = found.lines
    read = [line for line in lines if line.report.document]
    clauses = sum(line.clauses for line in read)
    seconds = sorted(line.seconds for line in read)
    statuses = Counter(line.report.status for line in lines)
    problems = Counter(problem.code for line in lines for problem in line.report.problems)
    kinds = Counter(line.report.document.kind.value.value for line in read if line.report.document)
    rows = [
        ("files", str(len(lines))),
        *((f"status {status.value}", str(statuses[status])) for status in Status),
        *((f"kind {kind}", str(count)) for kind, count in sorted(kinds.items())),
        ("clauses", str(clauses)),
        _rate("flags (conflict and doubt)", sum(line.count(level) for line in lines for level in FLAGS), clauses),
        *(
            _rate(f"findings {level.value} ({LEVELS[level]})", sum(line.count(level) for line in lines), clauses)
            for level in FindingLevel
        ),
        ("seconds per document: median, 90 %, most", _spread(seconds)),
        ("citations checked against the store", str(found.checked)),
        ("citations of provisions not in the store (未入库)", str(found.unstored)),
        ("unsound citations", str(len(found.faults))),
        *((f"problem {code}", str(count)) for code, count in sorted(problems.items())),
    ]
    head = f"# Every shared document, reviewed\n\n`{command}` on {platform.machine()}, law of {DAY.isoformat()}.\n"
    totals = "\n".join(f"| {name} | {value} |" for name, value in rows)
    each = "\n".join(_row(line) for line in lines)
    names = " | ".join(level.value for level in FindingLevel)
    return (
        f"{head}\n| what | number |\n| --- | --- |\n{totals}\n\n## Each file\n\n"
        f"| file | status | kind | clauses | {names} | seconds | problems |\n"
        f"| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |\n{each}\n"
    )


def _rate(what: str, count: int, clauses: int) -> tuple[str, str]:
    rate = f"{100 * count / clauses:.2f}" if clauses else "none"
    return f"{what}: count, per 100 clauses", f"{count}, {rate}"


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    return f"{median(seconds):.2f}, {seconds[int(len(seconds) * 0.9)]:.2f}, {seconds[-1]:.2f}"


def _row(line: Line) -> str:
    report = line.report
    kind = report.document.kind.value.value if report.document else ""
    counts = " | ".join(str(line.count(level)) for level in FindingLevel)
    codes = ", ".join(sorted({problem.code for problem in report.problems}))
    name = short(report.file)
    return f"| {name} | {report.status} | {kind} | {line.clauses} | {counts} | {line.seconds:.2f} | {codes} |"


def main() -> int:
    """Survey, write the table, say the totals."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every Nth file")
    parser.add_argument("--kind", action="append", default=[], help="only files of this kind in index.jsonl")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    folder = given.folder or shared_folder() / "documents"
    paths = sorted(path for path in folder.iterdir() if path.is_file())[:: given.every]
    if given.kind:
        wanted = of_kinds(folder, frozenset(given.kind))
        paths = [path for path in paths if path.name in wanted]
    found = survey(paths)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    asked = [f" --every {given.every}"] * (given.every > 1) + [f" --kind {kind}" for kind in given.kind]
    text = table(found, "python -m beishen.eval.documents" + "".join(asked))
    given.out.write_text(text, encoding="utf-8")
    write(text.partition("## Each file")[0])
    for fault in found.faults[:50]:
        write(fault)
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
