"""The workers that a service starts: watched, started again when they end, stopped with it."""

import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

log = logging.getLogger("beishen.serve")
PAUSE, LONGEST = 1.0, 30.0
GRACE = 45


@dataclass(slots=True)
class Children:
    """Worker processes of this process; leaving the block stops them, reviews begun are finished first."""

    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)

    @classmethod
    def start(cls, count: int) -> "Children":
        found = cls()
        for _ in range(count):
            thread = threading.Thread(target=found._keep, name="worker", daemon=True)
            thread.start()
            found.threads.append(thread)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join(GRACE + 5)

    def _keep(self) -> None:
        """One worker after another: a file may have killed the last one; its attempt was counted."""
        pause = PAUSE
        while not self.stop.is_set():
            child = subprocess.Popen(
                [sys.executable, "-m", "beishen.service.cli.main", "worker", "--parent", str(os.getpid())]
            )
            log.info("worker started", extra={"pid": child.pid})
            lived = self._attend(child)
            if self.stop.is_set():
                return
            log.error("worker ended", extra={"pid": child.pid, "exit": child.returncode})
            pause = PAUSE if lived > LONGEST else min(pause * 2, LONGEST)
            self.stop.wait(pause)

    def _attend(self, child: "subprocess.Popen[bytes]") -> float:
        """Wait for a worker to end, or end it; how many seconds it lived."""
        lived = 0.0
        while child.poll() is None and not self.stop.wait(0.5):
            lived += 0.5
        if child.poll() is None:
            child.terminate()
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        return lived
