"""The state of reviews asked for: one's own, or those of filings one may see."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, or_, select

from .. import audit
from ..errors import NotFound, StateConflict
from ..store import tables as t
from .desk import Desk
from .permission import require, restricted


@dataclass(frozen=True, slots=True)
class Asked:
    """A review asked for. `state` is queued, running, done or failed; a failed one has a code and a message."""

    id: str
    state: str
    filing_id: int | None
    version_id: int | None
    name: str
    code: str
    message: str
    attempts: int
    created: datetime
    started: datetime | None
    finished: datetime | None


def get(desk: Desk, job_id: str) -> Asked:
    """NotFound where it is absent or not the actor's to see."""
    require(desk.actor, "filing.read")
    return asked(row(desk, job_id))


def of_filing(desk: Desk, filing_id: int) -> tuple[Asked, ...]:
    """The reviews of a filing, newest first."""
    require(desk.actor, "filing.read")
    query = _visible(desk, select(t.Job)).where(t.Job.filing_id == filing_id)
    return tuple(asked(job) for job in desk.session.scalars(query.order_by(t.Job.created.desc(), t.Job.id)))


def recent(desk: Desk, limit: int = 50) -> tuple[Asked, ...]:
    """The newest reviews."""
    require(desk.actor, "filing.read")
    query = _visible(desk, select(t.Job)).order_by(t.Job.created.desc(), t.Job.id).limit(min(limit, 500))
    return tuple(asked(job) for job in desk.session.scalars(query))


def again(desk: Desk, job_id: str) -> Asked:
    """Ask a failed review once more, as a new job. StateConflict unless it failed."""
    require(desk.actor, "review.run")
    old = row(desk, job_id)
    if old.state != "failed":
        raise StateConflict("只有失败的审查可以重新提交", "请等待审查结束")
    import uuid

    fresh = t.Job(
        id=uuid.uuid4().hex, state="queued", filing_id=old.filing_id, version_id=old.version_id,
        organ_id=old.organ_id, account_id=desk.actor.id, name=old.name, media=old.media, sha256=old.sha256,
        options=old.options, created=desk.now,
    )  # fmt: skip
    desk.session.add(fresh)
    desk.session.flush()
    audit.record(desk, "review.again", f"job:{fresh.id}", before=old.id)
    return asked(fresh)


def row(desk: Desk, job_id: str) -> t.Job:
    """The row of a job within what the actor may see."""
    found: t.Job | None = desk.session.scalars(_visible(desk, select(t.Job)).where(t.Job.id == job_id)).one_or_none()
    if found is None:
        raise NotFound(f"没有编号为 {job_id[:40]} 的审查任务", "请核对编号")
    return found


def asked(job: t.Job) -> Asked:
    return Asked(
        job.id, job.state, job.filing_id, job.version_id, job.name, job.code, job.message, job.attempts or 0,
        job.created, job.started, job.finished,
    )  # fmt: skip


def _visible(desk: Desk, query: Select[t.Job]) -> Select[t.Job]:
    """A submitting organ sees its own jobs; of reviews without a filing everybody sees his own only."""
    actor = desk.actor
    mine = t.Job.account_id == actor.id
    if restricted(actor):
        return query.where(or_(mine, t.Job.organ_id == actor.organ_id) if actor.organ_id is not None else mine)
    return query.where(or_(mine, t.Job.filing_id.is_not(None)))
