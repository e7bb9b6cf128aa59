"""The audit log: append-only lines, each bound to the one before by a hash. No text of a document goes in.

A line's hash is SHA-256 over its fields and the hash before it, so a line changed, removed or put in between shows.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.orm import Session

from .errors import AuditBroken
from .office.desk import Actor, Desk
from .office.permission import require
from .store.columns import Moment
from .store.database import at_commit
from .store.tables import AuditEntry, AuditHead

GENESIS = "0" * 64
# The chain in the words of PostgreSQL; `digest` is the same in those of Python. No statement reads a result.
_BEGIN_CHAIN = text(f"INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '{GENESIS}') ON CONFLICT DO NOTHING")
_MOVE_HEAD = text(
    "UPDATE audit_head SET seq = seq + 1, hash = encode(sha256(convert_to("
    """'[' || (seq + 1) || ', ' || :fields || ', "' || hash || '"]', 'UTF8')), 'hex')"""
)
_ADD_LINE = text(
    "INSERT INTO audit_entry (seq, at, actor_id, actor, action, subject, detail, previous, hash)"
    " SELECT seq, :at, :actor_id, :actor, :action, :subject, :detail,"
    f" coalesce((SELECT hash FROM audit_entry WHERE seq = head.seq - 1), '{GENESIS}'), hash FROM audit_head AS head"
).bindparams(bindparam("at", type_=Moment))


@dataclass(frozen=True, slots=True)
class Line:
    """One line as shown: who did what to which object, with figures and keys only."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, object]
    hash: str


def record(desk: Desk, action: str, subject: str, **detail: object) -> None:
    """Add a line within the desk's transaction. `subject` is kind:id; `detail` holds keys and figures, never text."""
    append(desk.session, desk.actor, desk.now, (action, subject), detail)


def append(
    session: Session, actor: Actor | None, now: datetime, act: tuple[str, str], detail: dict[str, object]
) -> None:
    """Add a line, written last in the transaction of the session: the head row is locked from there to the commit."""
    entry = AuditEntry(
        at=now,
        actor_id=actor.id if actor else None,
        actor=actor.name if actor else "system",
        action=act[0],
        subject=act[1],
        detail=json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
    )
    at_commit(session, lambda connection: _write(connection, entry))


def _write(connection: Connection, entry: AuditEntry) -> None:
    """Chain a line: on PostgreSQL by the server, so that nobody waits for this process while the head is locked."""
    values = {"at": entry.at, "actor_id": entry.actor_id, "actor": entry.actor, "action": entry.action}
    values |= {"subject": entry.subject, "detail": entry.detail}
    if connection.dialect.name == "postgresql":
        connection.execute(_BEGIN_CHAIN)
        connection.execute(_MOVE_HEAD, {"fields": _fields(entry)})
        connection.execute(_ADD_LINE, values)
        return
    head = connection.execute(select(AuditHead.seq, AuditHead.hash).with_for_update()).one_or_none()
    if head is None:
        connection.execute(insert(AuditHead).values(id=1, seq=0, hash=GENESIS))
    entry.seq, entry.previous = (head.seq + 1, head.hash) if head else (1, GENESIS)
    added = {"seq": entry.seq, "previous": entry.previous, "hash": digest(entry)}
    connection.execute(update(AuditHead).values(seq=entry.seq, hash=added["hash"]))
    connection.execute(insert(AuditEntry).values(**values, **added))


def digest(entry: AuditEntry) -> str:
    """The hash of a line."""
    return hashlib.sha256(f'[{entry.seq}, {_fields(entry)}, "{entry.previous}"]'.encode()).hexdigest()


def _fields(entry: AuditEntry) -> str:
    """What a line says, as JSON without the brackets: between its number and the hash before it this is hashed."""
    fields = (entry.at.isoformat(), entry.actor_id, entry.actor, entry.action, entry.subject, entry.detail)
    return json.dumps(fields, ensure_ascii=False)[1:-1]


def verify(session: Session) -> int:
    """The number of lines, all sound. Raises AuditBroken at the first line that is not."""
    previous, count = GENESIS, 0
    query = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as entries:
        for entry in entries:
            count += 1
            if entry.seq != count or entry.previous != previous or digest(entry) != entry.hash:
                raise AuditBroken(f"审计日志第 {count} 条与哈希链不符", "请停用系统，保留数据库，并与备份比对")
            previous = entry.hash
    head = session.scalars(select(AuditHead)).one_or_none()
    if (head.seq if head else 0) != count or (head.hash if head else GENESIS) != previous:
        raise AuditBroken(f"审计日志末尾缺失：应有 {head.seq if head else 0} 条，现有 {count} 条", "请与备份比对")
    return count


def lines(desk: Desk, before: int | None = None, limit: int = 100, action: str = "") -> tuple[Line, ...]:
    """The newest lines, or those before a sequence number. Needs audit.read."""
    require(desk.actor, "audit.read")
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(min(limit, 1000))
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    if action:
        query = query.where(AuditEntry.action == action)
    return tuple(_shown(desk.session.scalars(query)))


def _shown(entries: Iterator[AuditEntry]) -> Iterator[Line]:
    for row in entries:
        yield Line(row.seq, row.at, row.actor, row.action, row.subject, json.loads(row.detail), row.hash)
