"""What workers write of a clean-up: a file begun, its documents, the judgement of the set. Each may run twice."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update

from ...corpora.text import Problem
from ...review.cleanup.card import Card, card, plain
from ...review.cleanup.facts import unread
from ...review.cleanup.outcome import Outcome
from ...review.cleanup.proposal import Action, Proposal
from ...review.cleanup.shelf import moment
from ...review.cleanup.themes import named, role_of
from .. import audit
from ..errors import NotFound
from ..store import tables as t
from . import webhooks
from .desk import Desk

OPEN = ("examining", "judging")
BATCH = 500
# The leading reason of a document that has none and asks for a person.
NO_PROPOSAL = "person"


@dataclass(frozen=True, slots=True)
class Begun:
    """A file to examine, or one that needs no more work (`finished`)."""

    id: str
    attempt: int
    finished: bool
    seq: int
    name: str
    sha256: str
    day: date


@dataclass(frozen=True, slots=True)
class Set:
    """What a judgement works on: the clean-up and its cards by the id of their rows, in the order of the set."""

    cleanup: t.Cleanup
    cards: tuple[tuple[int, Card], ...]


def begin(desk: Desk, file_id: str) -> Begun:
    """Count an attempt and mark the file as running; nothing changes once it is done or its clean-up was stopped."""
    file = _file(desk, file_id)
    owner = desk.session.get_one(t.Cleanup, file.cleanup_id)
    ended = file.state not in ("queued", "running") or owner.state not in OPEN
    if not ended:
        file.state, file.started, file.attempts = "running", file.started or desk.now, (file.attempts or 0) + 1
    return Begun(file.id, file.attempts or 0, ended, file.seq, file.name, file.sha256, owner.day)


def keep(
    desk: Desk, file_id: str, bodies: Sequence[str], reports: Mapping[str, str], identity: Mapping[str, str]
) -> None:
    """Keep the cards of a file (`reports`: hash of the report by its name in the card) and end it, once."""
    if identity:
        _made_with(desk, file_id, dict(identity))
    file = _file(desk, file_id)
    if file.state not in ("queued", "running"):
        return
    for part, body in enumerate(bodies):
        desk.session.add(_item(file, part, body, reports))
    file.state, file.finished = "done", desk.now


def give_up(desk: Desk, file_id: str, problem: Problem) -> None:
    """End a file that could not be examined at all: it is listed as unread."""
    file = _file(desk, file_id)
    keep(desk, file_id, (json.dumps(plain(unread(file.name, file.sha256, problem)), ensure_ascii=False),), {}, {})


def ready_to_judge(desk: Desk) -> tuple[tuple[int, int], ...]:
    """Clean-ups whose files are all done and whose judgement was not handed over: id and round."""
    left = select(t.CleanupFile.id).where(
        t.CleanupFile.cleanup_id == t.Cleanup.id, t.CleanupFile.state.in_(("queued", "running"))
    )
    query = select(t.Cleanup.id, t.Cleanup.round).where(
        t.Cleanup.state == "examining", t.Cleanup.dispatched.is_(None), ~left.exists()
    )
    return tuple((row[0], row[1]) for row in desk.session.execute(query.order_by(t.Cleanup.id)))


def judging(desk: Desk, cleanup_id: int) -> Set | None:
    """The set to judge, None where that was done or the clean-up was stopped."""
    found = desk.session.scalars(select(t.Cleanup).where(t.Cleanup.id == cleanup_id).with_for_update()).one()
    if found.state not in OPEN:
        return None
    found.state = "judging"
    desk.session.flush()
    item = t.CleanupItem
    query = select(item.id, item.card).where(item.cleanup_id == cleanup_id).order_by(item.seq, item.part)
    return Set(found, tuple((row[0], card(dict(row[1]))) for row in desk.session.execute(query)))


def judged_rows(whole: Set, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """The proposals of an outcome as values of the rows, by id."""
    ids = {held.file: ident for ident, held in whole.cards}
    for settled in outcome.settled:
        listed = settled.proposal.card.file in outcome.touched
        yield {"id": ids[settled.proposal.card.file], "listed": listed} | _values(whole.cleanup, settled.proposal)


def write_rows(desk: Desk, rows: Sequence[dict[str, Any]]) -> None:
    """A batch of judged rows. Decisions taken before stay as they are."""
    ruled = {
        row[0]: row[1]
        for row in desk.session.execute(
            select(t.CleanupItem.id, t.CleanupItem.settled).where(
                t.CleanupItem.id.in_([row["id"] for row in rows]), t.CleanupItem.verdict.in_(("confirm", "change"))
            )
        )
    }
    desk.session.execute(
        update(t.CleanupItem), [row | {"settled": ruled.get(row["id"], row["action"])} for row in rows]
    )


def finish(desk: Desk, cleanup_id: int, outcome: Outcome) -> None:
    """The judgement is whole: the clean-up waits for people. Whoever wants to be told is told."""
    found = desk.session.scalars(select(t.Cleanup).where(t.Cleanup.id == cleanup_id).with_for_update()).one()
    if found.state != "judging":
        return
    found.apart = {
        "without_file": [plain(row) for row in outcome.without_file],
        "without_row": list(outcome.without_row),
        "twins": [[held.file for held in group] for group in outcome.twins],
    }
    found.state, found.judged = "ready", desk.now
    _told(desk, found, "cleanup.done", len(outcome.listed))


def fail(desk: Desk, cleanup_id: int, problem: Problem) -> None:
    """The set could not be judged: why; a person may ask again."""
    found = desk.session.scalars(select(t.Cleanup).where(t.Cleanup.id == cleanup_id).with_for_update()).one()
    if found.state in OPEN:
        found.state, found.code, found.message = "failed", problem.code, problem.message
        _told(desk, found, "cleanup.failed", 0)


def _told(desk: Desk, found: t.Cleanup, event: str, documents: int) -> None:
    desk.session.flush()
    subject = f"cleanup:{found.id}"
    webhooks.announce(desk, event, subject, (found.account_id, None), {"documents": documents})
    audit.record(desk, event, subject, documents=documents, code=found.code)


def _made_with(desk: Desk, file_id: str, identity: dict[str, str]) -> None:
    """Note the engine on the clean-up, which is locked before any of its files, as by whoever stops it."""
    owner, file = t.Cleanup, t.CleanupFile
    ident = desk.session.scalar(select(file.cleanup_id).where(file.id == file_id))
    known = desk.session.scalar(select(owner.made).where(owner.id == ident))
    if known is not None and identity not in known:
        found = desk.session.scalars(select(owner).where(owner.id == ident).with_for_update()).one()
        found.made = [*found.made, identity] if identity not in found.made else found.made
        desk.session.flush()


def _file(desk: Desk, file_id: str) -> t.CleanupFile:
    query = select(t.CleanupFile).where(t.CleanupFile.id == file_id).with_for_update()
    file = desk.session.scalars(query).one_or_none()
    if file is None:
        raise NotFound(f"没有编号为 {file_id[:40]} 的清理文件", "请核对编号")
    return file


def _item(file: t.CleanupFile, part: int, body: str, reports: Mapping[str, str]) -> t.CleanupItem:
    # PostgreSQL takes no NUL: one character stands in, as in reports.
    held = card(json.loads(body.replace("\\u0000", "\\ufffd")))
    code, message = held.problems[0] if held.problems and not held.read else ("", "")
    return t.CleanupItem(
        cleanup_id=file.cleanup_id, file_id=file.id, seq=file.seq, part=part, file=held.file[:600],
        readable=held.read, code=code, message=message, card=plain(held), report=reports.get(held.report, ""),
        title=(held.title or held.file)[:500], number=held.number[:200], proposal={},
    )  # fmt: skip


def _values(found: t.Cleanup, proposal: Proposal) -> dict[str, Any]:
    """What the columns hold of a proposal."""
    held = proposal.card
    day = moment(held)
    codes = dict.fromkeys(reason.code for reason in proposal.reasons)
    leading = proposal.leading or (proposal.reasons[0] if proposal.reasons else None)
    kept = plain(proposal)
    kept.pop("card")
    return {
        "card": plain(held),
        "proposal": kept,
        "title": (held.title or held.file)[:500],
        "number": held.number[:200],
        "organ": held.organs[0][:200] if held.organs else "",
        "year": day.year if day else None,
        "action": proposal.action.value,
        "leading": leading.code if leading else NO_PROPOSAL if proposal.action is Action.PERSON else "",
        "reasons": f"|{'|'.join(codes)}|"[:500] if codes else "",
        "groups": f"|{'|'.join(_groups(found, held))}|"[:500],
    }


def _groups(found: t.Cleanup, held: Card) -> list[str]:
    """Where a document stands in the table of the theme or law."""
    if found.theme:
        theme = named(found.theme)
        return [hit.group for hit in held.hits if hit.theme == theme.id]
    return [role_of(held, found.law)] if found.law else []
