"""Findings, decisions that follow them, letters drafted from them, laws relied on: on the real engine."""

import pytest
from beishen.corpora.errors import BadArgument
from beishen.corpora.text import Problem
from beishen.review.render.json import to_json
from beishen.service.errors import Forbidden, NotFound, Stale, StateConflict
from beishen.service.office import (
    filings,
    findings,
    jobs,
    lawwatch,
    letter_sheet,
    letters,
    recording,
    reports,
    retention,
    submission,
)
from beishen.service.office.desk import SYSTEM


def test_an_examined_filing_knows_what_it_is(staff, submit, examine) -> None:
    got = submit({"办法.txt": SAMPLE, "说明.txt": "关于停车管理办法的起草说明\n起草背景如下。"})
    examine(got.job.id)
    with staff.office.look(staff["first"]) as desk:
        filed = filings.get(desk, got.filing.id)
        assert jobs.get(desk, got.job.id).state == "done"
        stored = reports.latest(desk, filed.id)
    assert filed.number == "青岭政规〔2026〕5号" and "停车管理办法" in filed.title
    assert filed.missing == ("备案报告", "制定依据", "合法性审核意见") and filed.late is False
    assert stored is not None and stored.inspection is not None and "第三条" in stored.inspection["text"]


def test_a_report_is_rebuilt_as_it_was(staff, submit, examine) -> None:
    got = submit()
    examine(got.job.id)
    with staff.office.look(staff["first"]) as desk:
        stored = reports.of_job(desk, got.job.id)
        again = to_json(reports.rebuilt(desk, stored))
    assert again["findings"] == stored.body["findings"] and again["document"] == stored.body["document"]


def test_a_second_run_of_the_same_job_changes_nothing(staff, submit, bench, examine) -> None:
    from beishen.service.jobs import examining

    got = submit()
    outcome = examining.examine(bench, got.job.id)
    examining.keep(bench, got.job.id, outcome)
    with staff.office.look(staff["first"]) as desk:
        before = findings.of_version(desk, got.filing.id)
    examining.keep(bench, got.job.id, outcome)
    examine(got.job.id)
    with staff.office.look(staff["first"]) as desk:
        assert findings.of_version(desk, got.filing.id) == before


def test_decisions_are_kept_counted_and_guarded(staff, reviewed) -> None:
    first = listed(staff, reviewed)[0]
    with staff.office.desk(staff["first"]) as desk:
        with pytest.raises(BadArgument, match="理由"):
            findings.decide(desk, first.id, "rejected")
        found = findings.decide(desk, first.id, "rejected", "有地方性法规依据", expected=0)
    assert (found.verdict, found.revision, found.decided_by) == ("rejected", 1, "first")
    with staff.office.desk(staff["second"]) as desk:
        with pytest.raises(Stale):
            findings.decide(desk, first.id, "accepted", expected=0)
        findings.decide(desk, first.id, "accepted", comment="仍应纠正", expected=1)
        assert [ruling.verdict for ruling in findings.history(desk, first.id)] == ["rejected", "accepted"]
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises(Forbidden):
        findings.decide(desk, first.id, "accepted")


def test_decisions_survive_into_the_next_version(staff, reviewed, examine, text: str) -> None:
    before = listed(staff, reviewed)
    assert before
    with staff.office.look(staff["first"]) as desk:
        printed = [row["fingerprint"] for row in reports.latest(desk, reviewed).body["findings"]]
    assert {found.fingerprint for found in before} >= set(printed), "one identity in report and database"
    with staff.office.desk(staff["first"]) as desk:
        for found in before:
            findings.decide(desk, found.id, "accepted")
        start = reports.latest(desk, reviewed).inspection["text"].index("加强停车管理")
        findings.add(desk, reviewed, findings.Note("hint", ("form",), start, start + 6, "目的过宽"))
    # A new second article pushes the numbers down; one article is reworded elsewhere.
    moved = text.replace("第四条 本", "第五条 本").replace("第三条 未", "第四条 未").replace("第二条 经", "第三条 经")
    moved = moved.replace("第三条 经营", "第二条 本办法所称停车场，是指机动车停放场所。\n第三条 经营")
    with staff.office.desk(staff["submitter"]) as desk:
        again = submission.resubmit(desk, reviewed, [submission.Upload("停车管理办法.txt", moved.encode())])
    examine(again.job.id)
    after = listed(staff, reviewed)
    kept = {found.fingerprint: found for found in after if found.verdict == "accepted"}
    assert {found.fingerprint for found in before} <= set(kept)
    assert all(found.earlier for found in kept.values())
    by_hand = [found for found in after if found.by_hand]
    assert [found.quote for found in by_hand] == ["加强停车管理"]
    with staff.office.look(staff["first"]) as desk:
        assert reports.latest(desk, reviewed).inspection["text"][by_hand[0].start : by_hand[0].end] == "加强停车管理"


def test_a_failed_review_asked_for_twice_carries_notes_once(staff, reviewed, examine, text: str) -> None:
    with staff.office.desk(staff["first"]) as desk:
        start = reports.latest(desk, reviewed).inspection["text"].index("加强停车管理")
        findings.add(desk, reviewed, findings.Note("hint", ("form",), start, start + 6, "目的过宽"))
    with staff.office.desk(staff["submitter"]) as desk:
        lost = submission.resubmit(desk, reviewed, [submission.Upload("停车管理办法.txt", text.encode())]).job
    with staff.office.desk(SYSTEM) as desk:
        recording.fail(desk, lost.id, Problem("job.lost", "中止"))
    with staff.office.desk(staff["first"]) as desk:
        fresh = [jobs.again(desk, lost.id) for _ in range(2)]
    for job in fresh:
        examine(job.id)
    with staff.office.look(staff["first"]) as desk:
        assert {jobs.get(desk, job.id).state for job in fresh} == {"done"}
        assert [found.quote for found in findings.of_version(desk, reviewed) if found.by_hand] == ["加强停车管理"]


def test_the_report_of_a_purged_filing_is_gone_though_another_keeps_the_bytes(staff, submit, reviewed) -> None:
    submit()
    with staff.office.desk(SYSTEM) as desk:
        retention.purge(desk, reviewed)
        retention.remove_files(desk)
    with staff.office.look(staff["first"]) as desk, pytest.raises(NotFound):
        reports.rebuilt(desk, reports.latest(desk, reviewed))


def test_nothing_is_decided_before_registration_or_after_the_end(staff, submit, examine) -> None:
    got = submit()
    examine(got.job.id)
    found = listed(staff, got.filing.id)[0]
    with staff.office.desk(staff["first"]) as desk, pytest.raises(StateConflict):
        findings.decide(desk, found.id, "accepted")


def test_a_letter_is_drafted_from_what_was_accepted(staff, reviewed) -> None:
    with staff.office.desk(staff["first"]) as desk, pytest.raises(StateConflict):
        letter_sheet.draft(desk, reviewed)
    chosen = next(found for found in listed(staff, reviewed) if found.citations)
    with staff.office.desk(staff["first"]) as desk:
        findings.decide(desk, chosen.id, "accepted")
        text = letter_sheet.draft(desk, reviewed)
        saved = letters.save(desk, reviewed, text, expected=0)
    assert saved.version == 1
    lines = text.splitlines()
    assert lines[0].startswith("关于《") and "青岭县人民政府：" in lines
    assert any(chosen.quote.strip()[:20] in line for line in lines)
    assert any(f"《{chosen.citations[0]['law']}》" in line for line in lines)
    with staff.office.desk(staff["second"]) as desk, pytest.raises(Stale):
        letters.save(desk, reviewed, "另一稿", expected=0)
    with staff.office.look(staff["submitter"]) as desk, pytest.raises(NotFound):
        letters.get(desk, reviewed)


def test_the_letter_as_docx_reads_back(staff, reviewed) -> None:
    import io

    from docx import Document

    with staff.office.desk(staff["first"]) as desk:
        letters.save(
            desk, reviewed, "关于某办法的审查意见\n青岭县人民政府：\n　　一、关于第三条\n　　正文\x0b里有控制符"
        )
        data = letter_sheet.docx(desk, reviewed)
    paragraphs = [p.text for p in Document(io.BytesIO(data)).paragraphs]
    assert paragraphs == ["关于某办法的审查意见", "青岭县人民政府：", "一、关于第三条", "正文里有控制符"]


def test_law_watch_lists_who_relies_on_an_imported_law(staff, reviewed) -> None:
    law = "中华人民共和国道路交通安全法"
    with staff.office.desk(staff["registrar"]) as desk:
        relying = lawwatch.relying(desk, law)
        assert [(row.filing.id, row.roles) for row in relying] == [(reviewed, ("basis",))]
        assert lawwatch.notice(desk, [(law, "2026-10-01"), ("没有人提到的法", "2026-10-01")]) == 1
        assert lawwatch.notice(desk, [(law, "2026-10-01")]) == 0
        assert [row.filing.id for row in lawwatch.relying(desk, "道路交通安全法")] == [reviewed]
        entry = lawwatch.watched(desk)[0]
        lawwatch.settle(desk, entry.id)
        assert lawwatch.watched(desk) == () and len(lawwatch.watched(desk, open_only=False)) == 1
    with staff.office.look(staff["stranger"]) as desk:
        assert lawwatch.relying(desk, law) == ()


def test_a_note_must_stand_in_the_text(staff, reviewed) -> None:
    for note in (
        findings.Note("hint", ("form",), 0, 10**6, "过长"),
        findings.Note("hint", ("nonsense",), 0, 3, "类型"),
        findings.Note("hint", (), 0, 3, "无类型"),
        findings.Note("hint", ("form",), 0, 3, " "),
    ):
        with staff.office.desk(staff["first"]) as desk, pytest.raises(BadArgument):
            findings.add(desk, reviewed, note)


@pytest.fixture
def reviewed(staff, submit, examine) -> int:
    """A registered filing, examined, in first review."""
    got = submit()
    examine(got.job.id)
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, got.filing.id, "register")
        filings.step(desk, got.filing.id, "start")
    return int(got.filing.id)


def listed(staff, filing_id: int) -> tuple[findings.Judged, ...]:
    with staff.office.look(staff["first"]) as desk:
        return findings.of_version(desk, filing_id)


SAMPLE = """青岭县人民政府关于印发青岭县停车管理办法的通知
青岭政规〔2026〕5号
各乡镇人民政府：
青岭县人民政府
2026年11月1日
青岭县停车管理办法
第一条 为了加强停车管理，制定本办法。
第二条 经营停车场的，应当向县城市管理局申领停车场经营许可证。
第三条 未取得停车场经营许可证的，处一万元罚款。
第四条 本办法自2026年12月1日起施行。
"""


def test_texts_of_an_import_are_taken_apart() -> None:
    names = ["行政许可法（2019-04-23）", "某办法（试行）（2020-01-01）", "无日期的法（未标日期）"]
    assert lawwatch.imported_texts(names) == (
        ("行政许可法", "2019-04-23"),
        ("某办法（试行）", "2020-01-01"),
        ("无日期的法", "未标日期"),
    )
