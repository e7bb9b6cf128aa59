"""A pool of processes that survives its members: a worker that dies or hangs is replaced, its file tried once more.

Each worker has a line of its own, so that the end of either side is seen by the other: a killed parent ends its
workers, a killed worker costs one try of one file. The first worker opens the engine alone (it may build the index).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from ..corpora.errors import EngineError
from .cleanup_journal import Task
from .cleanup_work import BROKEN, FULL, READY, Bench, serve
from .errors import DiskFull

TICK = 0.5
HUNG = 1800.0
OPENING = 900.0

Lost = Callable[[Task], int]


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    line: Connection
    task: Task | None = None
    since: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file: its cards as JSON lines, or None where its workers died."""

    task: Task
    cards: tuple[str, ...] | None


class Pool:
    """Use with `with`; `identity` is what the first worker said about its engine."""

    def __init__(self, bench: Bench, workers: int) -> None:
        self._bench = bench
        self._wanted = workers
        self._workers: list[_Worker] = []
        self.identity: dict[str, str] = {}

    def __enter__(self) -> "Pool":
        try:
            first = self._start()
            self.identity = self._greeted(first)
        except BaseException:
            self._end(kill=True)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._end(kill=kind is not None)

    def results(self, tasks: Iterator[Task], lost: Lost) -> Iterator[Result]:
        """Every task's result as it comes. `lost` counts a try and says how many there were; after two it gives up.

        Raises DiskFull where a worker could not write, EngineError where one could not open the engine.
        """
        again: list[Task] = []
        while len(self._workers) < self._wanted:
            self._start()
        while True:
            for worker in self._workers:
                if worker.task is None and self._ready(worker):
                    task = again.pop() if again else next(tasks, None)
                    if task is not None:
                        self._give(worker, task)
            busy = [worker for worker in self._workers if worker.task is not None]
            if not busy and not again:
                return
            yield from self._collect(busy, lost, again)

    def settled(self, result: Result) -> None:
        """Nothing is left to forget here; see Crew."""

    def _collect(self, busy: list[_Worker], lost: Lost, again: list[Task]) -> Iterator[Result]:
        answered = wait([worker.line for worker in busy], TICK)
        for worker in busy:
            task = worker.task
            assert task is not None
            if worker.line in answered:
                result = self._received(worker, task)
            elif time.monotonic() - worker.since > HUNG:
                worker.process.kill()
                result = None
            else:
                continue
            worker.task = None
            if result is not None:
                yield result
                continue
            self._replace(worker)
            if lost(task) < 2:
                again.append(task)
            else:
                yield Result(task, None)

    def _received(self, worker: _Worker, task: Task) -> Result | None:
        try:
            kind, *rest = worker.line.recv()
        except (EOFError, OSError):
            return None
        if kind == FULL:
            folder = self._bench.reports or Path()
            raise DiskFull(f"报告无法写入 {folder}（{rest[0]}），已完成的文件都已保存", "请腾出空间后加 --resume 继续")
        return Result(task, rest[0])

    def _give(self, worker: _Worker, task: Task) -> None:
        worker.task, worker.since = task, time.monotonic()
        # A worker that died meanwhile is noticed when its answer is awaited.
        with suppress(OSError):
            worker.line.send(task)

    def _start(self) -> _Worker:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._bench), name="beishen-cleanup")
        process.start()
        theirs.close()
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker

    def _ready(self, worker: _Worker) -> bool:
        """Whether a worker has said hello; the first did, the others do when they come."""
        if worker.process.name == READY:
            return True
        if not worker.line.poll(TICK if len(self._workers) == 1 else 0):
            return False
        self._greeted(worker)
        return True

    def _greeted(self, worker: _Worker) -> dict[str, str]:
        if not worker.line.poll(OPENING):
            raise EngineError("审查引擎迟迟没有打开", "请检查 BEISHEN_HOME 所在的磁盘")
        try:
            kind, *rest = worker.line.recv()
        except (EOFError, OSError) as error:
            raise EngineError("审查进程启动后即退出", "请检查可用内存") from error
        if kind == BROKEN:
            code, message, remedy = rest
            raise EngineError(f"{message}（{code}）", remedy)
        worker.process.name = READY
        return dict(rest[0])

    def _replace(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        worker.line.close()
        worker.process.kill()
        worker.process.join()
        self._start()

    def _end(self, kill: bool) -> None:
        for worker in self._workers:
            if kill:
                worker.process.kill()
            with suppress(OSError):
                worker.line.send(None)
            worker.line.close()
        for worker in self._workers:
            worker.process.join(10)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()
