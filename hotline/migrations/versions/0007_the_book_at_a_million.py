"""The book stays quick with a million open promises: partial indexes, and a tally instead of counting."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from callbacks.store.sql_tally import TALLY_POSTGRESQL_DDL, TALLY_ROWS, TALLY_SQLITE_DDL

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_IN_HAND = "state IN ('dialling', 'due', 'offered')"
_OPEN = "state IN ('dialling', 'due', 'offered', 'owed')"
_INDEXES = (
    ("ix_promises_next_look", ("next_look",), "next_look IS NOT NULL"),
    ("ix_promises_in_hand", ("state", "id"), _IN_HAND),
    ("ix_promises_open_due", ("due", "id"), _OPEN),
    ("ix_promises_open_opens", ("opens",), _OPEN),
    ("ix_promises_open_owner", ("owner",), f"owner IS NOT NULL AND {_OPEN}"),
)
_ENDS = ("kept", "renegotiated", "broken", "withdrawn", "open")


def upgrade() -> None:
    """The tally begins with what the book holds. A book whose identity does not hold is refused."""
    op.drop_index(op.f("ix_promises_state"), table_name="promises")
    op.drop_index(op.f("ix_promises_next_look"), table_name="promises")
    for name, columns, where in _INDEXES:
        condition = sa.text(where)
        op.create_index(name, "promises", list(columns), sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "promise_balance",
        sa.Column("difference", sa.Integer(), autoincrement=False, nullable=False),
        sa.CheckConstraint("difference = 0", name=op.f("ck_promise_balance_zero")),
        sa.PrimaryKeyConstraint("difference", name=op.f("pk_promise_balance")),
    )
    op.create_table(
        "promise_tally",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("made", *_ENDS)),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_promise_tally_one_row")),
        sa.CheckConstraint(f"difference = made - {' - '.join(_ENDS)}", name=op.f("ck_promise_tally_difference")),
        sa.ForeignKeyConstraint(
            ["difference"],
            ["promise_balance.difference"],
            name=op.f("fk_promise_tally_difference"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_tally")),
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in (*TALLY_ROWS, *(TALLY_SQLITE_DDL if on_sqlite else TALLY_POSTGRESQL_DDL)):
        op.execute(statement)
