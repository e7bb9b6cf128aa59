"""Power lists of organs. The SQL is frozen beside it."""

from beishen.service.store.frozen import migrate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate(__file__, "up")


def downgrade() -> None:
    migrate(__file__, "down")
