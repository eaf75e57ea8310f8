"""Messages to contacts, how long nothing was said about each open case, and ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from config.database import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")
_GIVEN_UP = sa.text("state = 'given-up'")
_UNPROMISED = sa.text("promised = false")


def upgrade() -> None:
    """Three tables; the silence about each open case is counted from its opening."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", UtcDateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("promise_id", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("settled_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_messages_contact_id")),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_messages_promise_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_messages_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    for column in ("contact_id", "promise_id", "case_id"):
        op.create_index(op.f(f"ix_messages_{column}"), "messages", [column], unique=False)
    for name, column, where in (
        ("ix_messages_waiting", "not_before", _WAITING),
        ("ix_messages_given_up", "settled_at", _GIVEN_UP),
    ):
        op.create_index(name, "messages", [column], unique=False, sqlite_where=where, postgresql_where=where)

    op.create_table(
        "silences",
        sa.Column("case_id", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.String(length=64), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("promised", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_silences_case_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_silences_contact_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_silences")),
    )
    op.create_index(op.f("ix_silences_contact_id"), "silences", ["contact_id"], unique=False)
    op.create_index(
        "ix_silences_unpromised",
        "silences",
        ["tier", "since"],
        unique=False,
        sqlite_where=_UNPROMISED,
        postgresql_where=_UNPROMISED,
    )
    op.execute(
        "INSERT INTO silences (case_id, contact_id, tier, since, promised) "
        "SELECT cases.id, contacts.id, contacts.tier, cases.opened_at, false "
        "FROM cases JOIN contacts ON contacts.id = cases.contact_id WHERE cases.status = 'open'"
    )

    op.create_table(
        "ratings",
        sa.Column("visit", sa.String(length=64), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("contact_id", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("case_id", sa.String(length=64), nullable=True),
        sa.Column("wait", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_ratings_contact_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_ratings_case_id")),
        sa.PrimaryKeyConstraint("visit", name=op.f("pk_ratings")),
    )
    for column in ("at", "contact_id", "case_id"):
        op.create_index(op.f(f"ix_ratings_{column}"), "ratings", [column], unique=False)
    op.create_index("ix_ratings_agent_at", "ratings", ["agent", "at"], unique=False)
