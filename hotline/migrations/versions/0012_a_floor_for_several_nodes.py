"""Several nodes share one floor: its log has an order, an inbox and a leader; calls say at which node they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_POSITION = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """The log so far is of one node, which needs no name."""
    op.add_column("floor_changes", sa.Column("node", sa.String(80), nullable=False, server_default=""))
    op.add_column("floor_changes", sa.Column("submission", sa.String(32)))
    op.create_index(op.f("ix_floor_changes_submission"), "floor_changes", ["submission"], unique=True)
    op.create_table(
        "floor_inbox",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("submission", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_floor_inbox")),
        sa.UniqueConstraint("submission", name=op.f("uq_floor_inbox_submission")),
    )
    op.create_table(
        "floor_lead",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("told", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_floor_lead")),
    )
    op.create_table(
        "floor_nodes",
        sa.Column("node", sa.String(80), nullable=False),
        sa.Column("lock", sa.BigInteger(), nullable=False),
        sa.Column("desk", sa.String(300), nullable=False),
        sa.PrimaryKeyConstraint("node", name=op.f("pk_floor_nodes")),
        sa.UniqueConstraint("lock", name=op.f("uq_floor_nodes_lock")),
    )
    op.add_column("calls", sa.Column("node", sa.String(80), nullable=False, server_default=""))
