"""The desk: one transaction of one actor at one moment. The office opens desks."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from ...corpora.errors import BadArgument
from ...corpora.limits import Limits
from ..errors import Duplicate, Stale
from ..store.blobs import Blobs
from ..store.database import Database
from .profile import Profile

# The offices that use this program keep Beijing time; days of clocks are counted in it.
BEIJING = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `scopes` is None for a person with a session, else what the API key may do."""

    id: int
    name: str
    display: str
    roles: tuple[str, ...]
    organ_id: int | None = None
    scopes: tuple[str, ...] | None = None


# Acts for the program itself: the worker, the command line.
SYSTEM = Actor(0, "system", "系统", ("administrator", "registrar"))


@dataclass(frozen=True, slots=True)
class Desk:
    """One transaction: everything a function of the office needs."""

    session: Session
    actor: Actor
    now: datetime
    blobs: Blobs
    profile: Profile
    limits: Limits
    reading: bool = False

    @property
    def today(self) -> date:
        return local_day(self.now)


@dataclass(frozen=True, slots=True)
class Office:
    """What a process opens once: database, blobs, profile. `clock` gives aware moments; tests set it."""

    database: Database
    blobs: Blobs
    profile: Profile
    limits: Limits = field(default_factory=Limits)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @contextmanager
    def desk(self, actor: Actor) -> Iterator[Desk]:
        """A desk for one transaction. Raises Stale where another change came between, DatabaseGone where it is away."""
        try:
            with self.database.begin() as session:
                yield Desk(session, actor, self.clock(), self.blobs, self.profile, self.limits)
        except StaleDataError as error:
            raise Stale("内容已被他人修改", "请刷新后重新操作") from error
        except IntegrityError as error:
            raise Duplicate("同一内容已存在，或刚刚被他人登记", "请刷新后核对") from error
        except DataError as error:
            raise _unkeepable() from error

    @contextmanager
    def look(self, actor: Actor) -> Iterator[Desk]:
        """A desk that only reads: nothing is kept, and on SQLite it never waits for a writer."""
        try:
            with self.database.read() as session:
                yield Desk(session, actor, self.clock(), self.blobs, self.profile, self.limits, reading=True)
        except DataError as error:
            raise _unkeepable() from error

    def close(self) -> None:
        self.database.close()


def _unkeepable() -> BadArgument:
    return BadArgument("填写的内容过长，或含有无法保存的字符", "请缩短内容，去掉不可见字符后重试")


def local_day(moment: datetime) -> date:
    """The day on the office's wall calendar."""
    return (moment.astimezone(UTC) + BEIJING).date()
