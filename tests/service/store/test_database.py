"""Transactions: closing statements go with the commit or not at all; a connection that died is replaced."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from beishen.service import audit
from beishen.service.errors import DatabaseGone, Duplicate
from beishen.service.office import organs
from beishen.service.office.desk import SYSTEM
from beishen.service.store.database import Database, at_commit
from beishen.service.store.tables import Counter
from sqlalchemy import insert, select, text


def put(key: str):  # type: ignore[no-untyped-def]
    return lambda connection: connection.execute(insert(Counter), {"key": key, "value": 1})


def keys(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Counter.key).order_by(Counter.key)))


def test_closing_statements_are_kept_with_the_rest(database_url: str) -> None:
    database = Database.open(database_url)
    with database.begin() as session:
        at_commit(session, put("last"))
        session.add(Counter(key="first", value=1))
    assert keys(database) == ["first", "last"]
    with pytest.raises(KeyError), database.begin() as session:
        session.add(Counter(key="second", value=1))
        at_commit(session, put("third"))
        raise KeyError
    assert keys(database) == ["first", "last"]
    database.close()


def test_a_closing_statement_refused_leaves_nothing(staff) -> None:  # type: ignore[no-untyped-def]
    for _ in range(2):
        with pytest.raises(Duplicate), staff.office.desk(SYSTEM) as desk:
            desk.session.add(Counter(key="kept?", value=1))
            for _ in range(2):
                at_commit(desk.session, put("twice"))
    assert keys(staff.office.database) == []
    with staff.office.desk(SYSTEM) as desk:
        at_commit(desk.session, put("once"))
    assert keys(staff.office.database) == ["once"]


def test_the_chain_holds_where_many_write_at_once(staff) -> None:  # type: ignore[no-untyped-def]
    def add(number: int) -> None:
        with staff.office.desk(SYSTEM) as desk:
            organs.add(desk, f"“第{number}”街道\\办事处")
            audit.record(desk, "setting.put", f"setting:{number}", words='带"引号"与\\')

    with staff.office.look(SYSTEM) as desk:
        before = audit.verify(desk.session)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))
    with staff.office.look(SYSTEM) as desk:
        assert audit.verify(desk.session) == before + 48


def test_a_connection_that_died_is_replaced(postgres, template: str, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    url = postgres.database(template)
    database, other = Database.open(url), Database.open(url)
    with database.begin() as session:
        session.add(Counter(key="before", value=1))
    with other.begin() as session:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        session.execute(text(f"{ended} AND pid <> pg_backend_pid()"))
    monkeypatch.setattr("beishen.service.store.database.FRESH", 0.0)  # as after a rest
    assert keys(database) == ["before"]
    monkeypatch.undo()
    with other.begin() as session:
        session.execute(text(f"{ended} AND pid <> pg_backend_pid()"))
    try:
        keys(database)
    except DatabaseGone:
        assert keys(database) == ["before"], "one caller is told, the next finds a new connection"
    database.close()
    other.close()
