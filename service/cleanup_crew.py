"""Files of a clean-up handed to the workers of the office (`beishen worker`) on any number of machines.

The same face as `cleanup_pool.Pool`: tasks in, results out, the journal with the caller. A hand-over is repeatable:
the same run and file have the same workflow, so that a caller that was killed finds what was done meanwhile.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpora.errors import BadArgument, EngineError
from .cleanup_journal import Task, guarded
from .cleanup_pool import Lost, Result
from .cleanup_work import Bench, identity, open_engine

if TYPE_CHECKING:
    from .store.blobs import Blobs

WINDOW = 96
PAUSE = 0.5
PATIENCE = 120.0
_OVER = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


@dataclass(slots=True)
class Crew:
    """Use with `with`. `run` names the clean-up; every worker must share the `identity` of the engine here."""

    bench: Bench
    run: str
    patience: float = PATIENCE
    identity: dict[str, str] = field(default_factory=dict)
    _client: Any = None
    _blobs: "Blobs | None" = None
    _sent: dict[str, str] = field(default_factory=dict)
    _made: dict[str, str] = field(default_factory=dict)
    _fresh: set[str] = field(default_factory=set)

    def __enter__(self) -> "Crew":
        from dbos import DBOSClient

        from .store.blobs import open_blobs

        self._probed(DBOSClient)
        self._blobs = open_blobs(self.bench.settings.blob_store)
        with open_engine(self.bench.settings) as engine:
            self.identity = identity(engine)
        self._client = DBOSClient(system_database_url=self.bench.settings.queue_url)
        return self

    def _probed(self, client: Any) -> None:
        """Whether the engine of jobs is there at all; once it is, a database that is away is waited for."""
        try:
            probe = client(system_database_url=self.bench.settings.queue_url, retry_connection_errors=False)
            try:
                probe.list_workflows(limit=1, load_input=False, load_output=False)
            finally:
                probe.destroy()
        except Exception as error:  # the library raises what its driver raises
            raise BadArgument(
                f"任务数据库不可用（{type(error).__name__}）", "请先在同一数据库上启动 beishen worker，再加 --shared"
            ) from error

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.destroy()

    def results(self, tasks: Iterator[Task], lost: Lost) -> Iterator[Result]:
        """Every task's result as it comes, at most WINDOW handed over at a time. Raises EngineError, DiskFull.

        Raises BadArgument where nobody takes a file for `patience` seconds.
        """
        flying: dict[str, Task] = {}
        more, last = True, time.monotonic()
        while more or flying:
            while more and len(flying) < WINDOW:
                task = next(tasks, None)
                more = task is not None
                if task is not None:
                    flying[self._hand_over(task)] = task
            for ident, status in self._ended(list(flying)):
                task, last = flying.pop(ident), time.monotonic()
                if status == "SUCCESS":
                    yield Result(task, self._taken(ident))
                    continue
                self._client.delete_workflows([ident])
                if lost(task) < 2:
                    flying[self._hand_over(task)] = task
                else:
                    yield Result(task, None)
            if flying and time.monotonic() - last > self.patience:
                self._attended()
                last = time.monotonic()
            time.sleep(PAUSE)

    def settled(self, result: Result) -> None:
        """Forget a result that is in the journal now, with the blobs that were put there for it."""
        assert self._blobs is not None
        ident = self._ident(result.task)
        sent, made = self._sent.pop(ident, ""), self._made.pop(ident, "")
        if made:
            self._blobs.remove(made)
        if sent in self._fresh and sent not in self._sent.values():
            self._fresh.discard(sent)
            self._blobs.remove(sent)
        if self._client.list_workflows(workflow_ids=[ident], load_input=False, load_output=False):
            self._client.delete_workflows([ident])

    def _ident(self, task: Task) -> str:
        return f"cleanup-{self.run}-{task.seq}"

    def _hand_over(self, task: Task) -> str:
        from .jobs.cleaning import FLOW, QUEUE
        from .jobs.workflows import VERSION

        assert self._blobs is not None
        ident = self._ident(task)
        data = Path(task.path).read_bytes()
        known = self._blobs.has(hashlib.sha256(data).hexdigest())
        sha256 = self._sent[ident] = self._blobs.put(data)
        if not known:
            self._fresh.add(sha256)
        options = {"workflow_name": FLOW, "queue_name": QUEUE, "workflow_id": ident, "app_version": VERSION}
        self._client.enqueue(options, task.seq, task.name, sha256, self.bench.day.isoformat())
        return ident

    def _ended(self, idents: list[str]) -> list[tuple[str, str]]:
        if not idents:
            return []
        found = self._client.list_workflows(
            workflow_ids=idents, status=list(_OVER), load_input=False, load_output=False
        )
        return sorted((status.workflow_id, status.status) for status in found)

    def _attended(self) -> None:
        """Whether any worker is at a file of any clean-up; raises BadArgument where none is."""
        from .jobs.cleaning import QUEUE

        busy = self._client.list_workflows(
            status="PENDING", queue_name=QUEUE, limit=1, load_input=False, load_output=False
        )
        if not busy:
            raise BadArgument(
                "没有处理进程在取文件", "请在同一数据库上启动 beishen worker，再加 --shared --resume 继续"
            )

    def _taken(self, ident: str) -> tuple[str, ...]:
        """The cards of a workflow done; its reports are written on the way."""
        assert self._blobs is not None
        sha256 = self._client.retrieve_workflow(ident).get_result()
        self._made[ident] = sha256
        made = json.loads(self._blobs.get(sha256))
        if made["identity"] != self.identity:
            raise EngineError(
                "有处理进程用的程序、法规库或规则与本机不同", "请在各机器上装好同一版本和法规库后加 --resume 继续"
            )
        if self.bench.reports is not None:
            for name, page in made["reports"].items():
                target = self.bench.reports.parent / name
                with guarded(target):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_text(page, encoding="utf-8")
        return tuple(made["cards"])
