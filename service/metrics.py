"""Metrics for Prometheus: requests as they come, filings, jobs and workers as the database has them when asked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from .office.desk import SYSTEM, Office
from .office.workflow import workflow
from .store import tables as t

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
ALIVE = timedelta(seconds=30)
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5, 1.0, 2.5, 10.0)


class Ledger(Collector):
    """Counts read from the database at the moment of asking."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with self._office.look(SYSTEM) as desk:
            states = dict(desk.session.execute(select(t.Job.state, func.count()).group_by(t.Job.state)).all())
            filed = dict(desk.session.execute(select(t.Filing.state, func.count()).group_by(t.Filing.state)).all())
            file = t.CleanupFile
            files = dict(desk.session.execute(select(file.state, func.count()).group_by(file.state)).all())
            oldest = desk.session.scalar(select(func.min(t.Job.created)).where(t.Job.state == "queued"))
            late = desk.session.scalar(select(func.count()).where(t.Filing.due < desk.today))
            alive = desk.session.scalar(select(func.count()).where(t.Worker.beat > desk.now - ALIVE))
            waited = (desk.now - oldest).total_seconds() if oldest else 0.0
        jobs = GaugeMetricFamily("beishen_jobs", "Reviews by state", labels=["state"])
        for state in ("queued", "running", "done", "failed"):
            jobs.add_metric([state], states.get(state, 0))
        yield jobs
        filings = GaugeMetricFamily("beishen_filings", "Filings by state", labels=["state"])
        for key in workflow().states:
            filings.add_metric([key], filed.get(key, 0))
        yield filings
        cleaned = GaugeMetricFamily("beishen_cleanup_files", "Files of clean-ups by state", labels=["state"])
        for state in ("queued", "running", "done", "dropped"):
            cleaned.add_metric([state], files.get(state, 0))
        yield cleaned
        yield GaugeMetricFamily("beishen_filings_overdue", "Filings past their deadline", value=late or 0)
        yield GaugeMetricFamily("beishen_queue_oldest_seconds", "Age of the oldest waiting review", value=waited)
        yield GaugeMetricFamily("beishen_workers", "Workers heard of in the last 30 seconds", value=alive or 0)


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one process."""

    registry: CollectorRegistry
    requests: Counter = field(repr=False)
    seconds: Histogram = field(repr=False)

    @classmethod
    def open(cls, office: Office) -> "Metrics":
        registry = CollectorRegistry()
        registry.register(Ledger(office))  # asks the database once, now
        requests = Counter(
            "beishen_http_requests", "Requests by method, route and status", ["method", "route", "status"],
            registry=registry,
        )  # fmt: skip
        seconds = Histogram(
            "beishen_http_seconds", "Seconds per request", ["method", "route"], buckets=BUCKETS, registry=registry
        )
        return cls(registry, requests, seconds)

    def seen(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All metrics in the text format. DatabaseGone where the database is away."""
        return generate_latest(self.registry)
