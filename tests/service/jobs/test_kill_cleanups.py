"""Workers of a clean-up killed with SIGKILL between writes: every file examined and kept once, the set judged once."""

import os
import random
import time

import pytest
from beishen.service import audit
from beishen.service.office import cleanup_items as items
from beishen.service.office import cleanup_set, cleanups
from beishen.service.office.desk import SYSTEM
from beishen.service.office.submission import Upload
from beishen.service.settings import Settings
from beishen.service.store.tables import AuditEntry, CleanupFile, CleanupItem
from sqlalchemy import func, select

TEXT = "青岭县{}管理办法\n青政规〔2020〕{}号\n第一条 {}应当有序。\n第二条 本办法自2020年3月1日起施行，有效期三年。\n"
WHAT = ("停车", "夜市", "养犬", "集市")
# A worker alone on such a set passes about this many points; BEISHEN_KILLS=all kills at each, else at a few.
POINTS = range(1, 73)
FEW = 5
PATIENCE = 1800


def killed_at() -> list[int]:
    chosen = list(POINTS) if os.environ.get("BEISHEN_KILLS") == "all" else list(POINTS)[4 :: len(POINTS) // FEW]
    random.Random(5).shuffle(chosen)
    return chosen


def start(staff) -> int:
    uploads = [Upload(f"{name}.txt", TEXT.format(name, at, name).encode()) for at, name in enumerate(WHAT, 1)]
    prepared = cleanup_set.prepare(staff.office, staff["registrar"], uploads)
    with staff.office.desk(staff["registrar"]) as desk:
        return cleanups.start(desk, cleanups.Wanted(), prepared).id


def states(staff) -> set[str]:
    with staff.office.look(SYSTEM) as desk:
        return {row.state for row in cleanups.page(desk).rows}


def test_nothing_is_lost_and_nothing_done_twice(staff, settings: Settings, crew) -> None:
    workers = crew(settings)
    left, begun = killed_at(), []
    asked, deadline = len(left), time.monotonic() + PATIENCE
    while (left or workers.alive) and time.monotonic() < deadline:
        if states(staff) <= {"ready"}:
            begun.append(start(staff))
        while left and len(workers.alive) < 2:
            workers.fork(left.pop())
        workers.collect()
        time.sleep(0.02)
    assert len(workers.killed) == asked and not workers.broken
    workers.fork(0)
    while states(staff) != {"ready"} and time.monotonic() < deadline:
        time.sleep(0.05)
    workers.end()
    for ident in begun:
        check(staff, ident)


def check(staff, ident: int) -> None:
    """Each file once, each judged alike, told once; whoever was struck too often is listed as unread."""
    with staff.office.look(SYSTEM) as desk:
        found = cleanups.get(desk, ident)
        assert (found.state, found.progress.done, found.progress.total) == ("ready", 4, 4)
        twice = select(CleanupItem.file_id).where(CleanupItem.cleanup_id == ident).group_by(CleanupItem.file_id)
        assert desk.session.execute(twice.having(func.count() > 1)).all() == []
        rows = items.page(desk, ident, items.Filter()).rows
        unread = items.unread(desk, ident)
        assert {row.code for row in unread} <= {"job.poisonous"} and len(rows) + len(unread) == 4 and len(rows) >= 3
        assert {(row.settled, row.reasons[0].code) for row in rows} == {("宣布失效", "term.over")}
        for row in rows:
            assert "第二条" in items.report(desk, ident, row.id)
        done = select(func.count()).where(AuditEntry.action == "cleanup.done", AuditEntry.subject == f"cleanup:{ident}")
        assert desk.session.scalar(done) == 1
        for sha256 in desk.session.scalars(select(CleanupFile.sha256).where(CleanupFile.cleanup_id == ident)):
            assert staff.office.blobs.get(sha256)
        audit.verify(desk.session)


@pytest.mark.parametrize("killed", range(1, 24, 4))
def test_a_receiver_killed_anywhere_starts_once(staff, kill_at, killed: int) -> None:
    """The process that takes a set in dies at a point; the sender sends again with the same key."""
    from beishen.service.office import idempotency

    def act(desk) -> idempotency.Answer:  # type: ignore[no-untyped-def]
        return idempotency.Answer(202, {"id": cleanups.start(desk, cleanups.Wanted(), prepared).id})

    prepared = cleanup_set.prepare(staff.office, staff["registrar"], [Upload("a.txt", b"a"), Upload("b.txt", b"b")])
    staff.office.database.engine.dispose()
    pid = os.fork()
    if pid == 0:
        kill_at(killed)
        idempotency.once(staff.office, staff["registrar"], ("key-1", "request"), act)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    idempotency.once(staff.office, staff["registrar"], ("key-1", "request"), act)
    with staff.office.look(SYSTEM) as desk:
        assert len(cleanups.page(desk).rows) == 1
        assert desk.session.scalar(select(func.count()).select_from(CleanupFile)) == 2
        audit.verify(desk.session)
