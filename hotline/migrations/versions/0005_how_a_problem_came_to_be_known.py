"""Problems with root cause, correction and prevention; proposed by a rise, before a person opens them."""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
