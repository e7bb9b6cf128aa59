"""Answers keep a clause quiet in the next version and are listed; a baseline leaves only what is new."""

import json
from datetime import date
from pathlib import Path

import pytest
from beishen.corpora.errors import ProfileInvalid
from beishen.corpora.intake import read
from beishen.corpora.readers.formats import accept
from beishen.corpora.text import Document, Span
from beishen.review.finding import Finding, FindingLevel, Provenance, Report, Status
from beishen.review.fingerprint import fingerprint
from beishen.review.quiet import Decision, baseline, load_decisions, only_new, quieted
from beishen.review.render.json import dumps, to_json

FINE, FEE = "处五百元罚款", "收取清运费二十元"


def version(*clauses: str) -> tuple[Document, tuple[Finding, ...]]:
    lines = [f"第{'一二三四五'[i]}条　{words}" for i, words in enumerate(clauses)]
    document = read(accept("办法.txt", "\n".join(("云溪镇垃圾清运办法", *lines)).encode()))
    findings = []
    for number, words in enumerate((w for w in (FINE, FEE) if w in document.text), 1):
        start = document.text.index(words)
        clause = next(c.id for c in document.clauses if c.span.start <= start < c.span.end)
        span = Span(start, start + len(words))
        findings.append(Finding(f"f{number}", "a.b@1", FindingLevel.DOUBT, ("fee",), clause, span, words, "请核对。"))
    return document, tuple(findings)


def report(document: Document, findings: tuple[Finding, ...]) -> Report:
    return Report("办法.txt", Status.OK, (), document, findings, Provenance("0", "l", "i", (), "s", date(2026, 11, 23)))


OLD = version("为了清洁，制定本办法。", f"乱倒垃圾的，{FINE}。", f"每户{FEE}。")
NEW = version("为了清洁，制定本办法。", "本办法适用于本镇。", f"每户每月{FEE}。", f"乱倒垃圾的，{FINE}。")


def decision(number: int) -> Decision:
    return Decision(fingerprint(OLD[1][number], OLD[0]), "省条例第十条已设定", "王某", "2026-05-01")


def test_an_answer_keeps_the_moved_clause_quiet_and_is_listed() -> None:
    loud, calm = quieted(NEW[1], NEW[0], (decision(0), decision(1)))
    assert [f.quote for f in loud] == [FEE], "the words of this clause changed"
    assert [(q.finding.quote, q.reason, q.by) for q in calm] == [(FINE, "省条例第十条已设定", "王某")]


def test_answers_are_read_back_and_the_last_one_holds(tmp_path: Path) -> None:
    later = Decision(decision(0).fingerprint, "上级已答复", "李某", "2026-06-01")
    path = tmp_path / "答复.jsonl"
    path.write_text("\n".join((decision(0).line(), "", decision(1).line(), later.line())), encoding="utf-8")
    assert load_decisions(path) == (later, decision(1))


@pytest.mark.parametrize(
    ("line", "word"),
    [("{坏", "JSON"), ('{"fingerprint": "a"}', "缺少 reason、by、on"), ("[]", "缺少"),
     ('{"fingerprint": "a", "reason": "b", "by": "c", "on": "五月"}', "日期")],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: str, word: str) -> None:
    path = tmp_path / "答复.jsonl"
    path.write_text(decision(0).line() + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match="第 2 行") as caught:
        load_decisions(path)
    assert word in caught.value.message


def test_a_baseline_leaves_what_is_new_in_every_json_form(tmp_path: Path) -> None:
    old = to_json(report(*OLD))
    forms = {"单份": dumps(old, 1), "数组": dumps([old], 1), "逐行": dumps(old) + "\n" + dumps(old) + "\n"}
    for name, text in forms.items():
        path = tmp_path / f"{name}.json"
        path.write_text(text, encoding="utf-8")
        found = only_new(report(*NEW), baseline(path))
        assert [f.quote for f in found.findings] == [FEE]
        assert found.known == 1


@pytest.mark.parametrize("text", ["{}", "[1]", '{"findings": [{"id": "f1"}]}', "不是报告"])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "旧.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=r"旧\.json"):
        baseline(path)


def test_a_decision_is_one_line_of_json() -> None:
    assert json.loads(decision(0).line())["by"] == "王某"
