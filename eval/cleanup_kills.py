"""A clean-up killed at random again and again, resumed each time, against the same one left alone.

    python -m beishen.eval.cleanup_kills [--count 60] [--kills 20] [--workers 2] [--seed 8] [--length 15 50]

The one left alone is timed: seconds, processor seconds, the largest process. `--length` bounds the clauses of a
document: short documents make more of a given time. Then each time the whole group of processes, or the parent alone,
gets SIGKILL at a random moment after the engine is open. Every file must be finished exactly once over all the runs
(the journal counts commits), and every result must be the same, byte for byte.
"""

import argparse
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ..corpora.laws.default import open_default
from ..review.render.cleanup_files import LINES
from ..service.cleanup_journal import NAME
from ..service.cli.terminal import write
from ..service.settings import load
from .cases import DAY, shared_folder
from .cleanup_set import LENGTH, generate, score

_PATIENCE = 900.0
_TRIGGER = """
CREATE TABLE IF NOT EXISTS finished (seq INTEGER);
CREATE TRIGGER IF NOT EXISTS counting AFTER UPDATE OF done ON task WHEN new.done = 1 AND old.done = 0
BEGIN INSERT INTO finished VALUES (new.seq); END;
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: kills that hit a running process, files finished more than once, results that differ."""

    kills: int
    files: int
    twice: int
    lost: int
    differing: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not (self.twice or self.lost or self.differing)


def results(out: Path) -> dict[str, bytes]:
    """Every file of an output folder but the journal."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and not path.name.startswith(NAME)
    }


def command(folder: Path, out: Path, workers: int) -> list[str]:
    base = [sys.executable, "-m", "beishen.service.cli.main", "cleanup", str(folder), "--out", str(out)]
    return [*base, "--as-of", DAY.isoformat(), "--workers", str(workers), "--resume"]


def trial(folder: Path, place: Path, kills: int, workers: int, seed: int) -> Verdict:
    """Kill and resume until the clean-up is through, and compare."""
    draw = random.Random(seed)
    whole, broken = place / "whole", place / "broken"
    _alone(command(folder, whole, workers))
    done = hits = 0
    files = len(list(folder.iterdir()))
    # The first kills fall early so that all of them fall before the end.
    for number in range(kills):
        goal = files * (number + 1) // (kills + 1)
        hits += _killed(command(folder, broken, workers), broken, goal, draw)
        done = _finished(broken)
        write(f"  kill {number + 1}: {done}/{files} done")
    subprocess.run(command(folder, broken, workers), stdout=subprocess.DEVNULL, check=False)
    one, other = results(whole), results(broken)
    differing = tuple(sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name)))
    with sqlite3.connect(broken / NAME) as journal:
        counts = journal.execute("SELECT count(*), count(DISTINCT seq) FROM finished").fetchone()
        lost = journal.execute("SELECT count(*) FROM task WHERE done = 0").fetchone()[0]
    return Verdict(hits, files, counts[0] - counts[1], lost, differing)


def _alone(call: list[str]) -> None:
    """The run that nobody disturbs, and what it took."""
    begun = time.perf_counter()
    subprocess.run(call, stdout=subprocess.DEVNULL, check=False)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, largest = used.ru_utime + used.ru_stime, used.ru_maxrss // 1024
    write(f"  left alone: {time.perf_counter() - begun:.0f} s, processor {cpu:.0f} s, largest process {largest} MB")


def _killed(call: list[str], out: Path, goal: int, draw: random.Random) -> int:
    """Start, wait until `goal` files are done and a random moment more, kill; 1 where it was still running."""
    with subprocess.Popen(call, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + _PATIENCE
        while run.poll() is None and time.monotonic() < deadline and _finished(out) < goal:
            time.sleep(0.1)
        time.sleep(draw.random() * 0.8)
        running = run.poll() is None
        if draw.random() < 0.7:
            os.killpg(run.pid, signal.SIGKILL)
        else:
            run.kill()
    # Workers of a parent killed alone end by themselves when their line breaks.
    time.sleep(0.3)
    return int(running)


def _finished(out: Path) -> int:
    """Files done so far; the first look also sets the counter of commits."""
    path = out / NAME
    if not path.is_file():
        return 0
    try:
        with sqlite3.connect(path, timeout=5) as journal:
            journal.executescript(_TRIGGER)
            return int(journal.execute("SELECT coalesce(sum(done), 0) FROM task").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def main() -> int:
    """Run the trial and print the verdict."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--length", type=int, nargs=2, default=LENGTH, metavar=("FROM", "TO"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        place = Path(folder)
        with open_default(load().home) as store:
            length = (given.length[0], given.length[1])
            generate(place / "made", given.count, given.seed, store, shared_folder(), length)
        verdict = trial(place / "made" / "set", place, given.kills, given.workers, given.seed)
        kinds = score(place / "made" / "truth.jsonl", place / "whole" / LINES)
    write(f"kills that hit a running clean-up: {verdict.kills} of {given.kills}; files {verdict.files}")
    write(f"finished twice {verdict.twice}, lost {verdict.lost}, results that differ {list(verdict.differing)}")
    told = ", ".join(f"{kind} {right}/{total}" for kind, (right, total) in kinds.items())
    write(f"proposed as planted: {sum(right for right, _ in kinds.values())} ({told})")
    return 0 if verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
