"""What requests with an idempotency key were answered, and finding events by when they were and what they are about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The indexes on the outbox take a while where much has happened."""
    op.create_table(
        "kept_answers",
        sa.Column("person", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("person", "key", name=op.f("pk_kept_answers")),
    )
    op.create_index(op.f("ix_kept_answers_begun_at"), "kept_answers", ["begun_at"])
    op.create_index(op.f("ix_outbox_at"), "outbox", ["at"])
    op.create_index(op.f("ix_outbox_subject"), "outbox", ["subject", "position"])
