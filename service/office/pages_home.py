"""What the first page shows: how many filings stand in each state, and those that wait for the visitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, nulls_last, or_, select

from ..store import tables as t
from . import filings
from .desk import Desk
from .permission import allowed, require, restricted, scoped
from .workflow import workflow


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of filings by state, and of those whose clock has run out."""

    states: Mapping[str, int]
    overdue: int

    def of(self, *states: str) -> int:
        return sum(self.states.get(state, 0) for state in states)


def tally(desk: Desk) -> Tally:
    """Over all filings the actor may see."""
    require(desk.actor, "filing.read")
    counted = scoped(select(t.Filing.state, func.count()).group_by(t.Filing.state), desk.actor)
    late = scoped(select(func.count()).select_from(t.Filing).where(t.Filing.due < desk.today), desk.actor)
    states = {row[0]: int(row[1]) for row in desk.session.execute(counted)}
    return Tally(states, int(desk.session.scalar(late) or 0))


def waiting(desk: Desk, limit: int = 50) -> tuple[filings.Filed, ...]:
    """Filings in states that a step of the actor leaves, by deadline; a submitting organ sees its newest ones."""
    require(desk.actor, "filing.read")
    query = filings.shown_query(desk)
    if restricted(desk.actor):
        first = (t.Filing.state == "returned").desc()
        query = query.order_by(first, t.Filing.received.desc(), t.Filing.id.desc())
    else:
        states = mine(desk)
        query = query.where(or_(*(t.Filing.state == state for state in states)) if states else t.Filing.id < 0)
        query = query.order_by(nulls_last(t.Filing.due), t.Filing.id)
    return tuple(filings.shown_rows(desk, query.limit(limit)))


def mine(desk: Desk) -> Sequence[str]:
    """The states from which the actor may move a filing on; taking a step back is no such move."""
    back = ("refuse", "return")
    steps = (step for step in workflow().steps.values() if step.key not in back and step.key != "resubmit")
    found = {state for step in steps if allowed(desk.actor, step.action) for state in step.sources}
    return tuple(state for state in workflow().states if state in found)
