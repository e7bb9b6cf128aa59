"""The opinion letter drafted, edited, exported; the report to print; the annotated copy."""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from ...corpora.readers.formats import accept
from ...review.render import html
from ..errors import NotFound
from ..office import filings, findings, letter_sheet, letters, pages_bench, reports
from ..office.desk import Desk
from .visit import PageRoute, Posted, Signed, attachment

router = APIRouter(route_class=PageRoute)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEAD = re.compile(r"^　　[一二三四五六七八九十百]+、")
_BODY = re.compile(r"^　　\S")


@router.get("/filings/{filing_id}/letter")
def show(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        filed = filings.get(desk, filing_id)
        written = _written(desk, filing_id)
        if written is None and not visit.may("letter.edit"):
            raise NotFound("该件还没有审查意见书", "意见书出具后可在此查看")
        drafts = letters.history(desk, filing_id) if written else ()
        judged = findings.of_version(desk, filing_id) if visit.may("finding.read") else ()
    return visit.page(
        "letter.html",
        "ledger",
        filing=filed,
        letter=written,
        drafts=tuple(reversed(drafts)),
        accepted=sum(found.verdict == "accepted" for found in judged),
        open=sum(found.verdict == "undecided" for found in judged),
        lines=tuple(_lines(letter_sheet.final(written), written.number)) if written else (),
    )


@router.post("/filings/{filing_id}/letter/draft")
def draft(filing_id: int, visit: Posted) -> Response:
    with visit.desk() as desk:
        written = letters.save(desk, filing_id, letter_sheet.draft(desk, filing_id), visit.number("expected"))
    return visit.go(f"/filings/{filing_id}/letter", f"已起草第 {written.version} 稿，请逐条核改")


@router.post("/filings/{filing_id}/letter")
def save(filing_id: int, visit: Posted) -> Response:
    text = visit.form.get("text")
    with visit.desk() as desk:
        written = letters.save(
            desk,
            filing_id,
            text.replace("\r\n", "\n") if isinstance(text, str) else "",
            visit.number("expected"),
        )
    return visit.go(f"/filings/{filing_id}/letter", f"已保存为第 {written.version} 稿")


@router.get("/filings/{filing_id}/letter.docx")
def export(filing_id: int, visit: Signed) -> Response:
    with visit.desk() as desk:
        filed = filings.get(desk, filing_id)
        data = letter_sheet.docx(desk, filing_id, visit.number("number"))
    return Response(data, media_type=DOCX, headers=attachment(f"审查意见书-{filed.registration or filed.id}.docx"))


@router.get("/filings/{filing_id}/annotated.docx")
def annotated(filing_id: int, visit: Signed) -> Response:
    """A copy of the filed text with a comment at each finding that was not rejected."""
    from ...review.render.annotated import annotate

    with visit.desk() as desk:
        stored = pages_bench.report(desk, filing_id, visit.number("version"))
        report = reports.rebuilt(desk, stored)
        name, data = pages_bench.reviewed_file(desk, stored)
        chosen = pages_bench.standing(desk, filing_id, stored, visit.number("version"))
        source = accept(name, data, desk.limits)
    made = annotate(report, source, chosen)
    stem = name.rsplit("/", 1)[-1].rpartition(".")[0] or "文件"
    return Response(made.data, media_type=DOCX, headers=attachment(f"{stem}-批注.docx"))


@router.get("/filings/{filing_id}/report")
def report(filing_id: int, visit: Signed) -> Response:
    """The report as one page to read and print, with its own style and no script."""
    with visit.desk() as desk:
        page = html.render(reports.rebuilt(desk, pages_bench.report(desk, filing_id, visit.number("version"))))
    return HTMLResponse(page, headers={"Content-Security-Policy": policy(page)})


def policy(page: str) -> str:
    """The policy of a page with styles of its own: exactly these, by hash."""
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in styles)
    return f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def _written(desk: Desk, filing_id: int) -> letters.Written | None:
    try:
        return letters.get(desk, filing_id)
    except NotFound:
        return None


def _lines(text: str, number: str | None) -> Iterator[tuple[str, str]]:
    """The paragraphs of a letter with their kind, read as the export reads them."""
    lines: Sequence[str] = [line for line in text.splitlines() if line.strip()]
    last = max((index for index, line in enumerate(lines) if _BODY.match(line)), default=len(lines))
    for index, line in enumerate(lines):
        yield "note" if line == number else _kind(line, index, last), line.strip()


def _kind(line: str, index: int, last: int) -> str:
    if index == 0:
        return "title"
    if line.startswith("（代拟稿"):
        return "note"
    if index > last:
        return "sign"
    if _HEAD.match(line):
        return "head"
    return "body" if line.startswith("　　") else "to"
