"""A filing through its states: each step checked, dated, attributed, and taken back only by a recorded step."""

from datetime import date, timedelta

import pytest
from beishen.corpora.errors import BadArgument, FileEmpty
from beishen.service.errors import Forbidden, NotFound, Stale, StateConflict
from beishen.service.office import filings, findings, letters, opinions, submission
from beishen.service.office.workflow import workflow
from beishen.service.store.tables import Filing
from sqlalchemy import select


def step(staff, role: str, filing_id: int, key: str, reason: str = "") -> filings.Filed:
    with staff.office.desk(staff[role]) as desk:
        return filings.step(desk, filing_id, key, reason)


def test_submission_is_received_with_its_files_and_a_job(submit) -> None:
    got = submit({"备案报告.txt": "关于报送备案的报告", "办法.txt": "第一条 甲"}, note="附两份")
    assert (got.filing.state, got.filing.organ, got.filing.level) == ("received", "青岭县人民政府", "县级政府")
    assert got.job is not None and got.job.state == "queued" and got.job.name == "办法.txt"
    # Five working days from Monday 2026-11-23.
    assert (got.filing.clock, got.filing.due) == ("check", date(2026, 11, 30))
    assert got.filing.registration is None


def test_registration_numbers_run_without_gaps_by_kind(staff, submit) -> None:
    numbers = []
    for kind in ("normative", "penalty", "normative"):
        filing = submit(kind=kind).filing
        numbers.append(step(staff, "registrar", filing.id, "register").registration)
    assert numbers == ["备规〔2026〕1号", "备罚〔2026〕1号", "备规〔2026〕2号"]


def test_a_step_that_fails_gives_its_number_back(staff, submit) -> None:
    filing = submit().filing
    with pytest.raises(ZeroDivisionError), staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, filing.id, "register")
        raise ZeroDivisionError
    assert step(staff, "registrar", filing.id, "register").registration == "备规〔2026〕1号"


def test_return_supplement_and_receive_again(staff, submit) -> None:
    filing = submit().filing
    with pytest.raises(StateConflict, match="理由"):
        step(staff, "registrar", filing.id, "return")
    back = step(staff, "registrar", filing.id, "return", "缺少说明")
    assert (back.state, back.clock, back.due) == ("returned", "supplement", date(2026, 12, 8))
    with staff.office.desk(staff["submitter"]) as desk:
        again = submission.resubmit(desk, filing.id, [submission.Upload("说明.txt", b"x" * 20)], "已补")
    assert (again.filing.state, again.filing.current, again.filing.clock) == ("received", 2, "check")


def test_the_whole_way_with_three_reviewers(staff, submit) -> None:
    filing = submit().filing
    step(staff, "registrar", filing.id, "register")
    step(staff, "first", filing.id, "start")
    with pytest.raises(StateConflict, match="初审意见"):
        step(staff, "first", filing.id, "to_second")
    for stage, key in (("first", "to_second"), ("second", "to_final")):
        with staff.office.desk(staff[stage]) as desk:
            opinions.record(desk, filing.id, stage, "ask_correction", "第三条无依据")
        step(staff, stage, filing.id, key)
    with staff.office.desk(staff["final"]) as desk:
        opinions.record(desk, filing.id, "final", "ask_correction", "同意")
    with pytest.raises(StateConflict, match="审查意见书"):
        step(staff, "final", filing.id, "issue")
    with staff.office.desk(staff["final"]) as desk:
        letters.save(desk, filing.id, "关于办法的审查意见\n青岭县人民政府：")
        issued = letters.issue(desk, filing.id)
    assert issued.number == "审查意见〔2026〕1号" and issued.issued == staff.clock.now
    for key, role in (("await", "registrar"), ("correct", "registrar"), ("close", "final")):
        done = step(staff, role, filing.id, key)
    assert (done.state, done.outcome, done.due, done.finished) == ("closed", "corrected", None, staff.clock.now)
    with staff.office.look(staff["registrar"]) as desk:
        names = [passed.name for passed in filings.history(desk, filing.id)]
        people = [given.person for given in opinions.of_filing(desk, filing.id)]
    assert names[:3] == ["报送", "登记", "开始初审"] and names[-1] == "办结"
    assert people == ["first", "second", "final"]


def test_a_submitting_organ_sees_no_inner_reason(staff, submit) -> None:
    """What reviewers tell each other stays with them; what is told to the organ, and its own words, it reads."""
    filing = submit().filing
    step(staff, "registrar", filing.id, "return", "请补交说明")
    with staff.office.desk(staff["submitter"]) as desk:
        again = submission.Upload("办法.txt", "办法\n第一条 规范停车。\n".encode())
        submission.resubmit(desk, filing.id, [again], "已补交")
    step(staff, "registrar", filing.id, "register")
    step(staff, "first", filing.id, "start", "先看第三条，疑似越权")
    with staff.office.desk(staff["registrar"]) as desk:
        filings.undo(desk, filing.id, "分错了人")
    step(staff, "registrar", filing.id, "refuse", "属内部管理")
    inner = {"start": "先看第三条，疑似越权", "undo": "分错了人"}
    open_ = {"return": "请补交说明", "resubmit": "已补交", "refuse": "属内部管理"}
    for role, hidden in (("registrar", False), ("submitter", True)):
        with staff.office.look(staff[role]) as desk:
            read = {passed.key: passed.reason for passed in filings.history(desk, filing.id)}
        assert {key: read[key] for key in open_} == open_
        assert {key: read[key] for key in inner} == (dict.fromkeys(inner, "") if hidden else inner)


def test_undo_is_a_step_of_its_own_and_restores_the_clock(staff, submit) -> None:
    filing = submit().filing
    before = step(staff, "registrar", filing.id, "register")
    step(staff, "registrar", filing.id, "refuse", "属内部管理")
    with staff.office.desk(staff["registrar"]) as desk:
        with pytest.raises(StateConflict, match="理由"):
            filings.undo(desk, filing.id, " ")
        undone = filings.undo(desk, filing.id, "误操作")
        last = filings.history(desk, filing.id)[-1]
    assert (undone.state, undone.outcome, undone.due, undone.finished) == ("registered", "", before.due, None)
    assert undone.registration == before.registration
    assert last.key == "undo" and last.reverses is not None and last.reason == "误操作"
    with staff.office.desk(staff["registrar"]) as desk:
        assert filings.undo(desk, filing.id, "再撤").state == "received"
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises(StateConflict):
        filings.undo(desk, filing.id, "没有了")


def test_undoing_an_issue_takes_the_letter_back_and_keeps_its_number(staff, submit) -> None:
    filing = submit().filing
    step(staff, "registrar", filing.id, "register")
    step(staff, "first", filing.id, "start")
    for stage, key in (("first", "to_second"), ("second", "to_final"), ("final", "")):
        with staff.office.desk(staff[stage]) as desk:
            opinions.record(desk, filing.id, stage, "advice", "意见")
        if key:
            step(staff, stage, filing.id, key)
    with staff.office.desk(staff["final"]) as desk:
        letters.save(desk, filing.id, "审查意见")
        number = letters.issue(desk, filing.id).number
    with staff.office.desk(staff["final"]) as desk, pytest.raises(StateConflict, match="已出具"):
        letters.save(desk, filing.id, "改")
    with staff.office.desk(staff["final"]) as desk:
        filings.undo(desk, filing.id, "文字有误")
        assert letters.save(desk, filing.id, "改好", expected=1).issued is None
        assert letters.issue(desk, filing.id).number == number
    with staff.office.look(staff["submitter"]) as desk:
        assert letters.get(desk, filing.id).text == letters.get(desk, filing.id, 2).text == "改好"
        with pytest.raises(NotFound):
            letters.get(desk, filing.id, 1)


@pytest.mark.parametrize("state", sorted(workflow().states))
def test_no_step_leaves_a_state_it_does_not_name(staff, submit, state: str) -> None:
    filing = submit().filing
    with staff.office.database.begin() as session:
        session.scalars(select(Filing)).one().state = state
    for key, found in workflow().steps.items():
        if state in found.sources or key == "resubmit":
            continue
        role = next(role for role in ("registrar", "first", "second", "final") if role in granted(found.action))
        with staff.office.desk(staff[role]) as desk, pytest.raises(StateConflict):
            filings.step(desk, filing.id, key, "理由")


def granted(action: str) -> frozenset[str]:
    from beishen.service.office.permission import permissions

    return permissions().actions[action].roles


def test_every_state_can_be_reached_and_every_step_has_somebody() -> None:
    reached = {"received"}
    for _ in workflow().states:
        reached |= {found.to for found in workflow().steps.values() if set(found.sources) & reached}
    assert reached == set(workflow().states)
    assert all(granted(found.action) for found in workflow().steps.values())


def test_a_stale_edit_is_refused(staff, submit) -> None:
    filing = submit().filing
    with staff.office.desk(staff["registrar"]) as desk:
        edited = filings.edit(desk, filing.id, filings.Edit(title="新标题"), expected=filing.version)
    assert edited.title == "新标题" and edited.version > filing.version
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises(Stale):
        filings.edit(desk, filing.id, filings.Edit(title="旧标题"), expected=filing.version)
    with staff.office.desk(staff["registrar"]) as desk, pytest.raises(Stale):
        filings.step(desk, filing.id, "register", expected=filing.version)


def test_overdue_by_the_office_calendar(staff, submit) -> None:
    filing = submit().filing
    staff.clock.now = staff.clock.now.replace(day=30, hour=15)
    with staff.office.look(staff["registrar"]) as desk:
        assert filings.overdue(desk) == ()
    # 16:00 UTC is midnight in Beijing: the first of December there.
    staff.clock.later(hours=1)
    with staff.office.look(staff["registrar"]) as desk:
        assert [row.id for row in filings.overdue(desk)] == [filing.id]


def test_clocks_skip_weekends_only_where_they_count_working_days(staff) -> None:
    profile = staff.office.profile
    friday = date(2026, 11, 27)
    assert profile.clock("check").due(friday) == date(2026, 12, 4)
    assert profile.clock("review").due(friday) == friday + timedelta(days=60)


def test_an_organ_files_for_itself_only(staff, submit) -> None:
    with pytest.raises(Forbidden):
        submit(organ_id=staff.organs["石桥县人民政府"])
    with pytest.raises(BadArgument, match="制定机关"):
        submit(role="registrar")
    assert submit(role="registrar", organ_id=staff.organs["石桥县人民政府"]).filing.organ == "石桥县人民政府"


def test_another_organ_sees_nothing(staff, submit) -> None:
    filing = submit().filing
    for call in (
        lambda desk: filings.get(desk, filing.id),
        lambda desk: filings.history(desk, filing.id),
        lambda desk: filings.allowed_steps(desk, filing.id),
        lambda desk: letters.get(desk, filing.id),
        lambda desk: submission.resubmit(desk, filing.id, [submission.Upload("a.txt", b"abc")]),
    ):
        with staff.office.desk(staff["stranger"]) as desk, pytest.raises(NotFound):
            call(desk)
    with staff.office.look(staff["submitter"]) as desk, pytest.raises(Forbidden):
        findings.of_version(desk, filing.id)


def test_refused_uploads_leave_nothing(staff, submit) -> None:
    with pytest.raises(BadArgument), staff.office.desk(staff["submitter"]) as desk:
        submission.submit(desk, submission.Submission(), [])
    with pytest.raises(FileEmpty):
        submit({"办法.txt": TEXT_OF_NOTHING})
    with staff.office.look(staff["registrar"]) as desk:
        assert desk.session.query(Filing).count() == 0


TEXT_OF_NOTHING = ""


@pytest.mark.parametrize("title", ["长" * 400, "含\x00空字符"])
def test_what_a_database_cannot_keep_is_the_senders_mistake(staff, submit, title: str) -> None:
    try:
        filed = submit(title=title).filing
    except BadArgument:
        with staff.office.look(staff["registrar"]) as desk:
            assert desk.session.query(Filing).count() == 0
    else:
        assert staff.office.database.is_sqlite and filed.title


def test_systems_are_told_of_every_step_once(staff, submit) -> None:
    from beishen.service.office import webhooks
    from beishen.service.store.tables import Delivery

    with staff.office.desk(staff["submitter"]) as desk:
        webhooks.add(desk, "https://oa.example/hook", ("filing.changed",))
    filing = submit().filing
    step(staff, "registrar", filing.id, "return", "缺材料")
    with staff.office.desk(staff["registrar"]) as desk:
        filings.undo(desk, filing.id, "误操作")
        told = [row.payload["step"] for row in desk.session.query(Delivery).order_by(Delivery.created, Delivery.id)]
    assert sorted(told) == ["return", "undo"]


def test_what_a_reviewer_asks_for_is_his_own_whatever_organ_he_belongs_to(staff, text: str) -> None:
    from beishen.service.auth.sessions import actor_of
    from beishen.service.office import accounts, jobs
    from beishen.service.store.tables import Account

    with staff.office.desk(staff["administrator"]) as desk:
        new = accounts.NewAccount("seconded", ("registrar",), organ_id=staff.organs["青岭县人民政府"])
        actor = actor_of(desk.session.get_one(Account, accounts.add(desk, new).id))
    with staff.office.desk(actor) as desk:
        asked = submission.ask(desk, submission.Upload("内部稿.txt", text.encode()))
    with staff.office.look(staff["submitter"]) as desk:
        assert asked.id not in {job.id for job in jobs.recent(desk)}
        with pytest.raises(NotFound):
            jobs.get(desk, asked.id)


def test_a_closed_account_is_told_nothing_more(staff, submit) -> None:
    from beishen.service.jobs import delivering
    from beishen.service.office import accounts, webhooks
    from beishen.service.store.tables import Delivery

    with staff.office.desk(staff["submitter"]) as desk:
        webhooks.add(desk, "http://10.0.0.9/hook", ("filing.changed",))
    filing = submit().filing
    step(staff, "registrar", filing.id, "register")
    with staff.office.desk(staff["administrator"]) as desk:
        accounts.edit(desk, staff["submitter"].id, active=False)
        waiting = [row.id for row in desk.session.query(Delivery)]
    step(staff, "first", filing.id, "start")
    assert [delivering.open_parcel(staff.office, ident) for ident in waiting] == [None]
    with staff.office.look(staff["administrator"]) as desk:
        assert desk.session.query(Delivery).count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/b", "http://", "https://u:p@h/", "http://169.254.1.1/", "x", "http://h:0/", "http://2852039166/",
        "http://0xa9fea9fe/latest", "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/", "http://0.0.0.0/",
    ],
)  # fmt: skip
def test_a_webhook_goes_to_an_address_that_makes_sense(staff, url: str) -> None:
    from beishen.service.office import webhooks

    with staff.office.desk(staff["submitter"]) as desk, pytest.raises(BadArgument):
        webhooks.add(desk, url)
