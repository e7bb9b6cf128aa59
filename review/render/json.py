"""Reports as JSON: the documented contract, schema 1. `schema.py` states the same as JSON Schema.

Schema 1.1 adds to 1.0, and takes nothing away: `fingerprint` of a finding, `since` of a citation, and of a report
`quieted` (findings a reviewer answered before), `copied` (superior text repeated) and `known` (findings left out
because a baseline has them).

Dates are ISO strings, offsets are code points into the canonical text, unknown values are null, keys keep the
order of the contract. A citation whose `text` is empty is of a provision that the law store lacks (未入库).
"""

import json
from datetime import date

from ...corpora.text import Clause, Document, Organ, Part, Problem, Recognised, RecognisedDate, Span, Validity
from ..finding import SCHEMA, Citation, Copied, Finding, Provenance, Quieted, Report, Why
from ..fingerprint import fingerprint


def to_json(report: Report) -> dict[str, object]:
    """The report as plain dicts and lists, exactly schema 1."""
    return {
        "schema": SCHEMA,
        "file": report.file,
        "status": report.status.value,
        "problems": [_problem(problem) for problem in report.problems],
        "document": _document(report.document) if report.document else None,
        "findings": [_finding(finding, report.document) for finding in report.findings],
        "provenance": _provenance(report.provenance),
        "quieted": [_quieted(quieted, report.document) for quieted in report.quieted],
        "copied": _copied(report.copied) if report.copied else None,
        "known": report.known,
    }


def dumps(value: object, indent: int | None = None) -> str:
    """JSON text: Chinese as is; without `indent`, one line."""
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)


def inspection(document: Document) -> dict[str, object]:
    """What was read, without judging: the contract's document and the evidence behind each field."""
    base = _document(document)
    base["kind"] = {
        "value": document.kind.value.value,
        "score": round(document.kind.score, 4),
        "reasons": list(document.kind.reasons),
    }
    base["clauses"] = [
        _clause(clause) | {"part": clause.part, "role": clause.role, "text": clause.span.of(document.text)}
        for clause in document.clauses
    ]
    return base | {
        "media": document.media,
        "sha256": document.sha256,
        "published": _day(document.published),
        "validity": _validity(document.validity),
        "issuers": [_organ(organ) | {"branch": organ.branch} for organ in document.issuers],
        "parts": [_part(part) for part in document.parts],
        "mentions": [
            {"name": m.name, "numbers": list(m.numbers), "role": m.role, "start": m.span.start, "end": m.span.end}
            for m in document.mentions
        ],
        "evidence": _evidence(document),
        "removed": [{"text": r.text, "reason": r.reason, "page": r.page} for r in document.canonical.removed],
        "text": document.text,
    }


def inspect_json(file: str, document: Document | None, problems: tuple[Problem, ...]) -> dict[str, object]:
    """One object per file for `beishen inspect`."""
    status = "failed" if document is None else "partial" if problems else "ok"
    return {
        "schema": SCHEMA,
        "file": file,
        "status": status,
        "problems": [_problem(problem) for problem in problems],
        "document": inspection(document) if document else None,
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"code": problem.code, "message": problem.message}


def _document(document: Document) -> dict[str, object]:
    return {
        "title": _value(document.title),
        "number": _value(document.number),
        "issuer": _organ(document.issuer) if document.issuer else None,
        "instrument": document.instrument.value,
        "issued": _day(document.issued),
        "effective": _day(document.effective),
        "expires": _iso(document.expires),
        "kind": {"value": document.kind.value.value, "score": round(document.kind.score, 4)},
        "clauses": [_clause(clause) for clause in document.clauses],
    }


def _value(field: Recognised | None) -> str | None:
    return field.value if field else None


def _day(field: RecognisedDate | None) -> str | None:
    return field.value.isoformat() if field else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _organ(organ: Organ) -> dict[str, object]:
    return {"name": organ.name, "level": organ.level.value, "region": organ.region.name}


def _clause(clause: Clause) -> dict[str, object]:
    return {"id": clause.id, "path": list(clause.path), "start": clause.span.start, "end": clause.span.end}


def _part(part: Part) -> dict[str, object]:
    return {"role": part.role, "title": part.title, "start": part.span.start, "end": part.span.end}


def _validity(validity: Validity | None) -> dict[str, object] | None:
    if validity is None:
        return None
    return {"until": _iso(validity.until), "months": validity.months, "trial": validity.trial}


def _evidence(document: Document) -> dict[str, object]:
    """Spans that show the recognised fields; a field known from the file's metadata has none."""
    spans: dict[str, Span | None] = {
        "title": document.title.span if document.title else None,
        "number": document.number.span if document.number else None,
        "issuer": document.issuer.span if document.issuer else None,
        "issued": document.issued.span if document.issued else None,
        "published": document.published.span if document.published else None,
        "effective": document.effective.span if document.effective else None,
        "validity": document.validity.span if document.validity else None,
    }
    return {name: [span.start, span.end] for name, span in spans.items() if span}


def _finding(finding: Finding, document: Document | None) -> dict[str, object]:
    return {
        "id": finding.id,
        "rule": finding.rule,
        "level": finding.level.value,
        "types": list(finding.types),
        "clause": finding.clause,
        "start": finding.span.start,
        "end": finding.span.end,
        "quote": finding.quote,
        "message": finding.message,
        "why": Why(finding.why).plain(),
        "confidence": round(finding.confidence, 4),
        "advice": finding.advice,
        "citations": [_citation(citation) for citation in finding.citations],
        "fingerprint": fingerprint(finding, document) if document else "",
    }


def _quieted(quieted: Quieted, document: Document | None) -> dict[str, object]:
    kept = ("id", "rule", "level", "clause", "start", "end", "quote", "message", "fingerprint")
    finding = _finding(quieted.finding, document)
    return {name: finding[name] for name in kept} | {"reason": quieted.reason, "by": quieted.by, "on": quieted.on}


def _copied(copied: Copied) -> dict[str, object]:
    clauses = [
        {"clause": c.clause, "law": c.law, "article": c.article, "version": c.version, "share": c.share}
        for c in copied.clauses
    ]
    return {"share": copied.share, "clauses": clauses}


def _citation(citation: Citation) -> dict[str, object]:
    return {
        "law": citation.law,
        "article": citation.article,
        "text": citation.text,
        "quote": citation.quote,
        "version": citation.version,
        "in_force": citation.in_force,
        "rank": citation.rank,
        "role": citation.role,
        "since": citation.since or None,
    }


def _provenance(provenance: Provenance) -> dict[str, object]:
    return {
        "code": provenance.code,
        "laws": provenance.laws,
        "index": provenance.index,
        "models": dict(provenance.models),
        "standards": provenance.standards,
        "as_of": provenance.as_of.isoformat(),
    }
