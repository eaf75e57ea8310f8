"""Calls say what their line was like."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_COUNTS = ("packets_sent", "packets_received", "packets_lost", "lost_there")
_MILLISECONDS = ("jitter", "jitter_there", "round_trip")


def upgrade() -> None:
    """Columns for codec, packets, jitter and round trip."""
    op.add_column("calls", sa.Column("codec", sa.String(length=20), nullable=True))
    for name in _COUNTS:
        op.add_column("calls", sa.Column(name, sa.Integer(), nullable=True))
    for name in _MILLISECONDS:
        op.add_column("calls", sa.Column(name, sa.Float(), nullable=True))
