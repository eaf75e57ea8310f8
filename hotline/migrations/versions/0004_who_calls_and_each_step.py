"""Contacts with several numbers and a channel; cases with steps that have deadlines; words apart from facts, so that
they can be erased; exceptions; who looked at what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from callbacks.store.sql_append_only import append_only_ddl
from config.database import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(length=64)
_NAME = sa.String(length=40)
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

#: The append-only tables so far, with their keys.
_GUARDED = {"promise_entries": ("promise_id", "version"), "case_notes": ("position",)}
#: The field of each kind of entry that people's words are in.
_WORDS = {"made": "note", "attempt-ended": "note", "renegotiated": "reason", "withdrawn": "reason"}


def upgrade() -> None:
    """Every contact keeps the number known so far as the first; every case starts at its first step."""
    _contacts()
    _cases()
    _words()
    _looks()


def _contacts() -> None:
    op.add_column("contacts", sa.Column("notes", sa.Text(), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("channel", _NAME, nullable=False, server_default="phone"))
    op.add_column("contacts", sa.Column("mail", sa.String(length=254), nullable=False, server_default=""))
    op.add_column("contacts", sa.Column("seen_at", UtcDateTime(timezone=True)))
    op.execute("UPDATE contacts SET seen_at = (SELECT MAX(arrived_at) FROM calls WHERE contact_id = contacts.id)")
    op.create_table(
        "contact_numbers",
        sa.Column("number", _ID, nullable=False),
        sa.Column("contact_id", _ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_contact_numbers_contact_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_contact_numbers")),
    )
    op.create_index(op.f("ix_contact_numbers_contact_id"), "contact_numbers", ["contact_id"], unique=False)
    op.drop_index("uq_contacts_number", table_name="contacts")  # all numbers, first or not, are unique together
    op.execute(
        "INSERT INTO contact_numbers (number, contact_id, place) SELECT number, id, 0 FROM contacts WHERE number <> ''"
    )


def _cases() -> None:
    op.add_column("cases", sa.Column("step", _NAME, nullable=False, server_default="intake"))
    op.add_column("cases", sa.Column("step_due", UtcDateTime(timezone=True)))
    op.add_column("cases", sa.Column("escalations", sa.Integer(), nullable=False, server_default="0"))
    op.create_index(op.f("ix_cases_step_due"), "cases", ["step_due"], unique=False)
    op.create_table(
        "case_exceptions",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_exceptions_case_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_case_exceptions")),
    )
    op.create_index(op.f("ix_case_exceptions_case_id"), "case_exceptions", ["case_id"], unique=False)


def _words() -> None:
    """What people said moves out of the append-only tables: the only time that their rows are changed."""
    op.create_table(
        "promise_texts",
        sa.Column("promise_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name=op.f("fk_promise_texts_promise_id")),
        sa.PrimaryKeyConstraint("promise_id", "version", name=op.f("pk_promise_texts")),
    )
    op.create_table(
        "case_texts",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["case_notes.position"], name=op.f("fk_case_texts_position")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_case_texts")),
    )
    dialect = op.get_context().dialect.name
    for table in _GUARDED:
        for verb in ("update", "delete", "replace") if dialect == "sqlite" else ():
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")  # the oldest databases have no guard of the third
        if dialect == "postgresql":
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute("INSERT INTO case_texts (position, text) SELECT position, text FROM case_notes WHERE text <> ''")
    op.drop_column("case_notes", "text")
    _words_of_entries()
    for table, key in _GUARDED.items():
        for statement in append_only_ddl(table, key, dialect):
            op.execute(statement)


def _words_of_entries() -> None:
    entries = sa.table(
        "promise_entries",
        sa.column("promise_id", _ID),
        sa.column("version", sa.Integer),
        sa.column("kind", _NAME),
        sa.column("entry", sa.JSON),
    )
    texts = sa.table(
        "promise_texts", sa.column("promise_id", _ID), sa.column("version", sa.Integer), sa.column("text", sa.Text)
    )
    connection = op.get_bind()
    found = connection.execute(entries.select().where(entries.c.kind.in_(sorted(_WORDS)))).all()
    for row in found:
        words = row.entry[_WORDS[row.kind]]
        if words:
            mine = sa.and_(entries.c.promise_id == row.promise_id, entries.c.version == row.version)
            connection.execute(entries.update().where(mine).values(entry=row.entry | {_WORDS[row.kind]: ""}))
            connection.execute(texts.insert().values(promise_id=row.promise_id, version=row.version, text=words))


def _looks() -> None:
    op.create_table(
        "looks",
        sa.Column("position", _POSITION, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("what", _NAME, nullable=False),
        sa.Column("subject", _ID, nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_looks_subject"), "looks", ["subject"], unique=False)
    for statement in append_only_ddl("looks", ("position",), op.get_context().dialect.name):
        op.execute(statement)
