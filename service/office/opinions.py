"""Opinions of the three stages of review: who concluded what; a later one of a stage replaces the earlier."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ...corpora.errors import BadArgument
from .. import audit
from ..errors import StateConflict
from ..store import tables as t
from . import filings
from .desk import Desk
from .permission import require

STAGES = {"first": "初审", "second": "复审", "final": "终审"}
CONCLUSIONS = {
    "no_problem": "未发现问题",
    "ask_correction": "建议制定机关自行纠正",
    "ask_revocation": "建议撤销",
    "advice": "提出完善建议",
}


@dataclass(frozen=True, slots=True)
class Given:
    """An opinion given. `counts` is true for the newest of its stage."""

    id: int
    stage: str
    stage_name: str
    conclusion: str
    conclusion_name: str
    text: str
    person: str
    at: datetime
    counts: bool


def record(desk: Desk, filing_id: int, stage: str, conclusion: str, text: str) -> Given:
    """Give the opinion of a stage; the filing must be in that stage. BadArgument, Forbidden, StateConflict."""
    if stage not in STAGES or conclusion not in CONCLUSIONS or not text.strip():
        raise BadArgument("审查意见不完整", f"请选择结论（{'、'.join(CONCLUSIONS)}）并填写意见")
    require(desk.actor, f"review.{stage}")
    filing = filings.row(desk, filing_id)
    if filing.state != f"{stage}_review":
        raise StateConflict(f"该件不在{STAGES[stage]}阶段", "请刷新后查看当前状态")
    desk.session.add(
        t.Opinion(
            filing_id=filing.id, stage=stage, conclusion=conclusion, text=text, account_id=desk.actor.id, at=desk.now
        )
    )
    desk.session.flush()
    audit.record(desk, "opinion.record", f"filing:{filing.id}", stage=stage, conclusion=conclusion)
    return [given for given in of_filing(desk, filing_id) if given.stage == stage][-1]


def of_filing(desk: Desk, filing_id: int) -> tuple[Given, ...]:
    """Every opinion on a filing, oldest first."""
    require(desk.actor, "opinion.read")
    filing = filings.row(desk, filing_id)
    query = (
        select(t.Opinion, t.Account.display, t.Account.name)
        .join(t.Account, t.Account.id == t.Opinion.account_id)
        .where(t.Opinion.filing_id == filing.id)
        .order_by(t.Opinion.id)
    )
    rows = desk.session.execute(query).all()
    newest = {opinion.stage: opinion.id for opinion, _, _ in rows}
    return tuple(
        Given(
            o.id, o.stage, STAGES[o.stage], o.conclusion, CONCLUSIONS[o.conclusion], o.text, display or name, o.at,
            newest[o.stage] == o.id,
        )
        for o, display, name in rows
    )  # fmt: skip
