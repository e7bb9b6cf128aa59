"""The database: an engine with the pragmas each kind needs, and transactions that commit or leave nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from ...corpora.errors import BadArgument
from ..errors import DatabaseGone

BUSY_MS = 30_000
LOOKING = "beishen_looking"


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
                options = {"pool_size": pool, "max_overflow": pool, "pool_pre_ping": True}
                engine = create_engine(parsed, hide_parameters=True, **options)
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
            with self.sessions.begin() as session:
                yield session
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
