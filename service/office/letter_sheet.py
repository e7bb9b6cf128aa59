"""The letter as the renderer drafts and sets it, for pages and API: from what was accepted, by hand or not."""

import io
from typing import Any

from ...review.render import letter as sheet
from ..errors import StateConflict
from . import filings, findings, letters, pages_bench, reports
from .desk import Desk
from .permission import allowed, require


def draft(desk: Desk, filing_id: int) -> str:
    """A letter on the accepted findings of the current version; nothing is saved. StateConflict for none."""
    require(desk.actor, "letter.edit")
    filed = filings.get(desk, filing_id)
    stored = pages_bench.report(desk, filing_id)
    accepted = [found for found in findings.of_version(desk, filing_id) if found.verdict == "accepted"]
    if not accepted:
        raise StateConflict("没有已采纳的发现，无从起草审查意见书", "请先在审查台处理发现")
    document = {**stored.body["document"], "title": filed.title, "number": filed.number or None}
    body = {**stored.body, "document": document, "findings": [_json(found) for found in accepted]}
    problems = {str(found.id): found.comment.strip() for found in accepted if found.comment.strip()}
    days = desk.profile.clock("reply").days
    return sheet.draft(body, sheet.Choice(problems=problems, addressee=filed.organ, days=days))


def docx(desk: Desk, filing_id: int, number: int | None = None) -> bytes:
    """A saved text of the letter as DOCX. NotFound where there is none."""
    written = letters.get(desk, filing_id, number)
    stored = reports.latest(desk, filing_id) if not _outside(desk) else None
    title = next(iter(written.text.splitlines()), "审查意见书")
    about = sheet.facts(stored.body) if stored and stored.body.get("document") else sheet.Facts(title, title, "")
    return _numbered(sheet.letter_docx(final(written), about), written)


def final(written: letters.Written) -> str:
    """The text as it leaves the office: once issued it is no draft and bears its number under the title."""
    if written.issued is None:
        return written.text
    lines = [line for line in written.text.splitlines() if line.strip() and line.strip() != sheet.DRAFT]
    return "\n".join((*lines[:1], written.number or "", *lines[1:])) + "\n"


def _numbered(data: bytes, written: letters.Written) -> bytes:
    """The number of an issued letter stands in the middle (GB/T 9704)."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if written.issued is None or not written.number:
        return data
    document = Document(io.BytesIO(data))
    document.paragraphs[1].alignment = WD_ALIGN_PARAGRAPH.CENTER
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _outside(desk: Desk) -> bool:
    return not allowed(desk.actor, "finding.read")


def _json(found: findings.Judged) -> dict[str, Any]:
    return {
        "id": str(found.id),
        "rule": found.rule,
        "level": found.level,
        "types": list(found.types),
        "clause": found.clause,
        "start": found.start,
        "end": found.end,
        "quote": found.quote,
        "message": found.message,
        "why": dict(found.why),
        "confidence": found.confidence,
        "advice": found.advice,
        "citations": [dict(citation) for citation in found.citations],
    }
