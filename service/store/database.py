"""The database: an engine with the pragmas each kind needs, and transactions that commit or leave nothing."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from ...corpora.errors import BadArgument
from ..errors import DatabaseGone

BUSY_MS = 30_000
LOOKING, CLOSING, USED = "beishen_looking", "beishen_closing", "beishen_used"
# A connection that answered this recently is not asked again whether it lives (seconds).
FRESH = 2.0
Closing = Callable[[Connection], object]


@dataclass(frozen=True, slots=True)
class Database:
    """An open database. `begin` writes, `read` only looks; both close their connection in the end."""

    engine: Engine
    sessions: sessionmaker[Session]

    @classmethod
    def open(cls, url: str, pool: int = 10) -> "Database":
        """Open by SQLAlchemy URL (sqlite:///…, postgresql+psycopg://…). No connection is made yet.

        Parameters of a statement are hidden in errors: they hold text of documents.
        """
        try:
            parsed = make_url(url)
            if parsed.get_backend_name() == "sqlite":
                options: dict[str, Any] = {"timeout": BUSY_MS / 1000, "check_same_thread": False}
                engine = create_engine(parsed, connect_args=options, hide_parameters=True)
                _sqlite(engine)
            else:
                engine = create_engine(parsed, hide_parameters=True, pool_size=pool, max_overflow=pool)
                _pinged(engine)
        except (ArgumentError, NoSuchModuleError) as error:
            raise BadArgument("BEISHEN_DATABASE_URL 无效", "请写成 postgresql+psycopg://用户@主机/库 的形式") from error
        return cls(engine, sessionmaker(engine, expire_on_commit=False))

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: commits at the end of the block, rolls back on any error. DatabaseGone where it is away."""
        try:
            with self.sessions() as session:
                yield session
                session.flush()
                _close(session)
                session.commit()
        except OperationalError as error:
            raise gone(error) from error

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One transaction that only looks: on SQLite it never waits for a writer. DatabaseGone where it is away."""
        try:
            with self.sessions() as session:
                session.connection(execution_options={LOOKING: True})
                yield session
        except OperationalError as error:
            raise gone(error) from error

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """A connection for one statement that only looks, in no transaction. DatabaseGone where it is away."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="AUTOCOMMIT")
        try:
            with engine.connect().execution_options(**{LOOKING: True}) as connection:
                yield connection
        except OperationalError as error:
            raise gone(error) from error

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that only looks, and sees one moment throughout."""
        engine = self.engine if self.is_sqlite else self.engine.execution_options(isolation_level="REPEATABLE READ")
        try:
            with engine.connect().execution_options(**{LOOKING: True}) as connection:
                yield connection
        except OperationalError as error:
            raise gone(error) from error

    def ping(self) -> None:
        """Raises DatabaseGone where the database does not answer."""
        try:
            with self.connection() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            raise gone(error) from error

    def close(self) -> None:
        self.engine.dispose()


def at_commit(session: Session, closing: Closing) -> None:
    """Have statements executed last in the transaction of a session, in the order asked for.

    On PostgreSQL they leave together with the commit, so that a row they lock is held no longer than the server needs;
    their results cannot be read.
    """
    session.info.setdefault(CLOSING, []).append(closing)


def _close(session: Session) -> None:
    """The closing statements; on PostgreSQL with the commit, all sent before the first answer is waited for."""
    closings: list[Closing] = session.info.get(CLOSING, [])
    if not closings:
        return
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        for closing in closings:
            closing(connection)
        return
    driver: Any = connection.connection.driver_connection
    errors = connection.dialect.loaded_dbapi.Error
    try:
        with driver.pipeline():
            for closing in closings:
                closing(connection)
            driver.commit()
    except errors as error:
        # The driver's own error: what SQLAlchemy makes of one that it meets itself.
        raise DBAPIError.instance(
            None, None, error, errors, hide_parameters=True, dialect=connection.dialect
        ) from error


def gone(error: DBAPIError) -> DatabaseGone:
    """The coded error for a database that is away, full or locked; the driver's words stay in the cause."""
    words = str(error.orig).lower()
    if "disk is full" in words or "no space left" in words or "disk i/o" in words:
        return DatabaseGone("数据库所在磁盘已满或无法写入", "请清出空间后重试，已保存的内容不受影响")
    if "locked" in words:
        return DatabaseGone("数据库正忙", "请稍后重试")
    return DatabaseGone("数据库暂时无法使用", "请检查数据库服务后重试，已保存的内容不受影响")


def _sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and BEGIN IMMEDIATE: a transaction that reads and then writes never meets a stale snapshot."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        looking = connection.get_execution_options().get(LOOKING, False)
        connection.exec_driver_sql("BEGIN" if looking else "BEGIN IMMEDIATE")


def _pinged(engine: Engine) -> None:
    """A connection that has rested is asked whether it lives before it is used; one used just now is not."""

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(USED, 0.0) < FRESH:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError("the connection is gone") from error

    @event.listens_for(engine, "checkin")
    def given_back(_connection: Any, record: Any) -> None:
        record.info[USED] = time.monotonic()
