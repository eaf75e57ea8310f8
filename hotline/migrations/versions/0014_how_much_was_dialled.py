"""What was called on each day, for the ceiling of calls, minutes and money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only a new table."""
    op.create_table(
        "dialled_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_dialled_days")),
    )
