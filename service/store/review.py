"""Tables of the review: jobs, reports, findings, decisions, and what leaves by webhook."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Json, Moment, Table


class Job(Table):
    """A review asked for. Its id is the id of the durable workflow. States: queued, running, done, failed."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_created", "state", "created"),)
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    filing_id: Mapped[int | None] = mapped_column(ForeignKey("filing.id"), index=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("document_version.id"), index=True)
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    media: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict[str, object]] = mapped_column(Json)
    attempts: Mapped[int] = mapped_column(default=0)
    code: Mapped[str] = mapped_column(String(60), default="")
    message: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(Moment)
    dispatched: Mapped[datetime | None] = mapped_column(Moment)
    started: Mapped[datetime | None] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)


class ReportRow(Table):
    """The one report of a job: `body` is review/render/json, `inspection` the document as read (with its text)."""

    __tablename__ = "report"
    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), unique=True)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("document_version.id"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    body: Mapped[dict[str, object]] = mapped_column(Json)
    inspection: Mapped[dict[str, object] | None] = mapped_column(Json)
    laws: Mapped[str] = mapped_column(String(64), default="")
    created: Mapped[datetime] = mapped_column(Moment)


class FindingRow(Table):
    """A finding on one version of a filed document; `fingerprint` is the same on every version it survives in."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("version_id", "fingerprint"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    report_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    fingerprint: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(10))
    types: Mapped[list[str]] = mapped_column(Json)
    clause: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(200), default="")
    begin: Mapped[int] = mapped_column()
    end: Mapped[int] = mapped_column()
    quote: Mapped[str] = mapped_column(Text)
    message: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[float] = mapped_column(default=1.0)
    why: Mapped[dict[str, object]] = mapped_column(Json)
    citations: Mapped[list[dict[str, object]]] = mapped_column(Json)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created: Mapped[datetime] = mapped_column(Moment)


class Decision(Table):
    """A decision on a finding, by fingerprint: the newest counts, none is ever changed."""

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("filing_id", "fingerprint", "revision"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    fingerprint: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column()
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Moment)


class Reliance(Table):
    """A law that a filed document names: who relies on it is found by one query when a new version comes."""

    __tablename__ = "reliance"
    __table_args__ = (UniqueConstraint("version_id", "law", "article", "role"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("document_version.id"))
    law: Mapped[str] = mapped_column(String(200), index=True)
    article: Mapped[str] = mapped_column(String(40), default="")
    role: Mapped[str] = mapped_column(String(10))


class LawWatch(Table):
    """A law version that came in by an import, and one filing to look at again because of it."""

    __tablename__ = "law_watch"
    __table_args__ = (UniqueConstraint("filing_id", "law", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    law: Mapped[str] = mapped_column(String(200))
    version: Mapped[str] = mapped_column(String(20))
    noticed: Mapped[datetime] = mapped_column(Moment)
    done: Mapped[datetime | None] = mapped_column(Moment)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Idempotency(Table):
    """The answer already given to a request with an Idempotency-Key; `state` is open or done."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("account_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(200))
    request: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[dict[str, object]] = mapped_column(Json)
    created: Mapped[datetime] = mapped_column(Moment, index=True)


class Webhook(Table):
    """Where an account wants to be told; `secret` signs each delivery (HMAC-SHA256)."""

    __tablename__ = "webhook"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(80))
    events: Mapped[list[str]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    created: Mapped[datetime] = mapped_column(Moment)


class Delivery(Table):
    """One event for one webhook. States: queued, done, failed; unique per webhook and event, so never sent twice."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("webhook_id", "event", "subject"), Index("ix_delivery_state", "state"))
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, object]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    answer: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(Moment)
    dispatched: Mapped[datetime | None] = mapped_column(Moment)
    finished: Mapped[datetime | None] = mapped_column(Moment)


class Worker(Table):
    """A worker process and when it was last heard of; the jobs of a silent one are taken over.

    `place` names the machine as the kernel knows it since it started: a process of the same place can be asked for.
    """

    __tablename__ = "worker"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    place: Mapped[str] = mapped_column(String(120))
    pid: Mapped[int] = mapped_column()
    started: Mapped[datetime] = mapped_column(Moment)
    beat: Mapped[datetime] = mapped_column(Moment)
