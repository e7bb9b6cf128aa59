"""The main job through the command line, with the real engine on the samples of examples/."""

import json
import re
from pathlib import Path

import docx
import jsonschema
import pytest
from beishen.review.render.schema import json_schema

pytestmark = pytest.mark.encoder


def test_faulty_sample_has_findings_of_six_kinds_and_its_twin_no_conflict(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    found = cli(
        "review", examples / "faulty.docx", examples / "lawful.docx", "--format", "jsonl", "--as-of", "2026-11-23"
    )
    assert found.code == 0, found.err
    assert found.err == ""
    faulty, lawful = found.lines
    for report in (faulty, lawful):
        jsonschema.validate(report, json_schema())
        assert report["provenance"]["as_of"] == "2026-11-23"
    flagged = {kind for item in faulty["findings"] if item["level"] in ("conflict", "doubt") for kind in item["types"]}
    assert {"permit", "penalty", "coercion", "fee", "proof", "deadline"} <= flagged
    assert any("stale" in item["types"] for item in faulty["findings"])
    assert [item for item in lawful["findings"] if item["level"] == "conflict"] == []


def test_the_output_in_the_readme_is_what_the_program_prints(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    """Every line of the excerpt, in order; only the line that names the versions of program and laws is left out."""
    readme = (examples.parent / "README.md").read_text("utf-8")
    block = readme.partition("<!-- output -->")[2].partition("<!-- /output -->")[0].partition("```text\n")[2]
    shown = [line for line in block.partition("```")[0].splitlines() if line.strip()]
    printed = iter(cli("review", examples / "faulty.docx", "--as-of", "2026-11-23").out.splitlines())
    excerpt = [line for line in shown if not line.startswith(("（其余", "── ", "审查基准日"))]
    assert len(excerpt) > 30
    assert [line for line in excerpt if line not in printed] == []


def test_each_format_of_one_review(cli, examples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sample = examples / "faulty.docx"
    text = cli("review", sample).out
    assert "有发现：" in text
    assert "\x1b[" not in text
    single = cli("review", sample, "--format", "json").json
    assert single["status"] == "ok"
    assert cli("review", sample, "--format", "html").out.startswith("<!doctype html>")
    out = tmp_path / "报告"
    shown = cli("review", sample, examples / "lawful.docx", "--format", "html", "--out", out)
    assert {path.name for path in out.iterdir()} == {"faulty.html", "lawful.html"}
    assert len(shown.out.splitlines()) == 2


def test_several_html_reports_need_a_folder(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    found = cli("review", examples / "faulty.docx", examples / "lawful.docx", "--format", "html")
    assert found.code == 2
    assert "--out" in found.err


def test_broken_file_never_stops_the_rest(cli, examples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "空.txt").write_bytes(b"")
    found = cli("review", tmp_path / "空.txt", tmp_path / "无.pdf", examples / "lawful.docx", "--format", "jsonl")
    assert found.code == 1
    assert [item["status"] for item in found.lines] == ["failed", "failed", "ok"]
    assert [item["problems"][0]["code"] for item in found.lines[:2]] == ["file.empty", "file.missing"]
    assert found.lines[0]["document"] is None


def test_overrides_and_day_are_used(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    args = (
        "--issuer",
        "云溪市人民政府",
        "--level",
        "市级政府",
        "--instrument",
        "地方政府规章",
        "--as-of",
        "2024-06-30",
    )
    found = cli("review", examples / "faulty.docx", "--format", "json", *args).json
    assert found["document"]["issuer"]["name"] == "云溪市人民政府"
    assert found["document"]["issuer"]["level"] == "市级政府"
    assert found["document"]["instrument"] == "地方政府规章"
    assert found["provenance"]["as_of"] == "2024-06-30"


def test_two_runs_say_the_same(cli, examples: Path) -> None:  # type: ignore[no-untyped-def]
    first = cli("review", examples / "faulty.docx", "--format", "json").out
    assert cli("review", examples / "faulty.docx", "--format", "json").out == first


def test_search_gives_an_object_per_line(cli, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    lines = tmp_path / "查询.txt"
    lines.write_text("行政许可决定应当在多少日内作出\n\n申请行政复议的期限\n", encoding="utf-8")
    found = cli("search", "--file", lines, "--top", "5", "--format", "jsonl", "--as-of", "2026-11-23")
    assert found.code == 0
    first, second = found.lines
    assert first["query"] == "行政许可决定应当在多少日内作出"
    assert len(first["hits"]) == 5
    assert ("中华人民共和国行政许可法", "第四十二条") in {(hit["law"], hit["article"]) for hit in first["hits"]}
    assert ("中华人民共和国行政复议法", "第二十条") in {(hit["law"], hit["article"]) for hit in second["hits"]}
    assert list(first["hits"][0])[:5] == ["law", "article", "text", "rank", "score"]
    scores = [hit["score"] for hit in first["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_search_text_and_json(cli) -> None:  # type: ignore[no-untyped-def]
    assert "《" in cli("search", "行政处罚的种类", "--top", "1").out
    assert json.loads(cli("search", "行政处罚的种类", "--top", "1", "--format", "json").out)["hits"]


def test_rules_and_laws(cli) -> None:  # type: ignore[no-untyped-def]
    listed = cli("rules", "list").out
    checked = cli("rules", "check").out
    count = re.search(r"共 (\d+) 条规则", listed)
    assert count is not None
    assert checked.startswith(f"{count[1]} 条规则")
    assert "法律" in cli("laws", "status").out
    assert "第十七条" in cli("law", "show", "行政许可法", "17").out
    missing = cli("law", "show", "不存在的法", "1")
    assert missing.code == 1
    assert "[law.unknown]" in missing.err


def test_unusable_home_is_exit_code_three(cli, examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("BEISHEN_HOME", str(tmp_path / "file" / "home"))
    found = cli("review", examples / "faulty.docx")
    assert found.code == 3
    assert "BEISHEN_HOME" in found.err


def test_word_formats_write_one_file_each_and_need_a_folder(cli, examples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sample = examples / "faulty.docx"
    copies = cli("review", sample, tmp_path / "无.docx", "--format", "docx", "--out", tmp_path / "批注")
    assert copies.code == 1
    assert "没有写成 Word 文件" in copies.out.splitlines()[1]
    (copy,) = (tmp_path / "批注").iterdir()
    own = [comment.text for comment in docx.Document(str(copy)).comments if comment.author == "备审"]
    findings = cli("review", sample, "--format", "json").json["findings"]
    assert len(own) == len(findings) > 3
    assert cli("review", sample, "--format", "letter", "--out", tmp_path / "信").code == 0
    (letter,) = (tmp_path / "信").iterdir()
    text = "\n".join(paragraph.text for paragraph in docx.Document(str(letter)).paragraphs)
    assert all(finding["message"] in text for finding in findings)
    refused = cli("review", sample, "--format", "letter")
    assert refused.code == 2
    assert "--out" in refused.err


def test_profile_answers_and_baseline(cli, examples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    sample = examples / "faulty.docx"
    first = cli("review", sample, "--format", "json").json
    rules = sorted({finding["rule"].partition("@")[0] for finding in first["findings"]})
    profile = tmp_path / "本机关.toml"
    profile.write_text("[levels]\n" + "".join(f'"{rule}" = "off"\n' for rule in rules[1:]), encoding="utf-8")
    found = cli("review", sample, "--profile", profile, "--format", "json").json
    assert {finding["rule"].partition("@")[0] for finding in found["findings"]}.isdisjoint(rules[1:])

    answered, *rest = first["findings"]
    answer = {"fingerprint": answered["fingerprint"], "reason": "上级已授权", "by": "王某", "on": "2026-05-01"}
    (tmp_path / "答复.jsonl").write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    calm = cli("review", sample, "--decisions", tmp_path / "答复.jsonl", "--format", "json").json
    jsonschema.validate(calm, json_schema())
    assert [item["reason"] for item in calm["quieted"]] == ["上级已授权"]
    assert [item["fingerprint"] for item in calm["findings"]] == [item["fingerprint"] for item in rest]

    (tmp_path / "旧.json").write_text(json.dumps({**first, "findings": rest}), encoding="utf-8")
    new = cli("review", sample, "--baseline", tmp_path / "旧.json", "--format", "json").json
    assert [item["fingerprint"] for item in new["findings"]] == [answered["fingerprint"]]
    assert new["known"] == len(rest)


def test_a_bad_profile_ends_before_any_review(cli, examples: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "坏.toml").write_text('[levels]\n"fee.set" = "loud"\n', encoding="utf-8")
    found = cli("review", examples / "faulty.docx", "--profile", tmp_path / "坏.toml")
    assert found.code == 2
    assert "profile.invalid" in found.err and "坏.toml 第 2 行" in found.err
    assert found.out == ""
