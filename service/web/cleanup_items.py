"""The list of a clean-up: proposals with filters, and a person's word on each, one by one or several at once."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from ...corpora.errors import BadArgument
from ...review.cleanup.decision import FINAL
from ..office import cleanup_items as items
from ..office import cleanup_results as results
from ..office import cleanups
from . import words
from .ledger import Choice, Paging
from .letter import policy
from .visit import PageRoute, Posted, Signed

router = APIRouter(route_class=PageRoute)
SIZE = 50
FILTERS = ("q", "settled", "action", "reason", "organ", "verdict")
_PICKED = re.compile(r"(\d{1,9})-(\d{1,9})")


@router.get("/cleanups/{cleanup_id}/items")
def show(cleanup_id: int, visit: Signed) -> Response:
    chosen = items.Filter(**{name: visit.query(name) for name in FILTERS})
    cursor = visit.query("cursor", 20)
    with visit.desk() as desk:
        found = cleanups.get(desk, cleanup_id)
        page = items.page(desk, cleanup_id, chosen, cursor, SIZE)
        total = items.count(desk, cleanup_id, chosen)
        organs = items.organs(desk, cleanup_id)
    query = {name: visit.query(name) for name in FILTERS if visit.query(name)}
    place = f"/cleanups/{cleanup_id}/items"
    after = f"{place}?{urlencode({**query, 'cursor': page.next})}" if page.next else ""
    return visit.page(
        "cleanup_items.html",
        "cleanups",
        cleanup=found,
        rows=page.rows,
        paging=Paging(total, f"{place}?{urlencode(query)}" if cursor else "", after),
        chosen=chosen,
        choices=_choices(organs),
        filtered=bool(query),
        back=urlencode({**query, **({"cursor": cursor} if cursor else {})}),
        can_decide=found.state == "ready" and visit.may("cleanup.decide"),
        final=tuple(action.value for action in FINAL),
        past=past,
    )


@router.post("/cleanups/{cleanup_id}/items/{item_id}/decision")
def decide(cleanup_id: int, item_id: int, visit: Posted) -> Response:
    verdict = visit.text("verdict", 10)
    choice = items.Choice(verdict, visit.text("to", 10) if verdict == "change" else "", visit.text("note", 2000))
    with visit.desk() as desk:
        found = items.decide(desk, cleanup_id, item_id, choice, visit.number("revision"))
    if not visit.wants_json:
        back = visit.text("back", 500)
        return RedirectResponse(f"/cleanups/{cleanup_id}/items?{back}#i{item_id}", 303)
    return JSONResponse(
        {
            "verdict": found.verdict,
            "words": words.ruled(found.verdict, found.settled),
            "style": words.ruled_style(found.verdict),
            "revision": found.revision,
            "past": past(found),
        }
    )


@router.post("/cleanups/{cleanup_id}/confirm")
def confirm(cleanup_id: int, visit: Posted) -> Response:
    """Several at once: all of them, or none where another person was first."""
    picked = [_PICKED.fullmatch(str(value)) for value in visit.form.getlist("picked")]
    if not picked or None in picked:
        raise BadArgument("没有勾选文件", "请先勾选要确认的文件")
    with visit.desk() as desk:
        done = items.confirm_many(desk, cleanup_id, [(int(found[1]), int(found[2])) for found in picked if found])
    return visit.go(f"/cleanups/{cleanup_id}/items?{visit.text('back', 500)}", f"已确认 {len(done)} 件")


@router.get("/cleanups/{cleanup_id}/items/{item_id}/report")
def report(cleanup_id: int, item_id: int, visit: Signed) -> Response:
    """The report of the review, to read and print, with its own style and no script."""
    with visit.desk() as desk:
        page = items.report(desk, cleanup_id, item_id)
    return HTMLResponse(page, headers={"Content-Security-Policy": policy(page)})


def past(found: items.Item) -> str:
    """Who decided what, when and why; empty where nobody did."""
    if found.decided is None:
        return ""
    note = f"：{found.note}" if found.note else ""
    return f"{found.decided_by}　{words.moment(found.decided)}　{words.ruled(found.verdict, found.settled)}{note}"


def _choices(organs: Sequence[str]) -> tuple[Choice, ...]:
    actions = tuple((action, action) for action in results.ACTIONS)
    ruled = (("none", "未处理"), *items.VERDICTS.items())
    return (
        Choice("settled", "现在的处理", actions),
        Choice("verdict", "人工处理", ruled),
        Choice("action", "程序建议", actions),
        Choice("reason", "理由", tuple(items.reason_names().items())),
        Choice("organ", "制定机关", tuple((organ, organ) for organ in organs)),
    )
