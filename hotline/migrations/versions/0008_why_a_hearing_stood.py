"""Each line of a transcript tells why the hearing that stands was taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of earlier lines the reason is not known."""
    op.add_column("call_lines", sa.Column("why", sa.String(length=120), server_default="", nullable=False))
