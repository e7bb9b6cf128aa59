"""Files of a clean-up handed to the workers of the office (`beishen worker`) on any number of machines.

The same face as `cleanup_pool.Pool`: tasks in, results out, the journal with the caller. A hand-over is repeatable:
the same run and file have the same workflow, so that a caller that was killed finds what was done meanwhile.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..corpora.errors import BadArgument, EngineError
from .cleanup_journal import Task, guarded
from .cleanup_pool import Lost, Result
from .cleanup_work import Bench, identity, open_engine
from .settings import Settings

if TYPE_CHECKING:
    from .store.blobs import Blobs

# Enough for some hundred workers; each look at the window costs one query, whatever is in it.
WINDOW = 400
PAUSE = 0.5
PATIENCE = 120.0
PLACE = "cleanups"
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
    _settled: list[str] = field(default_factory=list)

    def __enter__(self) -> "Crew":
        from dbos import DBOSClient

        _probed(self.bench.settings)
        self._blobs = _place(self.bench.settings).within(self.run)
        with open_engine(self.bench.settings) as engine:
            self.identity = identity(engine)
        self._client = DBOSClient(system_database_url=self.bench.settings.queue_url)
        return self

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
            for ident, sha256 in self._ended(list(flying)):
                task, last = flying.pop(ident), time.monotonic()
                if sha256:
                    yield Result(task, self._taken(ident, sha256))
                    continue
                self._client.delete_workflows([ident])
                if lost(task) < 2:
                    flying[self._hand_over(task)] = task
                else:
                    yield Result(task, None)
            self._forget()
            if flying and time.monotonic() - last > self.patience:
                self._attended()
                last = time.monotonic()
            time.sleep(PAUSE if flying else 0)
        dismissed(self.bench.settings, self.run)

    def settled(self, result: Result) -> None:
        """Forget a result that is in the journal now, with the blobs that were put there for it."""
        assert self._blobs is not None
        ident = self._ident(result.task)
        self._settled.append(ident)
        sent, made = self._sent.pop(ident, ""), self._made.pop(ident, "")
        if made:
            self._blobs.remove(made)
        if sent and sent not in self._sent.values():
            self._blobs.remove(sent)

    def _forget(self) -> None:
        """The engine of jobs forgets what is settled."""
        if self._settled:
            self._client.delete_workflows(self._settled)
            self._settled = []

    def _ident(self, task: Task) -> str:
        return f"cleanup-{self.run}-{task.seq}"

    def _hand_over(self, task: Task) -> str:
        from .jobs.cleaning import FLOW, QUEUE
        from .jobs.workflows import VERSION

        assert self._blobs is not None
        ident = self._ident(task)
        sha256 = self._sent[ident] = self._blobs.put(Path(task.path).read_bytes())
        options = {"workflow_name": FLOW, "queue_name": QUEUE, "workflow_id": ident, "app_version": VERSION}
        self._client.enqueue(options, task.seq, task.name, f"{self.run}/{sha256}", self.bench.day.isoformat())
        return ident

    def _ended(self, idents: list[str]) -> list[tuple[str, str]]:
        """Files that came back with where the outcome lies, or empty where there is none."""
        if not idents:
            return []
        found = self._client.list_workflows(workflow_ids=idents, status=list(_OVER), load_input=False)
        return sorted((one.workflow_id, one.output if one.status == "SUCCESS" else "") for one in found)

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

    def _taken(self, ident: str, sha256: str) -> tuple[str, ...]:
        """The cards of a workflow done; its reports are written on the way."""
        assert self._blobs is not None
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


def _probed(settings: Settings) -> None:
    """Whether the engine of jobs is there at all; once it is, a database that is away is waited for."""
    from dbos import DBOSClient

    try:
        probe = DBOSClient(system_database_url=settings.queue_url, retry_connection_errors=False)
        try:
            probe.list_workflows(limit=1, load_input=False, load_output=False)
        finally:
            probe.destroy()
    except Exception as error:  # the library raises what its driver raises
        raise BadArgument(
            f"任务数据库不可用（{type(error).__name__}）", "请先在同一数据库上启动 beishen worker，再加 --shared"
        ) from error


def dismissed(settings: Settings, run: str) -> None:
    """Everything a clean-up left with the office goes: blobs, and workflows the engine of jobs still knows.

    Raises BadArgument where the engine of jobs is away.
    """
    from dbos import DBOSClient

    _probed(settings)
    client = DBOSClient(system_database_url=settings.queue_url)
    try:
        left = client.list_workflows(workflow_id_prefix=f"cleanup-{run}-", load_input=False, load_output=False)
        if left:
            client.delete_workflows([one.workflow_id for one in left])
    finally:
        client.destroy()
    _place(settings).within(run).clear()


def forsaken(settings: Settings, older: timedelta) -> tuple[str, ...]:
    """Dismiss the clean-ups nobody has worked on for so long (their caller was killed and never came back)."""
    latest = datetime.now(UTC) - older
    found = tuple(run for run, written in _place(settings).parts() if written < latest)
    for run in found:
        dismissed(settings, run)
    return found


def _place(settings: Settings) -> "Blobs":
    from .store.blobs import open_blobs

    return open_blobs(settings.blob_store).within(PLACE)
