"""How fast are documents read? `python -m beishen.eval.corpora_speed [--shared DIR]`.

CPU time of one core (`time.process_time`, best of three), so that other work on the machine does not count. Each
file of `documents/` is timed in three steps: reading the format, the canonical text, the whole document (structure,
metadata, kind). The last column scales every file of at least 3,000 characters to 20 pages, printed ones of
a PDF, else 12,000 characters, and takes the median. Text PDFs are the DOCX files as LibreOffice prints them (none
where it is not installed); those of `documents/` are two tables of hundreds of rows and are listed apart.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..corpora.intake import compose
from ..corpora.normalize import normalize
from ..corpora.readers.formats import accept_path, extract
from .cases import shared_folder

PAGES = 12_000  # characters of 20 pages
SHORT = 3_000
GROUPS = {"DOCX": ".docx", "表格 PDF": ".pdf", "HTML": ".html", "TXT": ".txt", "MD": ".md"}
BOUNDS = {"DOCX": 50.0, "PDF": 50.0, "HTML": 20.0}


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one file: format, canonical text, document; its length in characters and in printed pages."""

    name: str
    read: float
    normal: float
    compose: float
    chars: int
    pages: int = 0

    @property
    def total(self) -> float:
        return self.read + self.normal + self.compose

    @property
    def scaled(self) -> float:
        """Milliseconds for 20 pages: printed ones where the format has pages, else of 600 characters."""
        return self.total * (20 / self.pages if self.pages else PAGES / self.chars)


def _best(action: Callable[[], Any]) -> tuple[float, Any]:
    best, value = float("inf"), None
    for _ in range(3):
        started = time.process_time()
        value = action()
        best = min(best, time.process_time() - started)
    return best * 1000, value


def time_file(path: Path) -> Timing:
    """Time one file."""
    source = accept_path(path)
    read, found = _best(lambda: extract(source))
    normal, canonical = _best(lambda: normalize(found))
    composed, _ = _best(lambda: compose(source, found, canonical))
    pages = max((piece.page for piece in canonical.pieces), default=0)
    return Timing(path.name, read, normal, composed, len(canonical.text), pages)


def timings(shared: Path, groups: Collection[str] = tuple(GROUPS)) -> dict[str, list[Timing]]:
    """Timings by format; originals (`.orig.html`) are web pages, pictures and spreadsheets are left out."""
    found: dict[str, list[Timing]] = {group: [] for group in groups}
    time_file(next((shared / "documents").glob("*.docx")))  # tables and patterns are loaded once
    for path in sorted((shared / "documents").iterdir()):
        group = next((name for name, suffix in GROUPS.items() if path.suffix == suffix), None)
        if group in found:
            found[group].append(time_file(path))
    return found | {"PDF": printed(sorted((shared / "documents").glob("*.docx")))}


def printed(places: list[Path]) -> list[Timing]:
    """Timings of the PDFs LibreOffice makes of DOCX files."""
    if shutil.which("soffice") is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = ["soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder, *map(str, places)]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return [time_file(path) for path in sorted(Path(folder).glob("*.pdf"))]


def medians(group: list[Timing]) -> tuple[float, float, float | None]:
    """Median of the format alone, of everything, and of everything scaled to 20 pages."""
    long = [t.scaled for t in group if t.chars >= SHORT]
    return (
        statistics.median(t.read for t in group),
        statistics.median(t.total for t in group),
        statistics.median(long) if long else None,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=shared_folder())
    arguments = parser.parse_args()
    out = sys.stdout.write
    for name, group in timings(arguments.shared).items():
        if not group:
            continue
        read, total, long = medians(group)
        steps = "、".join(
            f"{label} {statistics.median(values):.1f}"
            for label, values in (
                ("读格式", [t.read for t in group]),
                ("正文归一", [t.normal for t in group]),
                ("结构与要素", [t.compose for t in group]),
            )
        )
        scaled = "" if long is None else f"；折合 20 页 {long:.0f} ms（{sum(t.chars >= SHORT for t in group)} 份）"
        bound = f"；要求 ≤ {BOUNDS[name]:.0f} ms" if name in BOUNDS else ""
        out(f"{name:<5}{len(group):>4} 份：中位数 {total:.1f} ms（{steps}），只读格式 {read:.1f} ms{scaled}{bound}\n")


if __name__ == "__main__":
    main()
