"""Contacts with several numbers and a channel; cases with steps that have deadlines; who looked at what."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
