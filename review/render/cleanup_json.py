"""A clean-up as JSON lines: one object per document, then what the other sheets hold. Keys are stable."""

from collections.abc import Iterator
from typing import Any

from ..cleanup.card import Card, plain
from ..cleanup.decision import Settled
from ..cleanup.outcome import Outcome
from ..cleanup.proposal import Reason
from .json import dumps

SCHEMA = 1


def lines(outcome: Outcome) -> Iterator[str]:
    """Every line: documents, unread files, mismatches, statistics, provenance."""
    for number, item in enumerate(outcome.listed, 1):
        yield dumps(document(number, item))
    for item in outcome.aside:
        yield dumps({"kind": "aside", "file": item.proposal.card.file, "action": item.action.value})
    for card in outcome.unread:
        yield dumps({"kind": "unread", "file": card.file, "problems": _problems(card)})
    for row in outcome.without_file:
        yield dumps({"kind": "row_without_file", **plain(row)})
    for file in outcome.without_row:
        yield dumps({"kind": "file_without_row", "file": file})
    for group in outcome.twins:
        yield dumps({"kind": "one_number", "number": group[0].number, "files": [card.file for card in group]})
    for table in outcome.tables:
        rows = [{"name": name, "counts": list(counts)} for name, counts in table.rows]
        yield dumps({"kind": "table", "title": table.title, "rows": rows, "note": table.note})
    yield dumps(
        {"kind": "made", "schema": SCHEMA, "day": outcome.day.isoformat(), "focus": outcome.focus} | dict(outcome.made)
    )


def document(number: int, item: Settled) -> dict[str, Any]:
    """One document with proposal, reasons, evidence and decision."""
    proposal, card = item.proposal, item.proposal.card
    published = card.published or card.issued
    return {
        "kind": "document",
        "number": number,
        "file": card.file,
        "sha256": card.sha256,
        "title": card.title,
        "document_number": card.number,
        "organs": list(card.organs),
        "published": published.isoformat() if published else None,
        "effective": card.effective.isoformat() if card.effective else None,
        "expires": proposal.expires.isoformat() if proposal.expires else None,
        "expires_stated": proposal.stated,
        "action": proposal.action.value,
        "confidence": proposal.confidence,
        "reasons": [_reason(reason) for reason in proposal.reasons],
        "notes": list(proposal.notes),
        "themes": sorted({hit.theme for hit in card.hits}),
        "ruling": _ruling(item),
        "report": card.report,
        "problems": _problems(card),
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "name": reason.name,
        "action": reason.action.value,
        "words": reason.words,
        "confidence": reason.confidence,
        "basis": list(reason.basis),
        "day": reason.day.isoformat() if reason.day else None,
        "evidence": {"file": reason.file or None, **plain(reason.at)},
    }


def _ruling(item: Settled) -> dict[str, Any] | None:
    made = item.ruling
    if made is None:
        return None
    action = made.action.value if made.action else None
    return {"verdict": made.verdict.value, "action": action, "by": made.by, "at": made.at, "note": made.note}


def _problems(card: Card) -> list[dict[str, str]]:
    return [{"code": code, "message": message} for code, message in card.problems]
