"""Clean-ups: the list, a new one with its files, one with its progress, figures, charts and files to take away."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, JSONResponse, Response

from ...review.cleanup.profile import profiles
from ...review.cleanup.themes import themes
from ...review.render.cleanup_words import NOTICE
from ..errors import StateConflict
from ..office import cleanup_items as items
from ..office import cleanup_results as results
from ..office import cleanup_set, cleanups
from ..office.desk import Desk
from ..office.permission import require
from . import charts
from .ledger import Paging
from .letter import policy
from .statistics import Chart
from .submitting import uploads_of
from .visit import MANY_FILES, PageRoute, Posted, PostedMany, Signed, attachment

router = APIRouter(route_class=PageRoute)
SIZE, BARS, UNREAD = 30, 14, 200
STEPS = {
    "stop": (cleanups.stop, "清理已停止"),
    "again": (cleanups.again, "已重新汇总"),
    "close": (cleanups.close, "清理已办结"),
    "reopen": (cleanups.reopen, "清理已重开"),
}
FILES = (
    ("xlsx", "清理清单", "XLSX，含未能读取、目录不符、统计各表"),
    ("html", "清理概览", "网页，含图表，可打印"),
    ("ended", "废止和宣布失效目录（草案）", "DOCX"),
    ("amended", "修改清单（草案）", "DOCX"),
    ("kept", "继续有效目录（草案）", "DOCX"),
    ("jsonl", "清理数据", "JSONL，每件一行"),
    ("zip", "全部文件和逐件审查报告", "ZIP"),
)


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    count: int
    url: str


@router.get("/cleanups")
def show_all(visit: Signed) -> Response:
    cursor = visit.query("cursor", 20)
    with visit.desk() as desk:
        found = cleanups.page(desk, cursor, SIZE)
    paging = Paging(
        None, "/cleanups" if cursor else "", f"/cleanups?cursor={found.next}" if found.next else ""
    )  # fmt: skip
    return visit.page("cleanups.html", "cleanups", rows=found.rows, paging=paging)


@router.get("/cleanups/new")
def form(visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "cleanup.run")
    return visit.page(
        "cleanup_new.html",
        "cleanups",
        limits={"max_bytes": visit.office.limits.max_bytes, "max_files": MANY_FILES},
        profiles=tuple((profile.id, profile.name) for profile in profiles()),
        themes=tuple((theme.id, theme.name) for theme in themes()),
    )


@router.post("/cleanups")
def start(visit: PostedMany) -> Response:
    assert visit.actor is not None
    require(visit.actor, "cleanup.run")
    wanted = cleanups.Wanted(
        name=visit.text("name", 200),
        day=visit.day("day"),
        profile=visit.text("profile", 40),
        theme=visit.text("theme", 40),
        law=visit.text("law", 200),
    )
    prepared = cleanup_set.prepare(visit.office, visit.actor, uploads_of(visit))
    with visit.desk() as desk:
        made = cleanups.start(desk, wanted, prepared)
    place = f"/cleanups/{made.id}"
    said = f"已收到 {made.progress.total} 个文件"
    return JSONResponse({"next": place}, 201) if visit.wants_json else visit.go(place, said)


@router.get("/cleanups/{cleanup_id}")
def show(cleanup_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        found = cleanups.get(desk, cleanup_id)
        unread = items.unread(desk, cleanup_id, limit=UNREAD)
        apart = results.apart(desk, cleanup_id)
        judged = found.state in ("ready", "closed")
        tables = results.statistics(desk, cleanup_id) if judged else ()
        figures = _figures(desk, cleanup_id) if judged else ()
    return visit.page(
        "cleanup.html",
        "cleanups",
        cleanup=found,
        profile={profile.id: profile.name for profile in profiles()}.get(found.profile, "按制定机关所在省选用"),
        said=progress_words(found.progress),
        judged=judged,
        figures=figures,
        charts=_charts(tables) if found.documents else (),
        unread=unread,
        apart=apart,
        missing=tuple(
            f"{row.title or row.file}　{row.number}　（目录第 {row.place} 行）" for row in apart.without_file
        ),
        twins=tuple("、".join(group) for group in apart.twins),
        files=FILES if judged and found.purged is None else (),
        words=NOTICE,
    )


@router.get("/cleanups/{cleanup_id}/status")
def status(cleanup_id: int, visit: Signed) -> Response:
    """Where it stands, for the page that follows."""
    with visit.desk() as desk:
        found = cleanups.get(desk, cleanup_id)
    of = found.progress
    body = {"state": found.state, "done": of.done, "total": of.total, "said": progress_words(of)}
    return JSONResponse(body)


@router.post("/cleanups/{cleanup_id}/step")
def step(cleanup_id: int, visit: Posted) -> Response:
    act, said = STEPS.get(visit.text("step", 10), (None, ""))
    if act is None:
        raise StateConflict("没有这一步", "请刷新后核对")
    with visit.desk() as desk:
        act(desk, cleanup_id)
    return visit.go(f"/cleanups/{cleanup_id}", said)


@router.get("/cleanups/{cleanup_id}/files/{form}")
def file(cleanup_id: int, form: str, visit: Signed) -> Response:
    """One of the files to take away; the overview is shown, with its own style and no script."""
    place = str(visit.request.base_url).rstrip("/")
    with visit.desk() as desk:
        if form == "zip":
            made = results.package(desk, cleanup_id)
        else:
            made = results.handed(desk, cleanup_id, form, lambda ident: place + items.place_of(cleanup_id, ident))
    if form == "html":
        page = made.data.decode("utf-8")
        return HTMLResponse(page, headers={"Content-Security-Policy": policy(page)})
    return Response(made.data, media_type=made.media, headers=attachment(made.name))


def progress_words(of: cleanups.Progress) -> str:
    """How far the examination is, in words."""
    parts = [f"已审查 {of.done} / {of.total} 件"]
    if of.unread:
        parts.append(f"未能读取 {of.unread} 件")
    if of.rate and of.remaining:
        parts.append(f"每分钟约 {of.rate:g} 件")
        parts.append(f"约剩 {_span(of.remaining)}")
    return "，".join(parts)


def _span(seconds: int) -> str:
    if seconds < 90:
        return f"{max(seconds, 1)} 秒"
    if seconds < 5400:
        return f"{round(seconds / 60)} 分钟"
    return f"{seconds / 3600:.1f} 小时"


def _figures(desk: Desk, cleanup_id: int) -> tuple[Figure, ...]:
    tally = results.overall(desk, cleanup_id)
    place = f"/cleanups/{cleanup_id}/items"
    whole = Figure("清单件数", tally.total, place)
    return (
        whole,
        *(
            Figure(name, number, f"{place}?settled={name}")
            for name, number in zip(results.ACTIONS, tally.counts, strict=True)
        ),
    )


def _charts(tables: Sequence[results.Table]) -> tuple[Chart, ...]:
    """Narrow ones first, so that two stand side by side."""
    return tuple(sorted((_chart(table) for table in tables if table.rows), key=lambda chart: chart.wide))


def _chart(table: results.Table) -> Chart:
    """Years stand side by side, everything else below one another; what is rare is summed up."""
    rows: Sequence[results.Tally] = table.rows
    if table.key != "year" and len(rows) > BARS:
        rest = [sum(column) for column in zip(*(row.counts for row in rows[BARS - 1 :]), strict=True)]
        rows = (*rows[: BARS - 1], results.Tally(f"其余 {len(rows) - BARS + 1} 项", tuple(rest)))
    series = tuple(
        charts.Series(name, tuple(row.counts[index] for row in rows)) for index, name in enumerate(results.ACTIONS)
    )
    draw = charts.columns if table.key == "year" else charts.rows
    title = table.title + (f"（{table.note}）" if table.note else "")
    return Chart(
        title, draw(table.title, tuple(row.name for row in rows), series), charts.key(series), table.key == "year"
    )
