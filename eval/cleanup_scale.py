"""Does a clean-up by `beishen worker` scale? Two, four, eight workers on PostgreSQL, then many machines on paper.

    python -m beishen.eval.cleanup_scale [--home DIR] [--count 160] [--workers 2 4 8]
        [--documents 100000] [--machines 20] [--cores 2 8]

A server of its own (fsync on), a generated set, a fresh database for each row. What counts is the time from the first
file finished to the last: start-up is left out. Where the time goes is read from the kernel (on the processor, short
of one, waiting for the disk), what the database waits for from pg_stat_activity and pg_locks, sampled ten times a
second. The second part takes the constants measured here and says what a larger place would take, and what gives first.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..corpora.errors import ToolMissing
from ..corpora.laws.default import open_default
from ..review.cleanup.card import card
from ..service import cleanup_run
from ..service.cleanup_crew import WINDOW
from ..service.cleanup_journal import Journal
from ..service.cli.terminal import write
from ..service.settings import Settings, load
from ..service.store.database import Database
from ..service.store.schema import upgrade
from .cases import DAY, shared_folder
from .cleanup_meter import Meter, Reading, Sampler, Waits, idle_polls
from .cleanup_paper import Constants, Place, told
from .cleanup_set import generate
from .postgres import Server, programs, running

# Transactions of one file at the least: handed over, taken, begun, its step kept, ended, looked at, fetched, forgotten.
PATH = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: how many workers, over how many documents, what the time went into, what was waited for.

    `memory` is the largest worker in KiB, `written` what came back from them in bytes (cards and reports).
    """

    workers: int
    documents: int
    spent: Reading
    waits: Waits
    memory: int
    written: int

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.documents / self.spent.wall

    @property
    def per_second(self) -> float:
        """Documents per second of processor time of everybody who works on them."""
        return self.documents / (self.spent.workers + self.spent.server + self.spent.caller)

    def share(self, seconds: float) -> float:
        """A share of the time the workers were there."""
        return seconds / (self.spent.wall * self.workers)


@contextmanager
def hands(settings: Settings, count: int, folder: Path) -> Iterator[list[int]]:
    """Workers as processes of their own, ready; their ids. Raises ToolMissing where one does not come up."""
    environ = os.environ | {
        "BEISHEN_HOME": str(settings.home), "BEISHEN_THREADS": "1", "BEISHEN_DATABASE_URL": settings.database,
        "BEISHEN_BLOBS": settings.blobs, "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    logs = [folder / f"worker-{at}.log" for at in range(count)]
    processes = []
    try:
        for log in logs:
            with log.open("wb") as out:
                command = [sys.executable, "-m", "beishen.service.cli.main", "worker"]
                processes.append(subprocess.Popen(command, env=environ, stdout=out, stderr=out))
        _until_ready(logs)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(90)


def _until_ready(logs: list[Path]) -> None:
    deadline = time.monotonic() + 600
    while not all(b"worker ready" in log.read_bytes() for log in logs):
        if time.monotonic() > deadline:
            raise ToolMissing("处理进程没有在十分钟内就绪", "请查看 beishen worker 的输出")
        time.sleep(0.2)


def measured(server: Server, home: Path, folder: Path, workers: int) -> tuple[Row, Constants]:
    """A clean-up of the folder by so many workers, and what it says of one document."""
    with tempfile.TemporaryDirectory(prefix="cleanup-") as name:
        place = Path(name)
        settings = Settings(home=home, threads=1, database=server.database(), blobs=str(place / "files"))
        database = Database.open(settings.database_url, 2)
        upgrade(database)
        database.close()
        wanted = cleanup_run.Request(folder, place / "out", DAY)
        with hands(settings, workers, place) as pids, Sampler(settings.database, workers) as sampler:
            meter = Meter(server.process.pid, tuple(pids), sampler)
            with cleanup_run.opened(wanted, resume=False) as journal:
                cleanup_run.examine(wanted, settings, journal, None, meter.progress)
                judged = _judged(wanted, journal)
            back = sum(path.stat().st_size for path in (place / "out").glob("reports/*/*"))
            row = Row(workers, meter.documents, meter.spent, meter.waits, meter.memory, back)
            idle = idle_polls(server.process.pid, sampler, workers)
        return row, constants(row, idle, judged, folder)


def _judged(wanted: cleanup_run.Request, journal: Journal) -> float:
    """Processor seconds that one more document adds to judging the set and writing the lists."""
    cards = tuple(card(body) for body in journal.cards())
    used = []
    # The first time pays for what is opened once.
    for share in (cards, cards[: len(cards) // 2], cards):
        begun = time.process_time()
        cleanup_run.written(wanted, cleanup_run.judged(wanted, share, journal.meta()))
        used.append(time.process_time() - begun)
    return max(used[2] - used[1], 0.0) / (len(cards) - len(cards) // 2)


def table(rows: list[Row]) -> None:
    """The table, and where the time of the workers went."""
    write("workers  docs/s  docs per CPU-s  worker CPU s/doc  server CPU ms/doc  caller CPU ms/doc  MB a worker")
    for row in rows:
        each = [1000 * value / row.documents for value in (row.spent.workers, row.spent.server, row.spent.caller)]
        write(
            f"{row.workers:7}{row.rate:8.2f}{row.per_second:16.2f}{each[0] / 1000:18.3f}{each[1]:19.1f}{each[2]:19.1f}"
            f"{row.memory // 1024:13}"
        )
    write("workers on a processor (of their time), no file at hand; somebody short of a processor, of the disk")
    for row in rows:
        spent = row.spent
        write(
            f"{row.workers:7}  {row.share(spent.workers):6.1%}  {row.waits.without_task:6.1%};  {spent.short:6.1%}"
            f"  {spent.disk:6.1%}  (processors busy {spent.busy:.1%}, for others {spent.others:.1%})"
        )
    write("database: samples, backends at work, of them waiting for a lock, a light lock, not granted, deadlocks")
    for row in rows:
        w = row.waits
        write(
            f"{row.workers:7}  {w.samples:6}  {w.active:6}  {w.locks:4}  {w.light:4}  {w.ungranted:4}  {w.deadlocks:4}"
            f"  ({w.commits / row.documents:.0f} transactions a document; waits: {w.named or 'none'})"
        )


def constants(row: Row, idle: tuple[float, float], judged: float, folder: Path) -> Constants:
    """What one document costs, from a measured row; what idle workers cost is taken off.

    On a machine that others use workers look less often than idle ones: what is left then is too little, and the
    transactions that the path needs at least stand for it.
    """
    sizes = [path.stat().st_size for path in folder.iterdir()]
    away = row.spent.wall * row.workers
    commits = max((row.waits.commits - idle[1] * away) / row.documents, PATH)
    return Constants(
        worker=row.spent.workers / row.documents,
        server=max((row.spent.server - idle[0] * away) / row.documents, commits * idle[0] / idle[1]),
        caller=row.spent.caller / row.documents,
        commit=_commit(),
        flush=_flush(),
        commits=commits,
        poll=idle[0],
        polls=idle[1],
        judged=judged,
        bytes=(sum(sizes) + row.written) / len(sizes),
        window=WINDOW,
    )


def _commit(count: int = 200) -> float:
    """Seconds on the disk of one commit of the journal, beyond processor time."""
    with tempfile.TemporaryDirectory(prefix="cleanup-") as name, Journal.open(Path(name)) as journal:
        begun, used = time.perf_counter(), time.process_time()
        for at in range(count):
            journal.describe({"at": str(at)})
        return max(time.perf_counter() - begun - (time.process_time() - used), 0.0) / count


def _flush(count: int = 100) -> float:
    """Seconds until a page written to a file is on the disk."""
    with tempfile.TemporaryFile() as file:
        begun = time.perf_counter()
        for _ in range(count):
            file.write(bytes(8192))
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) / count


def main(arguments: list[str] | None = None) -> int:
    """Print the table and the paper; 1 where locks were waited for or workers stood idle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=None, help="data folder with law store and index")
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 4, 8])
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--machines", type=int, default=20)
    parser.add_argument("--cores", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--seed", type=int, default=8)
    asked = parser.parse_args(arguments)
    found = programs()
    if found is None:
        raise ToolMissing("没有 PostgreSQL（initdb、postgres）", "请安装 PostgreSQL")
    home = asked.home or load().home
    made = Path(tempfile.mkdtemp(prefix="cleanup-"))
    found_rows: list[tuple[Row, Constants]] = []
    try:
        with open_default(home) as store:
            generate(made, asked.count, asked.seed, store, shared_folder())
        with running(found, durable=True) as server:
            for count in asked.workers:
                found_rows.append(measured(server, home, made / "set", count))
                write(f"{count} workers: {found_rows[-1][0].spent.wall:.0f} s")
    finally:
        shutil.rmtree(made, ignore_errors=True)
    rows = [row for row, _ in found_rows]
    write(f"{asked.count} generated documents on {os.cpu_count()} processors, PostgreSQL with fsync")
    table(rows)
    for line in told(found_rows[0][1], [Place(asked.documents, asked.machines, cores) for cores in asked.cores]):
        write(line)
    return int(any(row.waits.locks or row.waits.ungranted or row.waits.deadlocks for row in rows))


if __name__ == "__main__":
    sys.exit(main())
