"""One file of a clean-up as a durable workflow: whoever runs `beishen worker` on the office's database takes it.

The file comes as a blob and its cards and reports go back as one, so that the engine's tables never hold text of a
document. The journal of the clean-up, kept by who started it, stays the truth: a workflow done is only an offer to it.
"""

import json
import logging
import os
import tempfile
import threading
from concurrent.futures import TimeoutError as Late
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dbos import DBOS

from ...review.cleanup.card import plain
from ...review.render.json import dumps
from ..cleanup_crew import PLACE
from ..cleanup_journal import Task
from ..cleanup_work import Bench as Work
from ..cleanup_work import identity, work
from ..settings import load
from ..store.blobs import Blobs
from .examining import Bench
from .workflows import EXIT_HUNG, patiently

log = logging.getLogger("beishen.cleanup")
QUEUE, FLOW = "cleanups", "clean_up_file"
# A file that ends its workers is given up after so many; an unlucky one meets fewer kills than that.
RECOVERIES = 5
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file to clean up: its place in the set, name, where its content lies (clean-up/hash) and the day."""

    seq: int
    name: str
    where: str
    day: str


def register(bench: Bench, stop: threading.Event) -> None:
    """Register the workflow with the engine of jobs. Call once per process, before launch."""

    @DBOS.step(name="clean_file")
    def clean_file(seq: int, name: str, where: str, day: str) -> str:
        try:
            return patiently(lambda: clean(bench, Parcel(seq, name, where, day)), stop)
        except Late:
            log.error("clean-up of a file hung, leaving", extra={"seq": seq})
            os._exit(EXIT_HUNG)

    @DBOS.workflow(name=FLOW, max_recovery_attempts=RECOVERIES)
    def clean_up_file(seq: int, name: str, where: str, day: str) -> str:
        return clean_file(seq, name, where, day)


def clean(bench: Bench, parcel: Parcel) -> str:
    """Examine a file on the engine's own thread; the hash of the outcome. Raises Late, DiskFull, BlobMissing."""
    outcome = bench.thread.submit(_outcome, bench, parcel).result(timeout=bench.seconds)
    return _blobs(bench, parcel).put(outcome)


def _blobs(bench: Bench, parcel: Parcel) -> Blobs:
    """The blobs of the clean-up the file belongs to: apart from those of the office, gone when it ends."""
    return bench.office.blobs.within(PLACE).within(parcel.where.partition("/")[0])


def _outcome(bench: Bench, parcel: Parcel) -> bytes:
    return outcome(bench, parcel, _blobs(bench, parcel).get(parcel.where.partition("/")[2]))


def outcome(bench: Bench, parcel: Parcel, data: bytes) -> bytes:
    """Cards and reports of a file as JSON, with the identity of the engine. For the engine's own thread."""
    settings = replace(load(), limits=bench.office.limits)
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        # Under its own name: messages about a file name it.
        path = Path(folder) / _leaf(parcel.name)
        path.write_bytes(data)
        place = Work(settings, date.fromisoformat(parcel.day), Path(folder) / "reports")
        cards = work(Task(parcel.seq, parcel.name, str(path)), bench.engine, place)
        reports = {
            card.report: (Path(folder) / card.report).read_text(encoding="utf-8") for card in cards if card.report
        }
    made = {"identity": identity(bench.engine), "cards": [dumps(plain(card)) for card in cards], "reports": reports}
    return json.dumps(made, ensure_ascii=False).encode("utf-8", "replace")


def _leaf(name: str) -> str:
    """The last part of a name, its end only where a file system takes no more."""
    leaf = Path(name).name.replace("\x00", "")
    while len(leaf.encode("utf-8", "replace")) > LONGEST_NAME:
        leaf = leaf[1:]
    return leaf if leaf.strip(".") else "file"
