"""The frozen SQL of a migration: `v0001_up.sqlite.sql` beside its module; blank lines part the statements."""

from pathlib import Path

from alembic import op


def migrate(module: str, way: str) -> None:
    """Run the statements of a migration `module` (its file) `up` or `down` in the dialect of the connection."""
    path = Path(module)
    number = path.stem.partition("_")[0]
    text = path.with_name(f"{number}_{way}.{op.get_bind().dialect.name}.sql").read_text("utf-8")
    for statement in filter(None, map(str.strip, text.split("\n\n"))):
        op.execute(statement)
