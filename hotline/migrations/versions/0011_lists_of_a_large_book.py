"""The console lists contacts by when they rang, and counts the promises that ended lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Takes a while in a large book."""
    op.create_index(op.f("ix_contacts_seen_at"), "contacts", ["seen_at", "id"])
    closed = sa.text("closed_at IS NOT NULL")
    op.create_index(
        "ix_promises_closed_at", "promises", ["closed_at", "state"], sqlite_where=closed, postgresql_where=closed
    )
