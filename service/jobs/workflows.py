"""The two workflows, registered with the engine of durable jobs for one bench."""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from dbos import DBOS, DBOSConfig, EnqueueOptions, SetWorkflowID

from ..errors import DatabaseGone, DiskFull
from . import delivering, examining
from .examining import Bench

log = logging.getLogger("beishen.jobs")
REVIEWS, DELIVERIES = "reviews", "deliveries"
# Raised when the steps of a workflow change: workers of another version leave its jobs alone.
VERSION = "beishen-1"
EXIT_HUNG = 75
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Flows:
    """The registered workflows: hand over a review or a delivery by id."""

    review: Callable[[str], None]
    deliver: Callable[[str, int], None]

    def hand_over(self, queue: str, ident: str) -> None:
        """Give a job to the engine under its own id; an id known already stays as it is."""
        with SetWorkflowID(ident):
            if queue == REVIEWS:
                DBOS.enqueue_workflow(queue, self.review, ident)
            else:
                DBOS.enqueue_workflow(queue, self.deliver, ident, 0)


def config(url: str, executor: str) -> DBOSConfig:
    """The engine's configuration: no telemetry, errors only, a fixed version."""
    return DBOSConfig(
        name="beishen",
        system_database_url=url,
        executor_id=executor,
        application_version=VERSION,
        log_level="ERROR",
        enable_otlp=False,
        sys_db_pool_size=8,
        max_executor_threads=16,
    )


def register(bench: Bench, stop: threading.Event) -> Flows:
    """Register the workflows of a bench. Call once per process, before launch."""
    return Flows(_review(bench, stop), _deliver(bench, stop))


def _review(bench: Bench, stop: threading.Event) -> Callable[[str], None]:
    @DBOS.step(name="examine")
    def examine(job_id: str) -> str:
        try:
            return patiently(lambda: examining.examine(bench, job_id), stop)
        except examining.Hung:
            # The thread cannot be ended; the process can. Its supervisor starts it again, the attempt is counted.
            log.error("review hung, leaving", extra={"job": job_id})
            os._exit(EXIT_HUNG)

    @DBOS.step(name="keep")
    def keep(job_id: str, outcome: str) -> None:
        patiently(lambda: examining.keep(bench, job_id, outcome), stop)

    @DBOS.workflow(name="review", max_recovery_attempts=None)
    def review(job_id: str) -> None:
        keep(job_id, examine(job_id))

    return review


def _deliver(bench: Bench, stop: threading.Event) -> Callable[[str, int], None]:
    @DBOS.step(name="send")
    def send(delivery_id: str) -> bool:
        return patiently(lambda: delivering.send(bench.office, delivery_id), stop)

    @DBOS.step(name="give_up")
    def give_up(delivery_id: str) -> None:
        patiently(lambda: delivering.give_up(bench.office, delivery_id), stop)

    @DBOS.workflow(name="deliver", max_recovery_attempts=None)
    def deliver(delivery_id: str, tries: int) -> None:
        if send(delivery_id):
            return
        if tries == len(delivering.PAUSES):
            give_up(delivery_id)
            return
        # The next try is a workflow of its own that starts later: a receiver that is away holds no thread.
        later = EnqueueOptions(
            workflow_name="deliver",
            queue_name=DELIVERIES,
            workflow_id=f"{delivery_id}-{tries + 1}",
            delay_seconds=delivering.PAUSES[tries],
        )
        DBOS.enqueue_workflow_with_options(later, delivery_id, tries + 1)

    return deliver


def patiently(work: Callable[[], Result], stop: threading.Event) -> Result:
    """The work, tried again while the database is away or the disk is full, until the worker stops."""
    pause = 0.5
    while True:
        try:
            return work()
        except (DatabaseGone, DiskFull) as error:
            log.warning("waiting for the store", extra={"code": error.code})
            if stop.wait(pause):
                raise
            pause = min(pause * 2, 15.0)
