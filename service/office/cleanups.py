"""Clean-ups (清理): started from uploaded files, followed by their figures, ended by a person.

Bytes are kept before any row names them (`cleanup_set`), so that a large set never holds the database. Nothing is
read here: workers examine the files (`service/jobs/cleanups.py`), and what people decide is `cleanup_items`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, select, update

from ...corpora.errors import BadArgument
from ...corpora.laws.names import clean_title
from ...review.cleanup import profile, themes
from .. import audit
from ..errors import NotFound, Stale, StateConflict
from ..store import tables as t
from .cleanup_record import give_up
from .cleanup_set import Held, Prepared
from .desk import Desk
from .permission import require

STATES = {
    "examining": "审查中",
    "judging": "汇总中",
    "ready": "待确认",
    "closed": "已办结",
    "stopped": "已停止",
    "failed": "未完成",
}
MOST = 100
_RECENT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to clean up by: the day whose law and clocks count (None: today), a profile of terms, a theme or a law."""

    name: str = ""
    day: date | None = None
    profile: str = ""
    theme: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """Files of a clean-up by state; `rate` is files a minute of late, `remaining` seconds, None where unknown."""

    total: int
    queued: int
    running: int
    done: int
    dropped: int
    unread: int
    rate: float | None
    remaining: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A clean-up. `documents` are those on its list, `ruled` those that a person dealt with; `version` is its ETag."""

    id: int
    name: str
    state: str
    state_name: str
    day: date
    profile: str
    theme: str
    law: str
    focus: str
    catalogue: str
    person: str
    created: datetime
    judged: datetime | None
    finished: datetime | None
    purged: datetime | None
    code: str
    message: str
    mixed: bool
    progress: Progress
    documents: int
    ruled: int
    version: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Clean-ups, newest first; `next` is the cursor of the page after, empty at the end."""

    rows: tuple[Shown, ...]
    next: str


def start(desk: Desk, wanted: Wanted, prepared: Prepared) -> Shown:
    """Enlist a set. BadArgument for a profile or theme that there is none of, or a theme together with a law."""
    require(desk.actor, "cleanup.run")
    wanted = _checked(wanted)
    listed = prepared.catalogue
    row = t.Cleanup(
        state="examining", name=wanted.name or f"{desk.today.year} 年文件清理", account_id=desk.actor.id,
        day=wanted.day or desk.today, profile=wanted.profile, theme=wanted.theme, law=wanted.law,
        catalogue=listed.sha256 if listed else "", catalogue_name=listed.name if listed else "", apart={}, made=[],
        round=1, created=desk.now,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    _enlist(desk, row.id, prepared.files)
    made = _shown(desk, [row])[0]
    audit.record(desk, "cleanup.start", f"cleanup:{row.id}", files=len(prepared.files), theme=wanted.theme)
    return made


def get(desk: Desk, cleanup_id: int) -> Shown:
    """One clean-up with its figures. NotFound."""
    require(desk.actor, "cleanup.read")
    return _shown(desk, [row(desk, cleanup_id)])[0]


def page(desk: Desk, cursor: str = "", limit: int = 50) -> Listing:
    """Clean-ups, newest first. BadArgument for a cursor that is not ours."""
    require(desk.actor, "cleanup.read")
    limit = max(1, min(limit, MOST))
    query = select(t.Cleanup).order_by(t.Cleanup.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(t.Cleanup.id < place(cursor))
    found = list(desk.session.scalars(query))
    following = str(found[limit - 1].id) if len(found) > limit else ""
    return Listing(tuple(_shown(desk, found[:limit])), following)


def stop(desk: Desk, cleanup_id: int, expected: int | None = None) -> Shown:
    """End a clean-up before its time: files not begun are dropped, nothing is proposed. StateConflict."""
    require(desk.actor, "cleanup.run")
    found = _moved(desk, cleanup_id, ("examining", "judging", "failed"), "stopped", expected)
    waiting = and_(t.CleanupFile.cleanup_id == found.id, t.CleanupFile.state.in_(("queued", "running")))
    desk.session.execute(update(t.CleanupFile).where(waiting).values(state="dropped", finished=desk.now))
    found.finished = desk.now
    return _said(desk, found, "cleanup.stop")


def again(desk: Desk, cleanup_id: int) -> Shown:
    """Judge a set once more after its judgement failed. StateConflict."""
    require(desk.actor, "cleanup.run")
    found = _moved(desk, cleanup_id, ("failed",), "examining", None)
    found.round += 1
    found.dispatched, found.code, found.message = None, "", ""
    return _said(desk, found, "cleanup.again")


def close(desk: Desk, cleanup_id: int, expected: int | None = None) -> Shown:
    """End a clean-up whose every document a person has dealt with. StateConflict where one is left."""
    require(desk.actor, "cleanup.close")
    found = _moved(desk, cleanup_id, ("ready",), "closed", expected)
    left = desk.session.scalar(select(func.count()).select_from(t.CleanupItem).where(*_undecided(found.id)))
    if left:
        raise StateConflict(f"还有 {left} 件没有人工处理，不能办结", "请逐件确认、更改或者暂缓后再办结")
    found.finished = desk.now
    return _said(desk, found, "cleanup.close")


def reopen(desk: Desk, cleanup_id: int, expected: int | None = None) -> Shown:
    """Take the end of a clean-up back, as a step of its own. StateConflict."""
    require(desk.actor, "cleanup.close")
    found = _moved(desk, cleanup_id, ("closed",), "ready", expected)
    if found.purged is not None:
        raise StateConflict("该次清理的文件已按保存期限清除，不能重开", "请重新发起清理")
    found.finished = None
    return _said(desk, found, "cleanup.reopen")


def row(desk: Desk, cleanup_id: int, lock: str = "") -> t.Cleanup:
    """The row of a clean-up: free, or locked against changes (`share`) or against all others (`change`). NotFound."""
    query = select(t.Cleanup).where(t.Cleanup.id == cleanup_id)
    query = query.with_for_update(read=lock == "share") if lock else query
    found: t.Cleanup | None = desk.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"没有编号为 {cleanup_id} 的清理", "请核对编号")
    return found


def mark(shown: Shown) -> str:
    """What changes whenever a clean-up looks different: its ETag."""
    of = shown.progress
    figures = (shown.version, of.queued, of.running, of.done, shown.documents, shown.ruled, of.rate, of.remaining)
    return "-".join("" if figure is None else f"{figure:g}" for figure in figures)


def place(cursor: str) -> int:
    """The number of a cursor. BadArgument for one that is not ours."""
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 9:
        raise BadArgument("翻页标记无效", "请从第一页重新开始")
    return int(cursor)


def focus(theme: str, law: str) -> str:
    """What a special clean-up is about, in words; empty for a whole one."""
    return themes.named(theme).name if theme else f"《{law}》及依据它的文件" if law else ""


def _enlist(desk: Desk, cleanup_id: int, files: Sequence[Held]) -> None:
    """Rows of the files in order; those without bytes are listed as unread at once."""
    made = [
        t.CleanupFile(
            id=uuid.uuid4().hex, cleanup_id=cleanup_id, seq=seq, name=file.name, sha256=file.sha256, size=file.size,
            state="queued", created=desk.now,
        )
        for seq, file in enumerate(files, 1)
    ]  # fmt: skip
    desk.session.add_all(made)
    desk.session.flush()
    for row, file in zip(made, files, strict=True):
        if file.problem is not None:
            give_up(desk, row.id, file.problem)


def _checked(wanted: Wanted) -> Wanted:
    """The same with its names as the tables have them."""
    if wanted.theme and wanted.law:
        raise BadArgument("专题与法律只能选一个", "请分两次清理")
    chosen = profile.named(wanted.profile).id if wanted.profile else ""
    theme = themes.named(wanted.theme).id if wanted.theme else ""
    law = clean_title(wanted.law)[:200] if wanted.law.strip() else ""
    return replace(wanted, name=" ".join(wanted.name.split())[:200], profile=chosen, theme=theme, law=law)


def _moved(desk: Desk, cleanup_id: int, sources: tuple[str, ...], target: str, expected: int | None) -> t.Cleanup:
    found = row(desk, cleanup_id, "change")
    if expected is not None and found.version != expected:
        raise Stale("该次清理已被他人改动", "请刷新后重新操作")
    if found.state not in sources:
        raise StateConflict(f"该次清理现在是“{STATES[found.state]}”，不能这样做", "请刷新后核对")
    found.state = target
    return found


def _said(desk: Desk, found: t.Cleanup, act: str) -> Shown:
    desk.session.flush()
    made = _shown(desk, [found])[0]
    audit.record(desk, act, f"cleanup:{found.id}", state=found.state)
    return made


def _undecided(cleanup_id: int) -> tuple[Any, ...]:
    return (t.CleanupItem.cleanup_id == cleanup_id, t.CleanupItem.listed, t.CleanupItem.verdict == "")


def _shown(desk: Desk, found: Sequence[t.Cleanup]) -> list[Shown]:
    ids = [one.id for one in found]
    files = _by_state(desk, ids)
    unread, listed, ruled = _documents(desk, ids)
    accounts = select(t.Account).where(t.Account.id.in_({one.account_id for one in found}))
    people = {person.id: person.display or person.name for person in desk.session.scalars(accounts)}
    return [
        Shown(
            id=one.id, name=one.name, state=one.state, state_name=STATES[one.state], day=one.day, profile=one.profile,
            theme=one.theme, law=one.law, focus=focus(one.theme, one.law), catalogue=one.catalogue_name,
            person=people.get(one.account_id, ""), created=one.created, judged=one.judged, finished=one.finished,
            purged=one.purged, code=one.code, message=one.message, mixed=len(one.made) > 1,
            progress=_progress(desk, one, files.get(one.id, {}), unread.get(one.id, 0)),
            documents=listed.get(one.id, 0), ruled=ruled.get(one.id, 0), version=one.version,
        )
        for one in found
    ]  # fmt: skip


def _by_state(desk: Desk, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    counted: dict[int, dict[str, int]] = {}
    query = select(t.CleanupFile.cleanup_id, t.CleanupFile.state, func.count())
    query = query.where(t.CleanupFile.cleanup_id.in_(ids)).group_by(t.CleanupFile.cleanup_id, t.CleanupFile.state)
    for ident, state, files in desk.session.execute(query):
        counted.setdefault(ident, {})[state] = int(files)
    return counted


def _documents(desk: Desk, ids: Sequence[int]) -> tuple[dict[int, int], ...]:
    """Documents unread, on the list, and dealt with, by clean-up."""
    item = t.CleanupItem
    marks = (item.readable.is_(False), item.listed, and_(item.listed, item.verdict != ""))
    return tuple(
        {
            ident: int(documents)
            for ident, documents in desk.session.execute(
                select(item.cleanup_id, func.count()).where(item.cleanup_id.in_(ids), mark).group_by(item.cleanup_id)
            )
        }
        for mark in marks
    )


def _progress(desk: Desk, found: t.Cleanup, files: dict[str, int], unread: int) -> Progress:
    queued, running, done, dropped = (files.get(state, 0) for state in ("queued", "running", "done", "dropped"))
    total = queued + running + done + dropped
    rate = _rate(desk, found, done) if found.state == "examining" and done else None
    remaining = round((queued + running) / rate * 60) if rate else None
    return Progress(total, queued, running, done, dropped, unread, rate and round(rate, 1), remaining)


def _rate(desk: Desk, found: t.Cleanup, done: int) -> float:
    """Files a minute: of the last two minutes, or since the first was begun where nothing ended in them."""
    file = t.CleanupFile
    since = desk.now - _RECENT
    first = desk.session.scalar(select(func.min(file.started)).where(file.cleanup_id == found.id)) or found.created
    recent = desk.session.scalar(
        select(func.count()).where(file.cleanup_id == found.id, file.finished >= since, file.started.is_not(None))
    )
    span = max((desk.now - (max(first, since) if recent else first)).total_seconds(), 1.0)
    return (recent or done) * 60 / span
