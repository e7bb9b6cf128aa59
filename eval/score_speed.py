"""Speed: forty clauses from file to report, the ratio to a plain build, every shared document in one run.

The forty clauses are ours (`model/training/clauses/a.jsonl`), set as one DOCX of one issuer. Warm: one review goes
first. The run over all documents is a process of its own, so that its peak memory is its own.
"""

import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from ..corpora.laws.store import LawStore
from ..corpora.limits import Limits
from ..corpora.numerals import int_to_chinese
from ..corpora.readers.formats import accept
from ..corpora.text import Source
from ..review.engine import Engine
from ..review.pipeline import JUDGED, Options, review
from . import cases
from .corpora_all import Measured
from .plain_build import PlainBuild, seconds

FORTY, RUNS = 40, 7


def forty() -> tuple[Source, tuple[str, ...]]:
    """A DOCX of forty clauses, and their texts."""
    import docx

    rows = [json.loads(line) for line in (cases.CLAUSES / "a.jsonl").read_text("utf-8").splitlines()]
    step = max(1, len(rows) // FORTY)
    texts = tuple(row["text"].partition("　")[2] or row["text"] for row in rows[::step][:FORTY])
    file = docx.Document()
    file.add_paragraph("云溪县公共事务管理办法")
    for number, text in enumerate(texts, 1):
        file.add_paragraph(f"第{int_to_chinese(number)}条　{text}")
    for line in ("云溪县人民政府", "2026年9月1日"):
        file.add_paragraph(line)
    out = io.BytesIO()
    file.save(out)
    return accept("四十条.docx", out.getvalue(), Limits()), texts


def measured(engine: Engine, home: Path) -> Iterator[Measured]:
    """Warm median of forty clauses, the plain build beside it, and the run over every document."""
    source, texts = forty()
    options = Options(cases.DAY)
    report = review(source, engine, options)
    clauses = sum(clause.role in JUDGED for clause in report.document.clauses) if report.document else 0
    runs = [_timed(lambda: review(source, engine, options)) for _ in range(RUNS)]
    median, used = (statistics.median(run[at] for run in runs) for at in (0, 1))
    spread = f"from {min(runs)[0]:.2f} to {max(runs)[0]:.2f}, load {os.getloadavg()[0]:.1f}"
    yield Measured("speed.forty_s", median, f"median of {RUNS}, {clauses} clauses, {spread}")
    yield Measured("speed.forty_cpu_s", used, "processor time, median")
    plain, plain_used = seconds(PlainBuild(_passages(engine.store)), texts)
    yield Measured("speed.plain_s", plain, f"{len(texts)} clauses once: fp32 torch, rank_bm25, cross-encoder")
    yield Measured("speed.ratio", plain / median, f"{plain:.2f} s / {median:.2f} s")
    yield Measured("speed.cpu_ratio", plain_used / used, f"{plain_used:.2f} s / {used:.2f} s of processor time")
    yield from documents(home)


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds and seconds of processor time."""
    start, used = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - used


def _passages(store: LawStore) -> tuple[str, ...]:
    """Texts of every article in force on the day."""
    versions = [store.version_on(record.name, cases.DAY) for record in store.laws()]
    return tuple(article.text for version in versions if version for article in store.articles_of(version))


def documents(home: Path) -> Iterator[Measured]:
    """Every shared document in one process: wall seconds and peak memory."""
    folder = cases.shared_folder() / "documents"
    command = [sys.executable, "-m", "beishen.service.cli.main", "review", str(folder), "--format", "jsonl"]
    environment = {**os.environ, "BEISHEN_HOME": str(home), "BEISHEN_THREADS": "2"}
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=1800)
    spent = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 / 1024
    files = len(done.stdout.splitlines())
    yield Measured("speed.documents_s", spent, f"{files} files, exit {done.returncode}, load {os.getloadavg()[0]:.1f}")
    yield Measured("speed.documents_gb", peak, "peak memory of the largest child process")
