"""Who is locked or must change their password, where sessions come from, tokens of the API, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from callbacks.store.sql_append_only import append_only_ddl
from config.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Everyone signs in again: of the sessions before, it is not known when they began."""
    for name in ("locked", "must_change"):
        op.add_column("users", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("opened", "expires", "seen")),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("made_at", "expires")),
        *(sa.Column(name, UtcDateTime(), nullable=True) for name in ("last_used", "revoked_at")),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_api_tokens_owner"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_tokens_digest")),
    )
    op.create_index(op.f("ix_api_tokens_owner"), "api_tokens", ["owner"])
    _audit()


def _audit() -> None:
    position = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "audit",
        sa.Column("position", position, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_audit")),
    )
    for name in ("at", "by", "subject", "what"):
        op.create_index(op.f(f"ix_audit_{name}"), "audit", [name])
    for statement in append_only_ddl("audit", ("position",), op.get_bind().dialect.name):
        op.execute(statement)
