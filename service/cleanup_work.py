"""What a worker of a clean-up does with one file: read, review, make cards, write the reports beside them.

Runs in its own process (`serve`), or wherever an engine is open (`work`): a workflow of the service can call it too.
"""

import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpora.errors import BeishenError
from ..corpora.text import Problem, Source
from .cleanup_journal import Task, full
from .errors import problem, unknown
from .settings import Settings

if TYPE_CHECKING:
    from ..review.cleanup.card import Card
    from ..review.engine import Engine

READY, DONE, FULL, BROKEN = "ready", "done", "full", "broken"
_FOLDER = 1000


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker needs: the settings of the process, the day, the folder for reports (None: no reports)."""

    settings: Settings
    day: date
    reports: Path | None


def open_engine(settings: Settings) -> "Engine":
    """The review engine on one thread: the pool has a process for each core. Raises EngineErrors."""
    from ..review.engine import Engine, EngineSettings

    return Engine.open(EngineSettings(settings.home, 1, settings.model))


def identity(engine: "Engine") -> dict[str, str]:
    """What decides the cards: code, law store, index, model, standard."""
    from ..review.pipeline import provenance_of

    made = provenance_of(engine, date.min)
    models = " ".join(f"{name}={ident}" for name, ident in made.models)
    return {"code": made.code, "laws": made.laws, "index": made.index, "models": models, "standards": made.standards}


def work(task: Task, engine: "Engine", bench: Bench) -> tuple["Card", ...]:
    """The cards of one file (several for a package). Never raises for a fault of the file; OSError for a full disk."""
    from ..review.cleanup.facts import unread
    from .cli.files import Given, opened

    cards = []
    for part, item in enumerate(opened(Given(task.name, Path(task.path)), bench.settings.limits)):
        if item.source is None:
            found = problem(item.error) if item.error else Problem("file.empty", f"“{item.name}”没有内容")
            cards.append(unread(item.name, "", found))
            continue
        cards.append(_card(item.source, engine, bench, (task.seq, part)))
    return tuple(cards)


def _card(source: Source, engine: "Engine", bench: Bench, place: tuple[int, int]) -> "Card":
    from ..review.cleanup.facts import unread

    try:
        return _reviewed(source, engine, bench, place)
    except BeishenError as error:
        return unread(source.name, source.sha256, problem(error))
    except Exception as error:
        if full(error):
            raise
        found = unknown(error, bench.settings.log, source.name)
        # The id of the log entry differs between runs and must not enter the result.
        told = f"“{source.name}”遇到未预料的错误（{type(error).__name__}），详见日志"
        return unread(source.name, source.sha256, Problem(found.code, told))


def _reviewed(source: Source, engine: "Engine", bench: Bench, place: tuple[int, int]) -> "Card":
    from ..corpora.intake import read
    from ..review.cleanup.facts import examine
    from ..review.finding import Report, Status
    from ..review.pipeline import provenance_of

    document = read(source, bench.settings.limits)
    card, findings, problems = examine(document, engine, bench.day)
    if bench.reports is None:
        return card
    every = document.problems + problems
    status = Status.PARTIAL if every else Status.OK
    report = Report(source.name, status, every, document, findings, provenance_of(engine, bench.day))
    return replace(card, report=_write(report, bench.reports, place))


def _write(report: Any, folder: Path, place: tuple[int, int]) -> str:
    """The report as HTML; its path within the output folder. A thousand files share a folder."""
    from ..review.render.html import render

    seq, part = place
    name = f"{seq:06d}.html" if part == 0 else f"{seq:06d}-{part}.html"
    target = folder / f"{seq // _FOLDER:03d}" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(report), encoding="utf-8")
    return f"{folder.name}/{target.parent.name}/{name}"


def serve(line: Connection, bench: Bench) -> None:
    """The worker process: say hello, then one file after the other until the line ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The other side may be gone at any moment: a short clean-up ends before its last worker is up, others are killed.
    with suppress(BrokenPipeError, ConnectionResetError):
        try:
            engine = open_engine(bench.settings)
        except BeishenError as error:
            line.send((BROKEN, error.code, error.message, error.remedy))
            return
        with engine:
            line.send((READY, identity(engine)))
            for task in _tasks(line):
                line.send(_answer(task, engine, bench))


def _tasks(line: Connection) -> Iterator[Task]:
    """Tasks until the other side says None or is gone."""
    while True:
        try:
            task = line.recv()
        except (EOFError, OSError):
            return
        if task is None:
            return
        yield task


def _answer(task: Task, engine: "Engine", bench: Bench) -> tuple[object, ...]:
    from ..review.cleanup.card import plain
    from ..review.render.json import dumps

    try:
        return (DONE, tuple(dumps(plain(card)) for card in work(task, engine, bench)))
    except OSError as error:
        return (FULL, error.strerror or type(error).__name__)
