"""The list of findings answered “not a problem, because …”, and taking such an answer back."""

from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response

from ..office import organs, quieted
from .ledger import Paging
from .visit import PageRoute, Posted, Signed

router = APIRouter(route_class=PageRoute)
SIZE = 50


@router.get("/quieted")
def show(visit: Signed) -> Response:
    q, organ_id, cursor = visit.query("q"), visit.number("organ_id"), visit.query("cursor", 20)
    with visit.desk() as desk:
        page = quieted.page(desk, q, organ_id, cursor, SIZE)
        total = quieted.count(desk, q, organ_id)
        bodies = organs.list_all(desk, active_only=False)
    query = {key: value for key, value in (("q", q), ("organ_id", str(organ_id or ""))) if value}
    after = f"/quieted?{urlencode({**query, 'cursor': page.next})}" if page.next else ""
    return visit.page(
        "quieted.html",
        "ledger",
        rows=page.rows,
        total=total,
        q=q,
        organ_id=organ_id,
        organs=bodies,
        back=urlencode(query),
        paging=Paging(None, f"/quieted?{urlencode(query)}" if cursor else "", after),
    )


@router.post("/quieted/{finding_id}/release")
def release(finding_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        quieted.release(desk, finding_id, visit.number("revision"))
    return visit.go(f"/quieted?{visit.text('back', 500)}", "已收回答复，该发现重新列为待定")
