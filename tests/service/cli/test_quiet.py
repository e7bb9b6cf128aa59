"""An answer is kept from a report and holds in the next review."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def report(tmp_path: Path) -> Path:
    finding = {"id": "f3", "rule": "fee.charge@1", "message": "请核对。", "fingerprint": "0123456789abcdef"}
    path = tmp_path / "报告.json"
    path.write_text(json.dumps({"schema": 1, "findings": [finding]}, ensure_ascii=False), encoding="utf-8")
    return path


def test_answers_are_appended(cli, report: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    to = tmp_path / "答复.jsonl"
    for reason in ("省条例已设定", "上级已答复"):
        done = cli("quiet", report, "f3", "--reason", reason, "--by", "王某", "--on", "2026-05-01", "--to", to)
        assert done.code == 0, done.err
    rows = [json.loads(line) for line in to.read_text(encoding="utf-8").splitlines()]
    assert [row["reason"] for row in rows] == ["省条例已设定", "上级已答复"]
    assert rows[0]["fingerprint"] == "0123456789abcdef"


@pytest.mark.parametrize(
    ("ident", "reason", "word"), [("f9", "有依据", "可用的编号：f3"), ("f3", " ", "不能为空")]
)  # fmt: skip
def test_refusals_say_what_to_do(cli, report: Path, tmp_path: Path, ident: str, reason: str, word: str) -> None:  # type: ignore[no-untyped-def]
    to = tmp_path / "答复.jsonl"
    found = cli("quiet", report, ident, "--reason", reason, "--by", "王某", "--to", to)
    assert found.code == 2
    assert word in found.err
    assert not to.exists()


def test_what_is_no_report_is_refused(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "报告.json").write_text("[1]", encoding="utf-8")
    found = cli("quiet", tmp_path / "报告.json", "f1", "--reason", "有依据", "--by", "王某", "--to", tmp_path / "a")
    assert found.code == 2
    assert "没有发现 f1" in found.err
