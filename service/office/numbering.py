"""Running numbers: one row per key, counted up inside the transaction that uses the number."""

from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from ..store.tables import Counter


def next_serial(session: Session, key: str) -> int:
    """The next number of a key, from 1. A transaction that fails gives its number back."""
    made = _insert(session.get_bind().dialect).values(key=key, value=1)
    query = made.on_conflict_do_update(index_elements=["key"], set_={"value": Counter.value + 1}).returning(
        Counter.value
    )
    return int(session.scalars(query).one())


def _insert(dialect: Dialect) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(Counter) if dialect.name == "postgresql" else sqlite.insert(Counter)
