"""The output contract: exact keys, the published JSON Schema, and honest offsets."""

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from beishen.review.finding import Copied, CopiedClause, Quieted, Report
from beishen.review.fingerprint import fingerprint
from beishen.review.render.json import dumps, inspect_json, to_json
from beishen.review.render.schema import json_schema

ROOT = Path(__file__).resolve().parents[3]


def test_keys_and_their_order_are_the_contract(report: Report) -> None:
    found = json.loads(dumps(to_json(report)))
    assert list(found) == (
        ["schema", "file", "status", "problems", "document", "findings", "provenance", "quieted", "copied", "known"]
    )
    assert list(found["document"]) == (
        ["title", "number", "issuer", "instrument", "issued", "effective", "expires", "kind", "clauses"]
    )
    assert list(found["findings"][0]) == (
        [
            "id",
            "rule",
            "level",
            "types",
            "clause",
            "start",
            "end",
            "quote",
            "message",
            "why",
            "confidence",
            "advice",
            "citations",
            "fingerprint",
        ]
    )
    assert list(found["findings"][2]["citations"][0]) == [
        "law",
        "article",
        "text",
        "quote",
        "version",
        "in_force",
        "rank",
        "role",
        "since",
    ]
    assert found["findings"][0]["why"]["basis"] == {"searched": True}
    assert found["findings"][0]["why"]["numbers"] == [3, 20]
    assert found["provenance"]["as_of"] == "2026-11-23"


def test_reports_satisfy_the_schema(report: Report, broken: Report) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for item in (report, broken):
        jsonschema.validate(to_json(item), schema)


def test_answers_copies_and_a_baseline_satisfy_the_schema(report: Report) -> None:
    calm = Quieted(report.findings[3], "上位法已授权", "王某", "2026-05-01")
    copied = Copied(0.25, (CopiedClause("3", "某处罚法", "第十六条", "2021-01-22", 0.9),))
    full = replace(report, findings=report.findings[:3], quieted=(calm,), copied=copied, known=2)
    found = json.loads(dumps(to_json(full)))
    jsonschema.validate(found, json_schema())
    assert found["quieted"][0]["reason"] == "上位法已授权"
    assert found["quieted"][0]["fingerprint"] == fingerprint(report.findings[3], report.document)
    assert found["copied"]["clauses"][0]["article"] == "第十六条"
    assert found["known"] == 2


@pytest.mark.parametrize(
    ("path", "value"),
    [(("status",), "passed"), (("findings", 0, "level"), "illegal"), (("findings", 0, "confidence"), 1.5)],
)
def test_schema_refuses_what_the_contract_does_not_say(
    report: Report, path: tuple[str | int, ...], value: object
) -> None:
    found = json.loads(dumps(to_json(report)))
    place = found
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, json_schema())


def test_published_schema_is_current() -> None:
    published = (ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")
    assert json.loads(published) == json_schema(), "run `make docs`"


def test_offsets_point_at_the_quotes(report: Report) -> None:
    text = report.document.text if report.document else ""
    for finding in to_json(report)["findings"]:  # type: ignore[attr-defined]
        assert text[finding["start"] : finding["end"]] == finding["quote"]


def test_inspection_shows_evidence(report: Report) -> None:
    found = inspect_json("集市办法.txt", report.document, ())
    document = found["document"]
    assert isinstance(document, dict)
    start, end = document["evidence"]["number"]
    assert document["text"][start:end].replace(" ", "") == document["number"] == "云溪政规〔2024〕7号"
    assert found["status"] == "ok"
    assert inspect_json("x", None, report.problems)["status"] == "failed"
