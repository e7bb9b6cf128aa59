"""Migrations up and down on both databases, and what they make is what the tables say."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from beishen.corpora.errors import StoreInvalid
from beishen.service.office.desk import SYSTEM
from beishen.service.store import schema
from beishen.service.store.database import Database
from beishen.service.store.tables import AuditEntry, Table
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError


@pytest.fixture
def database(empty_url: str):
    found = Database.open(empty_url)
    yield found
    found.close()


def test_up_and_down_and_up(database: Database) -> None:
    assert schema.current(database) is None
    with pytest.raises(StoreInvalid):
        schema.check(database)
    schema.upgrade(database)
    schema.upgrade(database)
    schema.check(database)
    names = set(inspect(database.engine).get_table_names())
    assert names == {*Table.metadata.tables, "alembic_version"}
    schema.downgrade(database)
    assert set(inspect(database.engine).get_table_names()) == {"alembic_version"}
    schema.upgrade(database)
    schema.check(database)


def test_the_migrated_schema_is_that_of_the_tables(database: Database) -> None:
    schema.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_a_newer_schema_is_refused(database: Database) -> None:
    schema.upgrade(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreInvalid, match="新"):
        schema.upgrade(database)


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET actor = 'x'", "DELETE FROM audit_entry"])
def test_the_database_itself_refuses_changes_to_the_audit_log(staff, statement: str) -> None:
    with staff.office.look(SYSTEM) as desk:
        before = desk.session.query(AuditEntry).count()
    assert before > 0
    with pytest.raises(DBAPIError, match="append-only"), staff.office.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_error_of_the_database_does_not_tell_what_was_written(database: Database) -> None:
    schema.upgrade(database)
    with database.begin() as session, pytest.raises(DBAPIError) as caught:
        session.execute(text("INSERT INTO no_such_table (title) VALUES (:title)"), {"title": "处三千元罚款"})
    assert "处三千元罚款" not in str(caught.value)
