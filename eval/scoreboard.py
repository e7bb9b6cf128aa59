"""The scoreboard: every measure of every room on one page, beside what is expected and what is asked.

    python -m beishen.eval.scoreboard [--home DIR] [--only ROOM ...] [--skip ROOM ...]

Rooms: corpora, index, models, review, gold, documents, baselines, own, speed. The numbers of a room are kept in
`results/scoreboard.json` as soon as it is measured, so that a run can be cut off and go on with `--only`; the page
`results/scoreboard.md` shows the last numbers of every room. Expected numbers are `expected/*.toml`; a value worse than
expected by more than its tolerance is marked and ends with exit code 1.
"""

import argparse
import importlib
import json
import platform
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ..review.engine import Engine, EngineSettings
from ..review.finding import FindingLevel, Status
from ..service.settings import load as load_settings
from . import corpora_all, score_review, score_speed
from . import documents as survey
from .cases import DAY, FLAGS, say, shared_folder
from .corpora_all import Measured, holds

HERE = Path(__file__).resolve().parent
EXPECTED, RESULTS = HERE / "expected", HERE / "results"
KINDS = frozenset(("地方规范性文件", "部门规范性文件", "地方政府规章"))
MODELS = ("models_clause", "models_relation")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run reads and writes."""

    home: Path
    results: Path = RESULTS
    threads: int = 2


def corpora(_place: Place) -> Iterator[Measured]:
    yield from corpora_all.measured(shared_folder())


def index(place: Place) -> Iterator[Measured]:
    """Recall of the shipped order of hits, per set of questions."""
    from . import index_retrieval as retrieval

    shared = shared_folder()
    with _engine(place) as engine:
        laws = engine.store
        sets = (("stard", retrieval.stard(shared, laws)), ("pairs", retrieval.pairs(shared, laws, True)))
        held = [(name, (asked, total)) for name, asked, total in retrieval.held(shared, laws)]
        for name, (asked, total) in (*sets, *held):
            vectors = engine.encoder.encode([item.query.text for item in asked], "query")
            answered = retrieval.answer(engine.index, asked, vectors, retrieval.WAYS["ranked"])
            for cut in (1, 5, 10):
                value = sum(one.recall(cut) for one in answered) / len(answered) if answered else None
                yield Measured(f"index.{name}.r{cut}", value, f"n={len(answered)} of {total}")


def models(place: Place) -> Iterator[Measured]:
    """Whatever the model room's own modules measure (`measured(home, shared)`)."""
    for name in MODELS:
        try:
            module = importlib.import_module(f".{name}", __package__)
        except ModuleNotFoundError as error:
            if error.name != f"{__package__}.{name}":
                raise
            continue
        if hasattr(module, "measured"):
            yield from module.measured(place.home, shared_folder())


def review(place: Place) -> Iterator[Measured]:
    with _engine(place) as engine:
        yield from score_review.measured(_bench(place, engine))


def gold(place: Place) -> Iterator[Measured]:
    with _engine(place) as engine:
        yield from score_review.gold(engine)


def documents(place: Place) -> Iterator[Measured]:
    """Every shared document: statuses, findings per 100 clauses, citations that are not sound."""
    paths = sorted(path for path in (shared_folder() / "documents").iterdir() if path.is_file())
    found = survey.survey(paths, settings=replace(load_settings(), home=place.home))
    clauses = sum(line.clauses for line in found.lines)
    for status in Status:
        count = sum(line.report.status is status for line in found.lines)
        yield Measured(f"documents.{status.value}", count, f"{len(found.lines)} files")
    for level in FindingLevel:
        count = sum(line.count(level) for line in found.lines)
        yield Measured(f"documents.{level.value}_per_100", 100 * count / clauses, f"{count} in {clauses} clauses")
    wanted = survey.of_kinds(shared_folder() / "documents", KINDS)
    lines = [line for line in found.lines if Path(line.report.file).name in wanted]
    flags, clauses = sum(line.count(level) for line in lines for level in FLAGS), sum(line.clauses for line in lines)
    yield Measured(
        "documents.flags_per_100", 100 * flags / clauses, f"{flags} in {clauses} clauses of {len(lines)} files"
    )
    yield Measured("documents.unsound", len(found.faults), f"{found.checked} citations, {found.unstored} not stored")


def baselines(place: Place) -> Iterator[Measured]:
    with _engine(place) as engine:
        yield from score_review.simpler(_bench(place, engine))


def own(place: Place) -> Iterator[Measured]:
    with _engine(place) as engine:
        yield from score_review.own(_bench(place, engine))


def speed(place: Place) -> Iterator[Measured]:
    with _engine(place) as engine:
        yield from score_speed.measured(engine, place.home)


ROOMS: dict[str, Callable[[Place], Iterator[Measured]]] = {
    room.__name__: room for room in (corpora, index, models, review, gold, documents, baselines, own, speed)
}


def _engine(place: Place) -> Engine:
    return Engine.open(EngineSettings(place.home, place.threads))


def _bench(place: Place, engine: Engine) -> score_review.Bench:
    return score_review.Bench(engine, place.home / "cache", place.results / "review.jsonl")


def expected(folder: Path = EXPECTED) -> dict[str, dict[str, Any]]:
    """Every expected row of every file by id."""
    rows = [row for path in sorted(folder.glob("*.toml")) for row in tomllib.loads(path.read_text("utf-8"))["measure"]]
    return {row["id"]: row for row in rows}


def stored(results: Path) -> dict[str, Any]:
    """What earlier runs measured, by room."""
    path = results / "scoreboard.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def keep(results: Path, room: str, found: list[Measured], seconds: float) -> dict[str, Any]:
    """Put a room's numbers beside the others and write both files."""
    board = stored(results)
    board[room] = {
        "day": time.strftime("%Y-%m-%d"),
        "seconds": round(seconds, 1),
        "measures": [{"id": m.id, "value": m.value, "over": m.over} for m in found],
    }
    results.mkdir(parents=True, exist_ok=True)
    (results / "scoreboard.json").write_text(json.dumps(board, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (results / "scoreboard.md").write_text(page(board, expected()), encoding="utf-8")
    return board


def page(board: dict[str, Any], wanted: dict[str, dict[str, Any]]) -> str:
    """The board as Markdown: one table per room."""
    parts = [
        "# Scoreboard\n",
        f"`python -m beishen.eval.scoreboard` on {platform.machine()}; law of {DAY.isoformat()}. "
        "Worse than expected by more than the tolerance: **worse**.\n",
    ]
    for room in (room for room in ROOMS if room in board):
        entry = board[room]
        parts.append(f"## {room}\n\nMeasured {entry['day']} in {entry['seconds']} s.\n")
        parts.append("| measure | value | expected | asked | over | |\n| --- | ---: | ---: | ---: | --- | --- |")
        parts += [_line(row, wanted.get(row["id"])) for row in entry["measures"]]
        parts.append("")
    return "\n".join(parts)


def _line(row: dict[str, Any], want: dict[str, Any] | None) -> str:
    value = shown(row["value"])
    if want is None:
        return f"| {row['id']} | {value} | | | {row['over']} | |"
    verdict = "" if holds(want, row["value"]) else "**worse**"
    expects = f"{want['value']} ± {want['tolerance']}"
    return f"| {row['id']} | {value} | {expects} | {want.get('asked', '')} | {row['over']} | {verdict} |"


def shown(value: float | None) -> str:
    """A value to three places; a dash over nothing."""
    return "–" if value is None else f"{value:.3f}".rstrip("0").rstrip(".")


def worse(board: dict[str, Any], wanted: dict[str, dict[str, Any]], rooms: list[str]) -> list[str]:
    """Ids of the rooms' measures that fall short of what is expected, and expected ones nobody measured."""
    found = {row["id"]: row["value"] for room in rooms for row in board.get(room, {}).get("measures", ())}
    below = [ident for ident, value in found.items() if ident in wanted and not holds(wanted[ident], value)]
    missing = [ident for ident, row in wanted.items() if row.get("room") in rooms and ident not in found]
    return below + missing


def main(arguments: list[str] | None = None) -> int:
    """Measure the rooms asked for, one after the other; exit code 1 when something is worse than expected."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="data folder with the law store (default: the user's)")
    parser.add_argument("--only", nargs="+", choices=list(ROOMS), default=list(ROOMS))
    parser.add_argument("--skip", nargs="+", choices=list(ROOMS), default=[])
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder of the page and the single outcomes")
    options = parser.parse_args(arguments)
    settings = load_settings()
    place = Place(options.home or settings.home, options.results, settings.threads)
    rooms = [room for room in ROOMS if room in options.only and room not in options.skip]
    wanted = expected()
    for room in rooms:
        began = time.perf_counter()
        found = []
        for one in ROOMS[room](place):
            found.append(one)
            say(f"{one.id:<32} {shown(one.value):<10} ({one.over})")
        keep(place.results, room, found, time.perf_counter() - began)
    short = worse(stored(place.results), wanted, rooms)
    for ident in short:
        say(f"WORSE {ident}: expected {wanted[ident]['value']} ± {wanted[ident]['tolerance']}")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
