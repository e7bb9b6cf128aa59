"""The same request twice at the same moment: done once, answered twice."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from beishen.service.errors import Duplicate
from beishen.service.office import filings, idempotency, ledger, submission
from beishen.service.office.desk import Desk


def test_two_at_once_are_done_once_and_both_answered(staff, text: str) -> None:
    def act(desk: Desk) -> idempotency.Answer:
        done = submission.submit(desk, submission.Submission(), [submission.Upload("办法.txt", text.encode())])
        time.sleep(0.3)
        return idempotency.Answer(202, {"filing": done.filing.id})

    def call(_: int) -> idempotency.Answer:
        return idempotency.once(staff.office, staff["submitter"], ("oa-1", "request"), act)

    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(call, range(2))
    assert first == second
    with staff.office.look(staff["submitter"]) as desk:
        assert ledger.count(desk, ledger.Filter()) == 1


def test_a_version_sent_twice_at_once_is_one_version(staff, submit, text: str) -> None:
    filing = submit().filing

    def act(desk: Desk) -> idempotency.Answer:
        uploads = [submission.Upload("办法.txt", text.encode())]
        done = submission.resubmit(desk, filing.id, uploads, expected=filing.version)
        time.sleep(0.3)
        return idempotency.Answer(202, {"version": done.filing.current})

    def call(_: int) -> idempotency.Answer:
        return idempotency.once(staff.office, staff["submitter"], ("oa-2", "request"), act)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(call, range(2)))
    assert [answer.body for answer in answers] == [{"version": 2}, {"version": 2}]
    with staff.office.look(staff["submitter"]) as desk:
        assert filings.get(desk, filing.id).current == 2


def test_what_is_refused_without_a_key_stays_refused(staff) -> None:
    def act(_: Desk) -> idempotency.Answer:
        raise Duplicate("已存在")

    for key in (None, "oa-3"):
        with pytest.raises(Duplicate):
            idempotency.once(staff.office, staff["submitter"], (key, "request"), act)
