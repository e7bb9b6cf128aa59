"""Requests answered once: an Idempotency-Key gives the same answer again, and never a second filing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from ...corpora.errors import BadArgument
from ..errors import Duplicate, Stale, StateConflict
from ..store import tables as t
from .desk import Actor, Desk, Office

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer given before: HTTP status and JSON body."""

    status: int
    body: dict[str, Any]


def fingerprint(*parts: bytes) -> str:
    """The hash of a request, to tell a repetition from another request under the same key."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def recall(desk: Desk, key: str, request: str) -> Answer | None:
    """The answer given to this key by this account, None for a new key. Duplicate where the request was another."""
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadArgument("Idempotency-Key 无效", "请使用 1 到 200 个可见字符")
    query = select(t.Idempotency).where(t.Idempotency.account_id == desk.actor.id, t.Idempotency.key == key)
    row = desk.session.scalars(query).one_or_none()
    if row is None:
        return None
    if row.request != request:
        raise Duplicate("同一 Idempotency-Key 已用于另一请求", "请为新的请求换用新的 Idempotency-Key")
    return Answer(row.status, row.body)


def remember(desk: Desk, key: str, request: str, answer: Answer) -> None:
    """Keep the answer, in the transaction that did the work: two requests at once cannot both do it (Duplicate)."""
    desk.session.execute(delete(t.Idempotency).where(t.Idempotency.created < desk.now - KEPT))
    desk.session.add(
        t.Idempotency(
            account_id=desk.actor.id, key=key, request=request, status=answer.status, body=answer.body,
            created=desk.now,
        )
    )  # fmt: skip
    desk.session.flush()


def once(office: Office, actor: Actor, mark: tuple[str | None, str], act: Callable[[Desk], Answer]) -> Answer:
    """The answer of an act, done at most once for a key. `mark` is the key (None: done each time) and the request.

    Of two requests at the same moment one does it, and the other, refused by the database, gets the same answer.
    """
    key, request = mark
    try:
        with office.desk(actor) as desk:
            known = recall(desk, key, request) if key else None
            if known is None:
                known = act(desk)
                if key:
                    remember(desk, key, request, known)
        return known
    except (Duplicate, Stale, StateConflict):
        with office.look(actor) as desk:
            known = recall(desk, key, request) if key else None
        if known is None:
            raise
        return known
