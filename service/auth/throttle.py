"""Log-ins slowed down: failures counted per name and per address over a quarter of an hour."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ..errors import Throttled
from ..store.tables import LoginFailure

WINDOW = timedelta(minutes=15)
PER_NAME, PER_ADDRESS = 5, 50


def check(session: Session, now: datetime, name: str, address: str) -> None:
    """Raises Throttled where name or address failed too often of late."""
    for subject, most in ((_name(name), PER_NAME), (_address(address), PER_ADDRESS)):
        query = select(func.count(), func.min(LoginFailure.at)).where(
            LoginFailure.subject == subject, LoginFailure.at > now - WINDOW
        )
        count, oldest = session.execute(query).one()
        if count >= most:
            wait = int((oldest + WINDOW - now).total_seconds()) + 1
            raise Throttled(f"登录失败次数过多，请在 {wait // 60 + 1} 分钟后再试", "忘记密码请联系管理员", wait)


def failed(session: Session, now: datetime, name: str, address: str) -> None:
    """Count a failure; old ones are forgotten."""
    session.execute(delete(LoginFailure).where(LoginFailure.at < now - WINDOW))
    session.add_all(LoginFailure(subject=subject, at=now) for subject in (_name(name), _address(address)))


def forget(session: Session, name: str) -> None:
    """A log-in that succeeded clears the name."""
    session.execute(delete(LoginFailure).where(LoginFailure.subject == _name(name)))


def _name(name: str) -> str:
    return f"name:{name[:100].lower()}"


def _address(address: str) -> str:
    return f"address:{address[:100]}"
