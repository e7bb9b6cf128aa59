"""Filings: what is shown of one, its steps through the states, its clocks, its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from . import webhooks
from .desk import Desk, local_day
from .numbering import next_serial
from .permission import allowed, require, restricted, scoped
from .workflow import Step, workflow


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing as shown. `version` is its ETag; `due` is the last day of the running `clock`."""

    id: int
    kind: str
    kind_name: str
    registration: str | None
    organ_id: int
    organ: str
    title: str
    number: str
    level: str
    instrument: str
    field: str
    issued: date | None
    published: date | None
    effective: date | None
    expires: date | None
    received: datetime
    registered: datetime | None
    finished: datetime | None
    state: str
    state_name: str
    outcome: str
    clock: str
    due: date | None
    overdue: bool
    late: bool | None
    missing: tuple[str, ...]
    current: int
    version: int


@dataclass(frozen=True, slots=True)
class Passed:
    """A step as recorded. `reverses` is the id of the step it took back."""

    id: int
    key: str
    name: str
    before: str
    after: str
    actor: str
    at: datetime
    reason: str
    reverses: int | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Facts of a filing to correct; None leaves one as it is."""

    title: str | None = None
    number: str | None = None
    field: str | None = None
    level: str | None = None
    issued: date | None = None
    published: date | None = None
    effective: date | None = None
    expires: date | None = None


def get(desk: Desk, filing_id: int) -> Filed:
    """One filing. NotFound where it is absent or not the actor's to see."""
    require(desk.actor, "filing.read")
    return shown(desk, row(desk, filing_id))


def edit(desk: Desk, filing_id: int, change: Edit, expected: int | None = None) -> Filed:
    """Correct the facts of a filing. Raises Stale, StateConflict (closed)."""
    require(desk.actor, "filing.edit")
    filing = row(desk, filing_id, expected)
    if workflow().states[filing.state].end:
        raise StateConflict("该件已结束，不能再修改", "如确需修改，请先撤回上一步")
    changed = {name: getattr(change, name) for name in Edit.__slots__ if getattr(change, name) is not None}
    for name, value in changed.items():
        setattr(filing, name, value)
    _touch(filing)
    desk.session.flush()
    audit.record(desk, "filing.edit", f"filing:{filing.id}", fields=sorted(changed))
    return shown(desk, filing)


def step(desk: Desk, filing_id: int, key: str, reason: str = "", expected: int | None = None) -> Filed:
    """Take a step. NotFound, Forbidden, Stale, StateConflict (not from this state, or something is missing)."""
    found = workflow().steps.get(key)
    if found is None or key == "resubmit":
        raise StateConflict(f"没有步骤“{key}”", "请从该件可用的步骤中选择")
    require(desk.actor, found.action)
    filing = row(desk, filing_id, expected)
    return shown(desk, take(desk, filing, found, reason))


def take(desk: Desk, filing: t.Filing, chosen: Step, reason: str) -> t.Filing:
    """The step itself, on a row already read under the transaction; permission was checked by the caller."""
    if filing.state not in chosen.sources:
        here = workflow().name(filing.state)
        raise StateConflict(f"当前状态为“{here}”，不能“{chosen.name}”", "请刷新后查看该件可用的步骤")
    _check_needs(desk, filing, chosen, reason)
    kept = _snapshot(filing)
    passed = t.Transition(
        filing_id=filing.id, key=chosen.key, before=filing.state, after=chosen.to,
        account_id=desk.actor.id, at=desk.now, reason=reason, reverses=None, kept=kept,
    )  # fmt: skip
    desk.session.add(passed)
    filing.state = chosen.to
    if chosen.outcome:
        filing.outcome = chosen.outcome
    if chosen.to == "registered" and filing.registration is None:
        filing.registration = registration_of(desk, filing.kind)
        filing.registered = desk.now
    if chosen.key == "issue":
        _mark_letter(desk, filing.id, issued=True)
    if chosen.starts:
        start_clock(desk, filing, chosen.starts)
    filing.finished = desk.now if workflow().states[chosen.to].end else None
    _touch(filing)
    desk.session.flush()
    _announce(desk, filing, chosen.key)
    audit.record(desk, f"filing.{chosen.key}", f"filing:{filing.id}", before=passed.before, after=passed.after)
    return filing


def undo(desk: Desk, filing_id: int, reason: str, expected: int | None = None) -> Filed:
    """Take the last step back, as a recorded step of its own. The registration number stays with the filing."""
    require(desk.actor, "filing.undo")
    filing = row(desk, filing_id, expected)
    if not reason.strip():
        raise StateConflict("撤回须写明理由", "请填写理由")
    last = _last_step(desk, filing.id)
    if last is None or last.key in ("resubmit",) or last.after != filing.state:
        raise StateConflict("没有可以撤回的步骤", "报送和重新报送不能撤回")
    desk.session.add(
        t.Transition(
            filing_id=filing.id, key="undo", before=filing.state, after=last.before,
            account_id=desk.actor.id, at=desk.now, reason=reason, reverses=last.id, kept=_snapshot(filing),
        )
    )  # fmt: skip
    filing.state = last.before
    _restore(filing, last.kept)
    if last.key == "issue":
        _mark_letter(desk, filing.id, issued=False)
    _touch(filing)
    desk.session.flush()
    _announce(desk, filing, "undo")
    audit.record(desk, "filing.undo", f"filing:{filing.id}", step=last.key, before=last.after, after=last.before)
    return shown(desk, filing)


def history(desk: Desk, filing_id: int) -> tuple[Passed, ...]:
    """Every recorded step, oldest first; to a submitting organ without the reasons that are the office's own."""
    require(desk.actor, "filing.read")
    filing = row(desk, filing_id)
    outside, told = restricted(desk.actor), {key for key, found in workflow().steps.items() if found.told} | {"submit"}
    query = (
        select(t.Transition, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.Transition.account_id)
        .where(t.Transition.filing_id == filing.id)
        .order_by(t.Transition.id)
    )
    names = {key: found.name for key, found in workflow().steps.items()} | {"undo": "撤回", "submit": "报送"}
    return tuple(
        Passed(
            p.id, p.key, names.get(p.key, p.key), p.before, p.after, display or name, p.at,
            "" if outside and p.key not in told and p.account_id != desk.actor.id else p.reason, p.reverses,
        )
        for p, display, name in desk.session.execute(query)
    )  # fmt: skip


def allowed_steps(desk: Desk, filing_id: int) -> tuple[Step, ...]:
    """The steps that the actor may take now (resubmission has its own function)."""
    require(desk.actor, "filing.read")
    filing = row(desk, filing_id)
    return tuple(found for found in workflow().after(filing.state) if allowed(desk.actor, found.action))


def overdue(desk: Desk, limit: int = 200) -> tuple[Filed, ...]:
    """Filings whose clock has run out, the oldest first."""
    require(desk.actor, "filing.read")
    query = shown_query(desk).where(t.Filing.due < desk.today).order_by(t.Filing.due, t.Filing.id).limit(limit)
    return tuple(shown_rows(desk, query))


def row(desk: Desk, filing_id: int, expected: int | None = None) -> t.Filing:
    """The row of a filing within what the actor may see, locked where the desk may write. NotFound, Stale."""
    query = scoped(select(t.Filing).where(t.Filing.id == filing_id), desk.actor)
    query = query if desk.reading else query.with_for_update()
    found: t.Filing | None = desk.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"没有编号为 {filing_id} 的备案件", "请核对编号")
    if expected is not None and found.version != expected:
        raise Stale("该件已被他人修改", "请刷新后重新操作")
    return found


def shown_query(desk: Desk) -> Select[t.Filing, str]:
    """Filings with the name of their organ, within what the actor may see."""
    organ = aliased(t.Organ)
    return scoped(select(t.Filing, organ.name).join(organ, organ.id == t.Filing.organ_id), desk.actor)


def shown_rows(desk: Desk, query: Select[t.Filing, str]) -> Iterable[Filed]:
    for filing, organ in desk.session.execute(query):
        yield _view(desk, filing, organ)


def shown(desk: Desk, filing: t.Filing) -> Filed:
    organ = desk.session.get_one(t.Organ, filing.organ_id)
    return _view(desk, filing, organ.name)


def registration_of(desk: Desk, kind: str) -> str:
    """The next registration number of a kind in the current year."""
    year = desk.today.year
    pattern = desk.profile.kind(kind).registration
    return pattern.format(year=year, serial=next_serial(desk.session, f"registration:{kind}:{year}"))


def start_clock(desk: Desk, filing: t.Filing, key: str) -> None:
    """Start a clock of the profile on a filing; "stop" ends the one that runs."""
    if key == "stop":
        filing.clock, filing.due = "", None
    else:
        filing.clock, filing.due = key, desk.profile.clock(key).due(desk.today)


def _check_needs(desk: Desk, filing: t.Filing, chosen: Step, reason: str) -> None:
    for need in chosen.needs:
        kind, _, stage = need.partition(".")
        if kind == "reason" and not reason.strip():
            raise StateConflict(f"“{chosen.name}”须写明理由", "请填写理由")
        if kind == "opinion" and not _has_opinion(desk, filing.id, stage):
            names = {"first": "初审", "second": "复审", "final": "终审"}
            raise StateConflict(f"“{chosen.name}”前须有{names[stage]}意见", "请先填写意见")
        if kind == "letter" and not _has_letter(desk, filing.id):
            raise StateConflict(f"“{chosen.name}”前须有审查意见书", "请先起草并保存审查意见书")


def _has_opinion(desk: Desk, filing_id: int, stage: str) -> bool:
    """An opinion of the stage given since the filing last came to it."""
    since = select(func.max(t.Transition.at)).where(
        t.Transition.filing_id == filing_id, t.Transition.after == f"{stage}_review", t.Transition.key != "undo"
    )
    begun = desk.session.scalar(since)
    query = select(func.count()).where(t.Opinion.filing_id == filing_id, t.Opinion.stage == stage)
    if begun is not None:
        query = query.where(t.Opinion.at >= begun)
    return bool(desk.session.scalar(query))


def _has_letter(desk: Desk, filing_id: int) -> bool:
    return bool(desk.session.scalar(select(func.count()).where(t.Letter.filing_id == filing_id)))


def _mark_letter(desk: Desk, filing_id: int, issued: bool) -> None:
    """An issued letter has a number for good and a date until the step is taken back."""
    letter = desk.session.scalars(select(t.Letter).where(t.Letter.filing_id == filing_id)).one()
    letter.issued = desk.now if issued else None
    if letter.number is None:
        year = desk.today.year
        letter.number = f"审查意见〔{year}〕{next_serial(desk.session, f'letter:{year}')}号"


def _announce(desk: Desk, filing: t.Filing, step_key: str) -> None:
    """Tell the systems of whoever filed; once for each version of the filing."""
    to = (filing.submitted_by, filing.organ_id)
    told: dict[str, object] = {"filing": filing.id, "state": filing.state, "step": step_key}
    webhooks.announce(desk, "filing.changed", f"filing:{filing.id}@{filing.version}", to, told)
    if step_key == "issue":
        webhooks.announce(desk, "letter.issued", f"letter:{filing.id}@{filing.version}", to, told)


def _last_step(desk: Desk, filing_id: int) -> t.Transition | None:
    """The newest step not yet taken back."""
    reversed_ids = select(t.Transition.reverses).where(
        t.Transition.filing_id == filing_id, t.Transition.reverses.is_not(None)
    )
    query = (
        select(t.Transition)
        .where(t.Transition.filing_id == filing_id, t.Transition.key.not_in(("undo", "submit")))
        .where(t.Transition.id.not_in(reversed_ids))
        .order_by(t.Transition.id.desc())
        .limit(1)
    )
    return desk.session.scalars(query).one_or_none()


def _snapshot(filing: t.Filing) -> dict[str, object]:
    """What a step may change besides the state, so that undoing brings it back."""
    return {
        "outcome": filing.outcome,
        "clock": filing.clock,
        "due": filing.due.isoformat() if filing.due else None,
        "finished": filing.finished.isoformat() if filing.finished else None,
    }


def _restore(filing: t.Filing, kept: dict[str, object]) -> None:
    due, finished = kept.get("due"), kept.get("finished")
    filing.outcome, filing.clock = str(kept.get("outcome", "")), str(kept.get("clock", ""))
    filing.due = date.fromisoformat(str(due)) if due else None
    filing.finished = datetime.fromisoformat(str(finished)) if finished else None


def _touch(filing: t.Filing) -> None:
    """Count a change even where every value stays the same, so that the ETag moves."""
    filing.facts = {**filing.facts, "changes": int(str(filing.facts.get("changes", 0))) + 1}


def _view(desk: Desk, filing: t.Filing, organ: str) -> Filed:
    kinds = {kind.key: kind.name for kind in desk.profile.kinds}
    return Filed(
        id=filing.id, kind=filing.kind, kind_name=kinds.get(filing.kind, filing.kind),
        registration=filing.registration, organ_id=filing.organ_id, organ=organ, title=filing.title,
        number=filing.number, level=filing.level, instrument=filing.instrument, field=filing.field,
        issued=filing.issued, published=filing.published, effective=filing.effective, expires=filing.expires,
        received=filing.received, registered=filing.registered, finished=filing.finished, state=filing.state,
        state_name=workflow().name(filing.state), outcome=filing.outcome, clock=filing.clock, due=filing.due,
        overdue=filing.due is not None and filing.due < desk.today, late=filing.late,
        missing=tuple(filing.missing), current=filing.current, version=filing.version,
    )  # fmt: skip


def received_day(filing: t.Filing) -> date:
    return local_day(filing.received)
