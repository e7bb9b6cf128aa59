"""Submitting a package, and a new version of the document of a filing."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from ..office import filings, organs, submission
from ..office.permission import require, restricted
from .visit import MAX_FILES, PageRoute, Posted, Signed, Visit, files_of

router = APIRouter(route_class=PageRoute)


@router.get("/submit")
def form(visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "filing.submit")
        known = organs.list_all(desk)
        own = restricted(desk.actor)
        mine = next((organ for organ in known if own and organ.id == desk.actor.organ_id), None)
        profile = desk.profile
    return visit.page(
        "submit.html",
        "submit",
        heading="报送文件",
        lead="上传后立即登记收到，程序随即审查正式文本，不必等待。",
        action="/submit",
        filing=None,
        limits={"max_bytes": visit.office.limits.max_bytes, "max_files": MAX_FILES},
        roles=tuple(submission.ROLE_NAMES.items()),
        kinds=tuple((kind.key, kind.name) for kind in profile.kinds),
        fields=profile.fields,
        organs=known,
        own_organ=mine,
    )


@router.post("/submit")
def submit(visit: Posted) -> Response:
    uploads = uploads_of(visit)
    stated = submission.Submission(
        kind=visit.text("kind", 30) or "normative",
        organ_id=visit.number("organ_id"),
        title=visit.text("title", 300),
        field=visit.text("field", 60),
        published=visit.day("published"),
    )
    with visit.desk() as desk:
        done = submission.submit(desk, stated, uploads)
    return _answer(visit, done.filing.id, f"已收到 {len(uploads)} 个文件")


@router.get("/filings/{filing_id}/resubmit")
def version_form(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "filing.resubmit")
        filed = filings.get(desk, filing_id)
    return visit.page(
        "submit.html",
        "submit",
        heading=f"提交第 {filed.current + 1} 版",
        lead="已作出的决定随同一发现带到新版本；条款改动后不再出现的发现在版本比对中列明。",
        action=f"/filings/{filing_id}/resubmit",
        filing=filed,
        limits={"max_bytes": visit.office.limits.max_bytes, "max_files": MAX_FILES},
        roles=tuple(submission.ROLE_NAMES.items()),
    )


@router.post("/filings/{filing_id}/resubmit")
def resubmit(filing_id: int, visit: Posted) -> Response:
    uploads = uploads_of(visit)
    with visit.desk() as desk:
        done = submission.resubmit(desk, filing_id, uploads, visit.text("note", 2000))
    return _answer(visit, filing_id, f"已收到第 {done.filing.current} 版")


def uploads_of(visit: Visit) -> tuple[submission.Upload, ...]:
    """The files of the form, read whole (the door of the readers bounds each), with the roles given to them."""
    most = visit.office.limits.max_bytes
    files = tuple(files_of(visit.form, "files"))
    roles = [role for role in visit.form.getlist("role") if isinstance(role, str)]
    roles += [""] * (len(files) - len(roles))
    return tuple(
        submission.Upload(file.filename or "未命名", file.file.read(most + 1), role)
        for file, role in zip(files, roles[: len(files)], strict=True)
    )


def _answer(visit: Visit, filing_id: int, said: str) -> Response:
    place = f"/filings/{filing_id}"
    return JSONResponse({"next": place}, 201) if visit.wants_json else visit.go(place, said)
