"""Decided findings leave the office as labelled examples that training reads."""

import json
from pathlib import Path

import pytest
from beishen.corpora.laws.default import open_default
from beishen.model.training import pairs
from beishen.service.errors import Forbidden
from beishen.service.office import examples, filings, findings

SECOND = "第三条 经营停车场的，向县城市管理局缴纳停车管理费。逾期不缴纳的，由县城市管理局扣押其经营工具。"


def test_decisions_leave_as_examples_that_training_reads(
    staff, submit, examine, text: str, home: Path, tmp_path: Path
) -> None:
    got = submit({"办法.txt": text.replace("第三条 未取得停车场经营许可证的，处一万元罚款。", SECOND)})
    examine(got.job.id)
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, got.filing.id, "register")
        filings.step(desk, got.filing.id, "start")
    with staff.office.desk(staff["first"]) as desk:
        listed = [one for one in findings.of_version(desk, got.filing.id) if one.citations]
        yes, no = listed[0], listed[-1]
        assert yes.id != no.id, "the text breaks at least two rules"
        findings.decide(desk, yes.id, "accepted")
        findings.decide(desk, no.id, "rejected", "有地方性法规依据")
        findings.add(desk, got.filing.id, findings.Note("hint", ("form",), 0, 0, "排版不齐"))
    with staff.office.look(staff["first"]) as desk:
        found = examples.taught(desk)
    assert [one.verdict for one in found.examples] == ["accepted", "rejected"] and found.passed == 1
    assert "停车场" in found.examples[0].clause and found.examples[0].level == "县级政府"
    file = tmp_path / "结论.jsonl"
    file.write_text("".join(f"{one.line()}\n" for one in found.examples), "utf-8")
    with open_default(home) as laws:
        learnt = pairs.added(file, pairs.Shelf(laws), ())
    assert [pair.conflict for pair in learnt] == [True, False]
    assert learnt[0].article == json.loads(file.read_text("utf-8").splitlines()[0])["article"]


def test_a_submitting_organ_does_not_get_them(staff) -> None:
    with staff.office.look(staff["submitter"]) as desk, pytest.raises(Forbidden):
        examples.taught(desk)
