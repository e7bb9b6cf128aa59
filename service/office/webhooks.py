"""Where systems want to be told, and what is to be delivered; the worker sends (service/jobs)."""

import ipaddress
import secrets
import socket
import uuid
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select

from ...corpora.errors import BadArgument
from .. import audit
from ..errors import NotFound
from ..store import tables as t
from .desk import Desk
from .permission import require

EVENTS = ("review.done", "review.failed", "filing.changed", "letter.issued", "cleanup.done", "cleanup.failed")
MOST = 20


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook. `secret` is shown once, when it is made; later it is empty."""

    id: int
    url: str
    events: tuple[str, ...]
    active: bool
    created: datetime
    secret: str = ""


@dataclass(frozen=True, slots=True)
class Owned:
    """A webhook with its account, and how its deliveries went; `last` is the newest."""

    hook: Hook
    account: str
    waiting: int
    failed: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A delivery: queued, done or failed; `answer` is the last HTTP status, 0 for none."""

    id: str
    event: str
    subject: str
    state: str
    attempts: int
    answer: int
    created: datetime
    finished: datetime | None


def add(desk: Desk, url: str, events: tuple[str, ...] = EVENTS) -> Hook:
    """Register a webhook of the actor. BadArgument for a URL or event that makes no sense."""
    require(desk.actor, "webhook.manage")
    _check(url)
    if not events or not set(events) <= set(EVENTS):
        raise BadArgument("回调事件无效", f"可用的事件：{'、'.join(EVENTS)}")
    mine = list(desk.session.scalars(select(t.Webhook.id).where(t.Webhook.account_id == desk.actor.id)))
    if len(mine) >= MOST:
        raise BadArgument(f"回调已达 {MOST} 个", "请先删除不用的回调")
    row = t.Webhook(
        account_id=desk.actor.id, url=url, secret=secrets.token_urlsafe(32), events=list(events), active=True,
        created=desk.now,
    )  # fmt: skip
    desk.session.add(row)
    desk.session.flush()
    audit.record(desk, "webhook.add", f"webhook:{row.id}", events=list(events))
    return _view(row, row.secret)


def list_mine(desk: Desk) -> tuple[Hook, ...]:
    """The actor's webhooks in the order they were made."""
    require(desk.actor, "webhook.manage")
    query = select(t.Webhook).where(t.Webhook.account_id == desk.actor.id).order_by(t.Webhook.id)
    return tuple(_view(row) for row in desk.session.scalars(query))


def remove(desk: Desk, hook_id: int) -> None:
    """Stop a webhook of the actor; its deliveries stay on record. NotFound."""
    require(desk.actor, "webhook.manage")
    _mine(desk, hook_id).active = False
    audit.record(desk, "webhook.remove", f"webhook:{hook_id}")


def list_all(desk: Desk) -> tuple[Owned, ...]:
    """Every webhook in use, by account, for administrators: where the office tells whom, and whether it arrives."""
    require(desk.actor, "account.manage")
    query = select(t.Webhook, t.Account.display, t.Account.name).join(t.Account, t.Account.id == t.Webhook.account_id)
    rows = list(desk.session.execute(query.where(t.Webhook.active).order_by(t.Account.name, t.Webhook.id)))
    sent = t.Delivery
    counted = select(sent.webhook_id, sent.state, func.count(), func.max(sent.created)).group_by(
        sent.webhook_id, sent.state
    )
    states = {(row[0], row[1]): (int(row[2]), row[3]) for row in desk.session.execute(counted)}
    return tuple(_owned(row, display or name, states) for row, display, name in rows)


def stop(desk: Desk, hook_id: int) -> None:
    """Stop anybody's webhook, for administrators: one that points where it must not. NotFound."""
    require(desk.actor, "account.manage")
    row = desk.session.get(t.Webhook, hook_id)
    if row is None or not row.active:
        raise NotFound(f"没有编号为 {hook_id} 的回调", "请核对编号")
    row.active = False
    audit.record(desk, "webhook.stop", f"webhook:{hook_id}", account=row.account_id)


def deliveries(desk: Desk, hook_id: int, limit: int = 100) -> tuple[Sent, ...]:
    """The newest deliveries of a webhook of the actor. NotFound."""
    require(desk.actor, "webhook.manage")
    hook = _mine(desk, hook_id)
    query = (
        select(t.Delivery)
        .where(t.Delivery.webhook_id == hook.id)
        .order_by(t.Delivery.created.desc(), t.Delivery.id)
        .limit(min(limit, 500))
    )
    return tuple(
        Sent(row.id, row.event, row.subject, row.state, row.attempts, row.answer, row.created, row.finished)
        for row in desk.session.scalars(query)
    )


def announce(desk: Desk, event: str, subject: str, to: tuple[int, int | None], payload: dict[str, object]) -> None:
    """Queue an event for every webhook of an account, and of those of an organ, once each; closed accounts get none."""
    account_id, organ_id = to
    whose = t.Account.id == account_id
    query = select(t.Webhook).join(t.Account, t.Account.id == t.Webhook.account_id).where(t.Webhook.active)
    query = query.where(t.Account.active)
    query = query.where(or_(whose, t.Account.organ_id == organ_id) if organ_id is not None else whose)
    for hook in desk.session.scalars(query.order_by(t.Webhook.id)):
        if event not in hook.events:
            continue
        known = select(t.Delivery.id).where(
            t.Delivery.webhook_id == hook.id, t.Delivery.event == event, t.Delivery.subject == subject
        )
        if desk.session.scalars(known).one_or_none() is None:
            body = {"event": event, "subject": subject, "at": desk.now.isoformat(), **payload}
            desk.session.add(
                t.Delivery(
                    id=uuid.uuid4().hex, webhook_id=hook.id, event=event, subject=subject, payload=body,
                    state="queued", attempts=0, answer=0, created=desk.now,
                )
            )  # fmt: skip


def _mine(desk: Desk, hook_id: int) -> t.Webhook:
    row = desk.session.get(t.Webhook, hook_id)
    if row is None or row.account_id != desk.actor.id or not row.active:
        raise NotFound(f"没有编号为 {hook_id} 的回调", "请核对编号")
    return row


def _owned(row: t.Webhook, account: str, states: dict[tuple[int, str], tuple[int, datetime]]) -> Owned:
    waiting, failed = (states.get((row.id, state), (0, None))[0] for state in ("queued", "failed"))
    moments = [moment for (ident, _), (_, moment) in states.items() if ident == row.id]
    return Owned(_view(row), account, waiting, failed, max(moments, default=None))


def _check(url: str) -> None:
    """An http(s) URL with a host; addresses that never belong to a document system (link-local) are refused."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadArgument("回调地址无效", "请写成 https://主机/路径") from error
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or len(url) > 500
        or port == 0
        or "@" in parts.netloc
    ):
        raise BadArgument("回调地址无效", "请写成 https://主机/路径，地址中不要带账号")
    if not _reachable(parts.hostname):
        raise BadArgument("回调地址不能指向本地链路或组播地址", "请填写文件系统的服务地址")


def addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host; none where one of them is link-local, multicast or unspecified. OSError for one unknown.

    A private address is where the systems of an office are; a link-local one is where clouds keep credentials. Who
    sends must connect to one of these and not ask for the name again: the next answer may be another.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    listed = tuple(dict.fromkeys(str(row[4][0]) for row in found))
    return () if any(_refused(address) for address in listed) else listed


def _reachable(host: str) -> bool:
    """Whether a host written as an address, in whatever way, may be sent to. A name passes: it is asked for later."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return True
    return not any(_refused(str(row[4][0])) for row in found)


def _refused(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_link_local or address.is_multicast or address.is_unspecified


def _view(row: t.Webhook, secret: str = "") -> Hook:
    return Hook(row.id, row.url, tuple(row.events), row.active, row.created, secret)
