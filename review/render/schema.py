"""The output contract as JSON Schema (draft 2020-12), written by code so that it cannot drift from the types."""

from ...corpora.text import DocumentKind, Instrument, Level, Rank
from ..finding import MINOR, ROLES, SCHEMA, FindingLevel, Status
from ..standard import TYPES

_STRING = {"type": "string"}
_OFFSET = {"type": "integer", "minimum": 0}
_SCORE = {"type": "number", "minimum": 0, "maximum": 1}
_DAY = {"type": ["string", "null"], "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_RULE = {"type": "string", "pattern": r"^[a-z_.]+@\d+$"}
_FINGERPRINT = {"type": "string", "pattern": "^[0-9a-f]{16}$"}
_MAYBE = {"type": ["string", "null"]}


def json_schema() -> dict[str, object]:
    """The schema of one report object."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"beishen report, schema {SCHEMA}.{MINOR}",
        **_object(
            schema={"const": SCHEMA},
            file=_STRING,
            status=_one_of(Status),
            problems=_list(_object(code=_STRING, message=_STRING)),
            document={"anyOf": [_document(), {"type": "null"}]},
            findings=_list(_finding()),
            provenance=_provenance(),
            quieted=_list(_quieted()),
            copied={"anyOf": [_copied(), {"type": "null"}]},
            known={"type": ["integer", "null"], "minimum": 0},
        ),
    }


def _object(**properties: object) -> dict[str, object]:
    """An object with exactly these keys, all of them present."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _list(items: object, least: int = 0) -> dict[str, object]:
    return {"type": "array", "items": items, **({"minItems": least} if least else {})}


def _one_of(values: type[Status | FindingLevel | Level | Instrument | DocumentKind | Rank]) -> dict[str, object]:
    return {"enum": [value.value for value in values]}


def _document() -> dict[str, object]:
    issuer = _object(name=_STRING, level=_one_of(Level), region=_STRING)
    return _object(
        title=_MAYBE,
        number=_MAYBE,
        issuer={"anyOf": [issuer, {"type": "null"}]},
        instrument=_one_of(Instrument),
        issued=_DAY,
        effective=_DAY,
        expires=_DAY,
        kind=_object(value=_one_of(DocumentKind), score=_SCORE),
        clauses=_list(_object(id=_STRING, path=_list(_STRING), start=_OFFSET, end=_OFFSET)),
    )


def _finding() -> dict[str, object]:
    return _object(
        id=_STRING,
        rule=_RULE,
        level=_one_of(FindingLevel),
        types=_list({"enum": sorted(TYPES)}, least=1),
        clause=_STRING,
        start=_OFFSET,
        end=_OFFSET,
        quote=_STRING,
        message=_STRING,
        why={"type": "object"},
        confidence=_SCORE,
        advice=_STRING,
        citations=_list(_citation()),
        fingerprint=_FINGERPRINT,
    )


def _quieted() -> dict[str, object]:
    return _object(
        id=_STRING,
        rule=_RULE,
        level=_one_of(FindingLevel),
        clause=_STRING,
        start=_OFFSET,
        end=_OFFSET,
        quote=_STRING,
        message=_STRING,
        fingerprint=_FINGERPRINT,
        reason=_STRING,
        by=_STRING,
        on=_STRING,
    )


def _copied() -> dict[str, object]:
    clause = _object(clause=_STRING, law=_STRING, article=_STRING, version=_STRING, share=_SCORE)
    return _object(share=_SCORE, clauses=_list(clause))


def _citation() -> dict[str, object]:
    return _object(
        law=_STRING,
        article=_STRING,
        text=_STRING,
        quote=_STRING,
        version=_STRING,
        in_force={"type": "boolean"},
        rank={"enum": [*(rank.value for rank in Rank), "未入库"]},
        role={"enum": list(ROLES)},
        since=_DAY,
    )


def _provenance() -> dict[str, object]:
    models = {"type": "object", "additionalProperties": _STRING}
    return _object(code=_STRING, laws=_STRING, index=_STRING, models=models, standards=_STRING, as_of=_DAY)
