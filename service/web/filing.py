"""One filing: what was filed, what was checked, where it stands, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from ...corpora.errors import BadArgument
from ..errors import NotFound
from ..office import files, filings, findings, jobs, letters, opinions, pages_bench
from ..office.desk import Desk
from ..office.workflow import Step, workflow
from . import words
from .visit import PageRoute, Posted, Signed, attachment

router = APIRouter(route_class=PageRoute)
STAGES = (
    ("收到", ("received", "returned")),
    ("登记", ("registered",)),
    ("初审", ("first_review",)),
    ("复审", ("second_review",)),
    ("终审", ("final_review",)),
    ("意见与反馈", ("opinion_issued", "reply_awaited", "corrected", "revoked", "kept")),
    ("办结", ("closed", "not_normative")),
)
REVIEWS = {"first_review": "first", "second_review": "second", "final_review": "final"}


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the formal check."""

    word: str
    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Event:
    """A recorded step as shown."""

    name: str
    by: str
    at: datetime
    reason: str
    reverses: bool
    undoable: bool


@router.get("/filings/{filing_id}")
def show(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        filed = filings.get(desk, filing_id)
        asked = jobs.of_filing(desk, filing_id)
        values: dict[str, Any] = {
            "versions": files.versions(desk, filing_id),
            "history": _events(filings.history(desk, filing_id)),
            "steps": _forward_first(filings.allowed_steps(desk, filing_id)),
            "opinions": opinions.of_filing(desk, filing_id) if visit.may("opinion.read") else (),
            "has_letter": _has_letter(desk, filing_id) if visit.may("letter.read") else False,
        }
        judged = findings.of_version(desk, filing_id) if visit.may("finding.read") else ()
        ready = visit.may("finding.read") and _ready(desk, filing_id)
        fields = desk.profile.fields
    stage = REVIEWS.get(filed.state, "")
    return visit.page(
        "filing.html",
        "ledger",
        filing=filed,
        job=asked[0] if asked else None,
        report=ready,
        stages=_stages(filed.state),
        checks=_checks(filed),
        kind_name=filed.kind_name,
        summary=_summary(judged) if ready else (),
        done=sum(found.verdict != "undecided" for found in judged),
        open=sum(found.verdict == "undecided" for found in judged),
        opinion_stage=stage if stage and visit.may(f"review.{stage}") else "",
        stage_name=opinions.STAGES.get(stage, ""),
        conclusions=tuple(opinions.CONCLUSIONS.items()),
        waiting_for=_waiting_for(filed.state),
        fields=fields,
        can_resubmit=not workflow().states[filed.state].end,
        **values,
    )


@router.get("/filings/{filing_id}/status")
def status(filing_id: int, visit: Signed) -> Response:
    """Where the review stands, for the page that waits."""
    with visit.desk() as desk:
        filings.get(desk, filing_id)
        asked = jobs.of_filing(desk, filing_id)
    return JSONResponse({"state": asked[0].state if asked else "none"})


@router.post("/filings/{filing_id}/step")
def step(filing_id: int, visit: Posted) -> Response:
    key = visit.text("step", 30)
    with visit.desk() as desk:
        filed = filings.step(desk, filing_id, key, visit.text("reason", 2000), visit.number("expected"))
    return visit.go(f"/filings/{filing_id}", f"已办理：{workflow().steps[key].name}。现在是“{filed.state_name}”")


@router.post("/filings/{filing_id}/undo")
def undo(filing_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        filed = filings.undo(desk, filing_id, visit.text("reason", 500), visit.number("expected"))
    return visit.go(f"/filings/{filing_id}", f"已撤回上一步。现在是“{filed.state_name}”")


@router.post("/filings/{filing_id}/opinion")
def opinion(filing_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        given = opinions.record(
            desk, filing_id, visit.text("stage", 10), visit.text("conclusion", 30), visit.text("text", 4000)
        )
    return visit.go(f"/filings/{filing_id}", f"{given.stage_name}意见已记录")


@router.post("/filings/{filing_id}/edit")
def edit(filing_id: int, visit: Posted) -> Response:
    title = visit.text("title", 300)
    if not title:
        raise BadArgument("文件名称不能为空", "请填写名称")
    change = filings.Edit(
        title=title,
        number=visit.text("number", 120),
        field=visit.text("field", 60),
        issued=visit.day("issued"),
        published=visit.day("published"),
        effective=visit.day("effective"),
        expires=visit.day("expires"),
    )
    with visit.desk() as desk:
        filings.edit(desk, filing_id, change, visit.number("expected"))
    return visit.go(f"/filings/{filing_id}", "登记信息已保存")


@router.post("/filings/{filing_id}/again")
def again(filing_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        asked = jobs.of_filing(desk, filing_id)
        if not asked:
            raise NotFound("该件没有审查任务", "请返回该件核对")
        jobs.again(desk, asked[0].id)
    return visit.go(f"/filings/{filing_id}", "已重新提交审查")


@router.get("/filings/{filing_id}/files/{file_id}")
def download(filing_id: int, file_id: int, visit: Signed) -> Response:
    """The bytes as they came; never shown in the page, always a download."""
    with visit.desk() as desk:
        filings.get(desk, filing_id)
        file, data = files.content(desk, file_id)
    return Response(data, media_type="application/octet-stream", headers=attachment(file.name.rsplit("/", 1)[-1]))


def _forward_first(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps onward before steps back or out, so that the first button is the usual one."""
    aside = ("refuse", "return", "back_to_first", "back_to_second")
    return tuple(sorted((step for step in steps if step.key != "resubmit"), key=lambda step: step.key in aside))


def _ready(desk: Desk, filing_id: int) -> bool:
    try:
        pages_bench.report(desk, filing_id)
    except NotFound:
        return False
    return True


def _has_letter(desk: Desk, filing_id: int) -> bool:
    try:
        letters.get(desk, filing_id)
    except NotFound:
        return False
    return True


def _stages(state: str) -> tuple[tuple[str, str], ...]:
    """The stations of a filing, each past, here, or to come."""
    at = next((index for index, (_, states) in enumerate(STAGES) if state in states), 0)
    ended = workflow().states[state].end
    return tuple(
        (name, "past" if index < at or (ended and index == at) else "here" if index == at else "")
        for index, (name, _) in enumerate(STAGES)
    )


def _checks(filed: filings.Filed) -> tuple[Check, ...]:
    missing = (
        Check("缺材料", "、".join(filed.missing), "over")
        if filed.missing
        else Check("材料齐全", "应报材料均已收到", "done")
    )
    if filed.late is None:
        return missing, Check("期限待核", "没有读到公布、印发日期，无法计算报送期限", "wait")
    since = "公布" if filed.published else "印发"
    late = Check("逾期报送", f"自{since}之日起超过规定的报送期限", "over")
    return missing, late if filed.late else Check("按期报送", f"自{since}之日起在规定的期限内", "done")


def _summary(judged: Sequence[findings.Judged]) -> tuple[tuple[str, str, int], ...]:
    return tuple((level, name, sum(found.level == level for found in judged)) for level, name in words.level_names())


def _waiting_for(state: str) -> str:
    if workflow().states[state].end:
        return "该件已结束。"
    if state == "returned":
        return "等待报备单位补正后重新报送。"
    return f"现在是“{workflow().name(state)}”，等待经办岗位办理。"


def _events(passed: Sequence[filings.Passed]) -> tuple[Event, ...]:
    """Newest first; the newest step not yet taken back may be."""
    back = {item.reverses for item in passed if item.reverses is not None}
    open_ = [item.id for item in passed if item.id not in back and item.key not in ("submit", "resubmit", "undo")]
    last = max(open_, default=0)
    return tuple(
        Event(item.name, item.actor, item.at, item.reason, item.reverses is not None, item.id == last)
        for item in reversed(passed)
    )
