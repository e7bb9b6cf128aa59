"""Browser sessions: a random token in a cookie, its hash in the database, a CSRF token beside it."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import audit
from ..errors import Forbidden, Unauthenticated
from ..office.desk import Actor, Office
from ..store.tables import Account, AuthSession
from . import passwords, throttle

IDLE, WHOLE = timedelta(hours=2), timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A session: `token` for the cookie (HttpOnly, SameSite=Lax, Secure behind TLS), `csrf` for every form."""

    actor: Actor
    csrf: str
    expires: datetime
    token: str = ""


def login(office: Office, name: str, password: str, address: str) -> LoggedIn:
    """Log in by name and password. Throttled, Unauthenticated (same words whatever was wrong)."""
    with office.database.read() as session:
        throttle.check(session, office.clock(), name, address)
        account = session.scalars(select(Account).where(Account.name == name)).one_or_none()
        stored = account.password if account is not None and account.active else ""
    if account is None or not passwords.right(stored, password):
        with office.database.begin() as session:
            throttle.failed(session, office.clock(), name, address)
            audit.append(session, None, office.clock(), ("login.failed", "account"), {"known": account is not None})
        raise Unauthenticated("账号或密码不正确", "请核对后重试；忘记密码请联系管理员")
    with office.database.begin() as session:
        throttle.forget(session, name)
        return open_session(session, office.clock(), account)


def open_session(session: Session, now: datetime, account: Account) -> LoggedIn:
    """A new session of an account, however it proved itself (password, single sign-on)."""
    session.execute(delete(AuthSession).where(AuthSession.expires < now))
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    row = AuthSession(token=digest(token), csrf=csrf, account_id=account.id, created=now, seen=now, expires=now + WHOLE)
    session.add(row)
    session.flush()
    actor = actor_of(account)
    audit.append(session, actor, now, ("login", f"account:{account.id}"), {})
    return LoggedIn(actor, csrf, row.expires, token)


def resolve(office: Office, token: str) -> LoggedIn:
    """The session behind a cookie. Unauthenticated where it is unknown, too old, or its account was closed."""
    now = office.clock()
    with office.database.read() as session:
        query = select(AuthSession, Account).join(Account, Account.id == AuthSession.account_id)
        found = session.execute(query.where(AuthSession.token == digest(token))).one_or_none()
    if found is None or now >= found[0].expires or now - found[0].seen > IDLE or not found[1].active:
        raise Unauthenticated("登录已过期", "请重新登录")
    row, account = found
    if now - row.seen > SEEN_EVERY:
        with office.database.begin() as session:
            kept = session.get(AuthSession, row.id)
            if kept is not None:
                kept.seen = now
    return LoggedIn(actor_of(account), row.csrf, row.expires)


def logout(office: Office, token: str) -> None:
    """End a session; an unknown one is no error."""
    with office.database.begin() as session:
        session.execute(delete(AuthSession).where(AuthSession.token == digest(token)))


def check_csrf(logged: LoggedIn, given: str) -> None:
    """Raises Forbidden where a form did not carry the session's CSRF token."""
    if not hmac.compare_digest(logged.csrf.encode(), given.encode()):
        raise Forbidden("页面已过期，操作未执行", "请刷新页面后重试")


def actor_of(account: Account) -> Actor:
    """The account as an actor with all that its roles allow."""
    return Actor(account.id, account.name, account.display or account.name, tuple(account.roles), account.organ_id)


def digest(token: str) -> str:
    """The hash under which a token is stored; tokens are random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
