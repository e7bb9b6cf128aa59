"""Power lists of organs: import, look through, take out of use."""

from fastapi import APIRouter
from fastapi.responses import Response

from ...corpora.errors import BadArgument
from ..office import organs, powers
from .visit import PageRoute, Posted, Signed, files_of

router = APIRouter(route_class=PageRoute)
SHOWN = 300


@router.get("/admin/powers")
def show_all(visit: Signed) -> Response:
    with visit.desk() as desk:
        lists = powers.list_all(desk)
        bodies = organs.list_all(desk)
    return visit.page("powers.html", "admin", here="/admin/powers", lists=lists, organs=bodies)


@router.post("/admin/powers")
def put(visit: Posted) -> Response:
    file, organ_id = next(files_of(visit.form, "list"), None), visit.number("organ_id")
    if file is None or organ_id is None:
        raise BadArgument("没有选择机关或权责清单", "请选择机关和 XLSX 文件")
    data = file.file.read(powers.MOST_BYTES + 1)
    with visit.desk() as desk:
        made = powers.put(desk, organ_id, file.filename or "权责清单.xlsx", data)
    return visit.go(f"/admin/powers/{organ_id}", f"已导入 {made.items} 项，以后报送的文件按此核对")


@router.get("/admin/powers/{organ_id}")
def show(organ_id: int, visit: Signed) -> Response:
    q, kind = visit.query("q"), visit.query("kind", 20)
    with visit.desk() as desk:
        listed = powers.get(desk, organ_id)
        found = powers.items(desk, organ_id, q, kind)
    return visit.page(
        "powers_one.html", "admin", listed=listed, rows=found[:SHOWN], total=len(found), q=q, kind=kind, most=SHOWN
    )


@router.post("/admin/powers/{organ_id}/remove")
def remove(organ_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        powers.remove(desk, organ_id)
    return visit.go("/admin/powers", "权责清单已停用")
