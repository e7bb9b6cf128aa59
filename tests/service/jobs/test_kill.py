"""Killed with SIGKILL between any two writes, on both databases: nothing lost, nothing reviewed twice, every job ends.

Two workers at a time are killed at points of their own, and started again; a third works on beside them.
"""

import os
import random
import sys
import time

import pytest
from beishen.service import audit
from beishen.service.jobs.examining import MAX_ATTEMPTS
from beishen.service.office import idempotency, submission
from beishen.service.office.desk import SYSTEM, Desk
from beishen.service.settings import Settings
from beishen.service.store.tables import FiledFile, Filing, FindingRow, Job, ReportRow
from sqlalchemy import func, select

TEXT = "青岭县停车管理办法\n第一条 为了加强停车管理，制定本办法。\n第二条 未取得许可的，处{}元罚款。\n"
# One worker on one filing passes this many points; BEISHEN_KILLS=all kills at each of them, else at a sample.
POINTS = range(1, 61)
SAMPLE = 30
PATIENCE = 2400


def points() -> list[int]:
    """The points to kill at, in an order that does not strike one job again and again."""
    chosen = list(POINTS) if os.environ.get("BEISHEN_KILLS") == "all" else list(POINTS)[:: len(POINTS) // SAMPLE]
    random.Random(7).shuffle(chosen)
    return chosen


def file_one(staff, number: int) -> int:
    with staff.office.desk(staff["submitter"]) as desk:
        upload = submission.Upload(f"办法{number}.txt", TEXT.format(1000 + number).encode())
        return submission.submit(desk, submission.Submission(), [upload]).filing.id


def waiting(staff) -> int:
    with staff.office.look(SYSTEM) as desk:
        query = select(func.count()).where(Job.state.in_(("queued", "running")))
        return int(desk.session.scalar(query))


def test_no_filing_is_lost_and_none_reviewed_twice(staff, settings: Settings, crew, record_property) -> None:
    workers, left, filed = crew(settings), points(), []
    asked = len(left)
    deadline = time.monotonic() + PATIENCE
    workers.fork(0)
    while (left or len(workers.alive) > 1) and time.monotonic() < deadline:
        for _ in range(6 - waiting(staff)):
            filed.append(file_one(staff, len(filed)))
        while left and len(workers.alive) < 3:
            workers.fork(left.pop())
        workers.collect()
        time.sleep(0.02)
    assert len(workers.killed) == asked and not workers.broken
    while waiting(staff) and time.monotonic() < deadline:
        time.sleep(0.05)
    workers.end()
    # Counted apart: jobs that were at hand at more kills than a file is given tries. In the JUnit file, and with -s.
    for name, number in check(staff, filed).items():
        record_property(name, number)
        sys.stdout.write(f"{name} {number}\n")


def check(staff, filed: list[int]) -> dict[str, int]:
    """Every filing is there with its file and text; every job ended, with exactly one report; how many which way."""
    with staff.office.look(SYSTEM) as desk:
        known = list(desk.session.scalars(select(Filing.id).order_by(Filing.id)))
        jobs = list(desk.session.scalars(select(Job)))
        reports = dict(desk.session.execute(select(ReportRow.job_id, func.count()).group_by(ReportRow.job_id)).all())
        doubled = select(FindingRow.version_id).group_by(FindingRow.version_id, FindingRow.fingerprint)
        assert desk.session.execute(doubled.having(func.count() > 1)).all() == []
        for row in desk.session.scalars(select(FiledFile)):
            assert staff.office.blobs.get(row.sha256)
        audit.verify(desk.session)
    assert known == filed and sorted(job.filing_id for job in jobs) == filed
    poisonous = [job for job in jobs if job.code == "job.poisonous"]
    assert all(job.attempts > MAX_ATTEMPTS for job in poisonous) and len(poisonous) <= len(jobs) // 4
    assert {job.id for job in jobs} - {job.id for job in poisonous} == set(reports)
    assert {job.state for job in jobs} <= {"done", "failed"} and set(reports.values()) == {1}
    return {"filed": len(filed), "reported": len(reports), "poisonous": len(poisonous)}


@pytest.mark.parametrize("killed", range(1, 24))
def test_a_submitter_killed_anywhere_files_once(staff, kill_at, killed: int) -> None:
    """The receiving process dies at a point; the sender, who got no answer, sends again with the same key."""

    def act(desk: Desk) -> idempotency.Answer:
        upload = submission.Upload("办法.txt", TEXT.format(1).encode())
        made = submission.submit(desk, submission.Submission(), [upload])
        return idempotency.Answer(202, {"filing": made.filing.id})

    def send() -> None:
        idempotency.once(staff.office, staff["submitter"], ("key-1", "request"), act)

    staff.office.database.engine.dispose()
    pid = os.fork()
    if pid == 0:
        kill_at(killed)
        send()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    send()
    with staff.office.look(SYSTEM) as desk:
        assert desk.session.scalar(select(func.count()).select_from(Filing)) == 1
        assert desk.session.scalar(select(func.count()).select_from(Job)) == 1
        audit.verify(desk.session)
