"""Power lists of organs. The SQL is frozen beside it."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in _statements("up"):
        op.execute(statement)


def downgrade() -> None:
    for statement in _statements("down"):
        op.execute(statement)


def _statements(way: str) -> list[str]:
    """The statements of a file: blank lines part them."""
    dialect = op.get_bind().dialect.name
    text = Path(__file__).with_name(f"v0003_{way}.{dialect}.sql").read_text("utf-8")
    return [part.strip() for part in text.split("\n\n") if part.strip()]
