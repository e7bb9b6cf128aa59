"""The first page: figures, what is overdue, what waits for the visitor."""

from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import Response

from ..office import filings, lawwatch, organs, pages_home
from ..office.permission import restricted
from .visit import PageRoute, Signed

router = APIRouter(route_class=PageRoute)
SHOWN, LATE = 20, 8


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    count: int
    url: str
    over: bool = False


@router.get("/")
def home(visit: Signed) -> Response:
    with visit.desk() as desk:
        tally = pages_home.tally(desk)
        work = pages_home.waiting(desk, SHOWN + 1)
        submitter = restricted(desk.actor)
        states = pages_home.mine(desk)
        mine = {filed.id for filed in work}
        late = () if submitter else filings.overdue(desk, SHOWN + LATE)
        overdue = tuple(filed for filed in late if filed.id not in mine)[:LATE]
        own = organs.list_all(desk) if submitter else ()
        office = own[0].name if own else desk.profile.office
        watch = lawwatch.watched(desk, limit=5) if visit.may("law.watch") else ()
    figures = (
        Figure("待登记", tally.of("received"), "/ledger?state=received"),
        Figure("退回补正", tally.of("returned"), "/ledger?state=returned"),
        Figure("审查中", tally.of("registered", "first_review", "second_review", "final_review"), "/ledger"),
        Figure("待反馈", tally.of("opinion_issued", "reply_awaited"), "/ledger?state=reply_awaited"),
        Figure("逾期", tally.overdue, "/ledger?overdue=1", tally.overdue > 0),
        Figure("办结", tally.of("closed", "not_normative"), "/ledger?state=closed"),
    )
    back, waiting = tally.of("returned"), tally.of(*states)
    standing = (
        f"{back} 件退回补正" if submitter and back else f"{waiting} 件等您办理" if waiting and not submitter else ""
    )
    return visit.page(
        "home.html",
        "home",
        figures=figures,
        overdue=overdue,
        work=work[:SHOWN],
        more=len(work) > SHOWN,
        standing=standing,
        submitter=submitter,
        greeting=office,
        watch=watch,
    )
