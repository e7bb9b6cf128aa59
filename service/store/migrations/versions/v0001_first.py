"""The first schema: tables, indexes, and triggers that keep the audit log append-only. The SQL is frozen beside it."""

from beishen.service.store.frozen import migrate

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate(__file__, "up")


def downgrade() -> None:
    migrate(__file__, "down")
