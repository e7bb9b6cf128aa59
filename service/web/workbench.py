"""The workbench: text and findings side by side, decisions, remarks, findings added by hand, two versions compared."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, RedirectResponse, Response

from ...review.render.words import path_words
from ..errors import NotFound
from ..office import files, filings, findings, pages_bench, reports
from ..office.permission import require
from . import words
from .compare import paragraphs, side_by_side
from .laws import cited, store_of
from .passages import Mark, blocks
from .visit import PageRoute, Posted, Signed, Visit

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding as the page shows it."""

    number: int
    anchor: str
    id: int
    level: str
    types: tuple[str, ...]
    clause: str
    place: str
    message: str
    advice: str
    confidence: float
    reasons: tuple[tuple[str, str], ...]
    citations: tuple[Mapping[str, Any], ...]
    rule: str
    by_person: bool
    author: str
    verdict: str
    reason: str
    revision: int
    inherited: bool
    past: str
    remarks: tuple[str, ...]


@router.get("/filings/{filing_id}/review")
def bench(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "finding.read")
        filed = filings.get(desk, filing_id)
        number = visit.number("version") or filed.current
        stored = pages_bench.report(desk, filing_id, number)
        judged = findings.of_version(desk, filing_id, number)
        remarks = pages_bench.remarks(desk, filing_id)
        versions = files.versions(desk, filing_id)
    places = _places(stored)
    current = next(version for version in versions if version.number == number)
    shown = tuple(
        _shown(index, found, places.get(found.clause, "全文"), remarks) for index, found in enumerate(judged, 1)
    )
    marks = tuple(
        Mark(index, f"f{found.id}", found.start, found.end, found.level, found.verdict == "rejected")
        for index, found in enumerate(judged, 1)
    )
    open_ = filed.state in findings.OPEN and number == filed.current and visit.may("finding.decide")
    tally = Counter(found.verdict for found in judged)
    return visit.page(
        "workbench.html",
        "ledger",
        filing=filed,
        report=stored,
        versions=versions,
        current=current,
        findings=shown,
        blocks=blocks(dict(stored.inspection), marks) if stored.inspection else (),
        counts=_levels(judged),
        tallies=tuple((key, findings.VERDICT_NAMES[key], tally[key]) for key in findings.VERDICTS),
        done=len(judged) - tally["undecided"],
        open_states=findings.OPEN,
        can_decide=open_,
        can_add=open_,
        types=tuple(words.TYPES.items()),
        disclaimer=words.DISCLAIMER,
    )


@router.post("/filings/{filing_id}/findings/{finding_id}/decision")
def decide(filing_id: int, finding_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        kept = findings.get(desk, finding_id)
        found = findings.decide(
            desk,
            finding_id,
            visit.text("decision", 12),
            visit.text("reason", 2000) if visit.text("decision", 12) == "rejected" else "",
            "",
            visit.number("revision") if visit.number("revision") is not None else kept.revision,
        )
    return _answer(visit, filing_id, found)


@router.post("/filings/{filing_id}/findings/{finding_id}/remark")
def remark(filing_id: int, finding_id: int, visit: Posted) -> Response:
    """A remark leaves the decision as it is: it is the next decision of the same kind, with words."""
    with visit.desk() as desk:
        kept = findings.get(desk, finding_id)
        found = findings.decide(
            desk, finding_id, kept.verdict, kept.reason, visit.text("comment", 2000), visit.number("revision")
        )
    return _answer(visit, filing_id, found)


@router.post("/filings/{filing_id}/findings")
def add(filing_id: int, visit: Posted) -> Response:
    law, article = visit.text("law", 200), visit.text("article", 40)
    with visit.desk() as desk:
        note = findings.Note(
            level=visit.text("level", 10),
            types=(visit.text("type", 20),),
            start=visit.number("start") or 0,
            end=visit.number("end") or 0,
            message=visit.text("message", 2000),
            advice=visit.text("advice", 1000),
            citations=(cited(store_of(visit), law, article, visit.today),) if law else (),
        )
        found = findings.add(desk, filing_id, note)
    return visit.go(f"/filings/{filing_id}/review#f{found.id}", "发现已添加")


@router.get("/filings/{filing_id}/compare")
def compare(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        require(desk.actor, "finding.read")
        filed = filings.get(desk, filing_id)
        versions = files.versions(desk, filing_id)
        new = visit.number("new") or filed.current
        old = visit.number("old") or max(new - 1, 1)
        reports_ = [reports.latest(desk, filing_id, number) for number in (old, new)]
        judged = [findings.of_version(desk, filing_id, number) for number in (old, new)]
    texts = [paragraphs(dict(r.inspection)) if r and r.inspection else () for r in reports_]
    if not all(texts):
        raise NotFound("所选版本还没有读出的正文，不能比对", "请等待两版都审查结束")
    rows = side_by_side(*texts)
    by_number = {version.number: version for version in versions}
    return visit.page(
        "compare.html",
        "ledger",
        filing=filed,
        versions=versions,
        old=by_number[old],
        new=by_number[new],
        rows=rows,
        tally={kind: sum(row.kind == kind for row in rows) for kind in ("changed", "added", "removed", "same")},
        findings=_fates(judged, [_places(r) if r else {} for r in reports_]),
    )


def _shown(number: int, found: findings.Judged, place: str, remarks: Mapping[str, tuple[str, ...]]) -> Shown:
    return Shown(
        number=number,
        anchor=f"f{found.id}",
        id=found.id,
        level=found.level,
        types=found.types,
        clause=found.clause,
        place=place,
        message=found.message,
        advice=found.advice,
        confidence=found.confidence,
        reasons=words.reasons(found.why),
        citations=found.citations,
        rule="" if found.by_hand else found.rule,
        by_person=found.by_hand,
        author="人工",
        verdict=found.verdict,
        reason=found.reason,
        revision=found.revision,
        inherited=found.earlier,
        past=_past(found),
        remarks=remarks.get(found.fingerprint, ()),
    )


def _places(stored: reports.Stored) -> Mapping[str, str]:
    """Where each clause stands, as printed from its article on."""
    clauses = stored.inspection["clauses"] if stored.inspection else ()
    return {clause["id"]: path_words(clause["path"]) for clause in clauses}


def _past(found: findings.Judged) -> str:
    if found.decided is None:
        return ""
    reason = f"：{found.reason}" if found.reason else ""
    return f"{found.decided_by}　{words.moment(found.decided)}　{findings.VERDICT_NAMES[found.verdict]}{reason}"


def _answer(visit: Visit, filing_id: int, found: findings.Judged) -> Response:
    if not visit.wants_json:
        return RedirectResponse(f"/filings/{filing_id}/review#f{found.id}", 303)
    said = f"{found.decided_by}　{words.moment(found.decided)}：{found.comment}" if found.comment else ""
    return JSONResponse(
        {
            "decision": found.verdict,
            "words": findings.VERDICT_NAMES[found.verdict],
            "style": words.filters()["verdict_style"](found.verdict),
            "revision": found.revision,
            "past": _past(found),
            "remark": said,
        }
    )


def _levels(judged: Sequence[findings.Judged]) -> tuple[tuple[str, str, int], ...]:
    return tuple((level, name, sum(found.level == level for found in judged)) for level, name in words.level_names())


def _fates(
    judged: Sequence[Sequence[findings.Judged]], places: Sequence[Mapping[str, str]]
) -> tuple[dict[str, str], ...]:
    """Every finding of either version once: where it stood, where it stands, and what was decided."""
    before, after = ({found.fingerprint: found for found in side} for side in judged)
    rows = []
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        found = now or before[key]
        rows.append(
            {
                "level": found.level,
                "message": found.message,
                "old": places[0].get(was.clause, "全文") if was else "",
                "new": places[1].get(now.clause, "全文") if now else "",
                "verdict": found.verdict,
            }
        )
    return tuple(rows)
