"""Problems with root cause, correction and prevention, their state, and a history that cannot be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from callbacks.store.sql_append_only import append_only_ddl
from config.database import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was solved before stays solved."""
    op.add_column("problems", sa.Column("state", sa.String(length=40), server_default="open", nullable=False))
    for name in ("root_cause", "correction", "prevention"):
        op.add_column("problems", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE problems SET state = 'solved' WHERE solved_at IS NOT NULL")
    op.create_table(
        "problem_notes",
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("problem_id", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["problem_id"], ["problems.id"], name=op.f("fk_problem_notes_problem_id_problems")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_problem_notes")),
    )
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"], unique=False)
    op.create_index(op.f("ix_problem_notes_problem_id"), "problem_notes", ["problem_id"], unique=False)
    for statement in append_only_ddl("problem_notes", ("position",), op.get_bind().dialect.name):
        op.execute(statement)
