"""The table of a problem's history."""

from __future__ import annotations

import sqlalchemy as sa

from callbacks.store.sql_append_only import guard
from callbacks.store.sql_tables import ID, NAME, problems
from config.database import UtcDateTime, metadata

problem_notes = sa.Table(
    "problem_notes",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("problem_id", ID, sa.ForeignKey(problems.c.id), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("what", NAME, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)
guard(problem_notes)
