"""The list of findings answered “not a problem”, and webhooks as an administrator sees them, on both databases."""

from datetime import timedelta

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service import audit
from beishen.service.errors import Forbidden, NotFound, Stale, StateConflict
from beishen.service.office import filings, findings, quieted, submission, webhooks
from beishen.service.store.tables import Delivery, DocumentVersion, FindingRow


@pytest.fixture
def answered(staff) -> int:
    """A registered filing with two findings by hand, the first of them answered."""
    with staff.office.desk(staff["submitter"]) as desk:
        made = submission.submit(desk, submission.Submission(title="集市管理办法"), [submission.Upload("a.txt", b"a")])
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, made.filing.id, "register")
    with staff.office.desk(staff["first"]) as desk:
        notes = [findings.Note("hint", ("form",), 0, 0, words) for words in ("没有写明有效期", "没有写明执行机关")]
        found = [findings.add(desk, made.filing.id, note) for note in notes]
        findings.decide(desk, found[0].id, "rejected", "省里另有统一规定")
    return found[0].id


def shown(staff, **chosen: object) -> list[quieted.Quieted]:
    with staff.office.look(staff["first"]) as desk:
        assert quieted.count(desk, **{k: v for k, v in chosen.items() if k in ("q", "organ_id")}) >= 0  # type: ignore[arg-type]
        return list(quieted.page(desk, **chosen).rows)  # type: ignore[arg-type]


def test_who_said_why_and_when_and_it_can_be_taken_back(staff, answered: int) -> None:
    (row,) = shown(staff)
    assert (row.finding_id, row.reason, row.person, row.at) == (answered, "省里另有统一规定", "first", staff.clock.now)
    assert (row.title, row.organ, row.open, row.revision) == ("集市管理办法", "青岭县人民政府", True, 2)
    assert shown(staff, q="统一规定") == [row] and shown(staff, q="执行机关") == []
    assert shown(staff, organ_id=staff.organs["石桥县人民政府"]) == []
    with pytest.raises(Stale), staff.office.desk(staff["first"]) as desk:
        quieted.release(desk, answered, 1)
    with pytest.raises(Forbidden), staff.office.desk(staff["registrar"]) as desk:
        quieted.release(desk, answered, 2)
    with staff.office.desk(staff["first"]) as desk:
        assert quieted.release(desk, answered, 2).verdict == "undecided"
        said = [(ruling.verdict, ruling.reason) for ruling in findings.history(desk, answered)]
        assert said == [("accepted", ""), ("rejected", "省里另有统一规定"), ("undecided", "")], "nothing is lost"
        assert audit.lines(desk_of(desk, staff), limit=1)[0].action == "finding.decide"
    assert shown(staff) == []
    with pytest.raises(BadArgument), staff.office.desk(staff["first"]) as desk:
        quieted.release(desk, answered)


def desk_of(desk, staff):  # type: ignore[no-untyped-def]
    """The same desk for somebody who may read the audit log."""
    from dataclasses import replace

    return replace(desk, actor=staff["administrator"])


def test_an_answer_goes_with_the_finding_into_the_next_version(staff, answered: int) -> None:
    """Listed once, for the current version; a finding that is gone there is quiet no more."""
    with staff.office.desk(staff["registrar"]) as desk:
        old = desk.session.get_one(FindingRow, answered)
        made = submission.resubmit(desk, old.filing_id, [submission.Upload("b.txt", b"b")])
        assert quieted.page(desk).rows == ()
        version = desk.session.query(DocumentVersion).filter_by(number=made.filing.current).one()
        again = {
            column.name: getattr(old, column.name) for column in FindingRow.__table__.columns if column.name != "id"
        }
        desk.session.add(FindingRow(**{**again, "version_id": version.id}))
    (row,) = shown(staff)
    assert row.earlier and row.finding_id != answered and row.reason == "省里另有统一规定"


def test_page_by_page_and_closed_ones_stay(staff, answered: int) -> None:
    with staff.office.desk(staff["first"]) as desk:
        other = desk.session.query(FindingRow).filter(FindingRow.id != answered).one().id
        findings.decide(desk, other, "rejected", "另行规定")
    with staff.office.look(staff["first"]) as desk:
        first = quieted.page(desk, limit=1)
        second = quieted.page(desk, cursor=first.next, limit=1)
        assert [first.rows[0].finding_id, second.rows[0].finding_id, second.next] == [other, answered, ""]
        with pytest.raises(BadArgument):
            quieted.page(desk, cursor="x")
    with staff.office.desk(staff["registrar"]) as desk:
        filings.step(desk, first.rows[0].filing_id, "refuse", "不是规范性文件")
    assert [row.open for row in shown(staff)] == [False, False]
    with pytest.raises(StateConflict), staff.office.desk(staff["first"]) as desk:
        quieted.release(desk, answered)
    with pytest.raises(Forbidden), staff.office.look(staff["submitter"]) as desk:
        quieted.page(desk)


def test_an_administrator_sees_and_stops_webhooks_of_all(staff) -> None:
    with staff.office.desk(staff["submitter"]) as desk:
        hook = webhooks.add(desk, "https://oa.example/notify", ("cleanup.done", "review.done"))
        for number, state in enumerate(("done", "failed", "queued", "failed")):
            moment = desk.now - timedelta(minutes=number)
            desk.session.add(
                Delivery(id=f"d{number}", webhook_id=hook.id, event="review.done", subject=f"job:{number}", payload={},
                         state=state, attempts=1, answer=0, created=moment)
            )  # fmt: skip
    with staff.office.look(staff["administrator"]) as desk:
        (found,) = webhooks.list_all(desk)
        assert (found.account, found.waiting, found.failed, found.last) == ("submitter", 1, 2, staff.clock.now)
        assert found.hook.secret == ""
    for role in ("registrar", "stranger"):
        with pytest.raises(Forbidden), staff.office.desk(staff[role]) as desk:
            webhooks.stop(desk, hook.id)
    with staff.office.desk(staff["administrator"]) as desk:
        webhooks.stop(desk, hook.id)
        assert webhooks.list_all(desk) == ()
        with pytest.raises(NotFound):
            webhooks.stop(desk, hook.id)
