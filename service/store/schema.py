"""The schema of the database: brought up to date, compared, taken back. One process at a time does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from ...corpora.errors import StoreInvalid
from .columns import Table
from .database import Database, gone

SCRIPTS = Path(__file__).parent / "migrations"
# Any number, the same in every process: held while one of them migrates.
LOCK = 4_207_115


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema up to a revision. DatabaseGone where it does not answer; StoreInvalid where it is newer."""
    with _locked(database) as config:
        _refuse_newer(config)
        command.upgrade(config, revision)


def downgrade(database: Database, revision: str = "base") -> None:
    """Take the schema back to a revision: what later ones added is lost."""
    with _locked(database) as config:
        command.downgrade(config, revision)


def current(database: Database) -> str | None:
    """The revision of the database, None for an empty one."""
    with database.connection() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision that this program knows."""
    return str(ScriptDirectory(str(SCRIPTS)).get_current_head())


def check(database: Database) -> None:
    """Raises StoreInvalid where the schema is not the one of this program."""
    found = current(database)
    if found != head():
        raise StoreInvalid(
            f"数据库结构为 {found or '空'}，本程序需要 {head()}", "请先用同一版本启动 beishen serve，由它更新数据库"
        )


@contextmanager
def _locked(database: Database) -> Iterator[Config]:
    """A configuration on a connection that holds the lock of migrations until the end."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    try:
        with database.engine.begin() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            config.attributes["connection"] = connection
            config.attributes["metadata"] = Table.metadata
            yield config
    except OperationalError as error:
        raise gone(error) from error


def _refuse_newer(config: Config) -> None:
    connection: Connection = config.attributes["connection"]
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreInvalid(f"数据库结构 {found} 比本程序新", "请安装更新的版本，或从备份恢复旧版本的数据")
