"""The table of exceptions. Not append-only, as its words are a contact's: the fact itself is in the case's history."""

from __future__ import annotations

import sqlalchemy as sa

from callbacks.model import CaseException
from callbacks.store.sql_rows import Row
from callbacks.store.sql_tables import ID, cases
from config.database import UtcDateTime, metadata
from config.sql_sealed import SealedText

case_exceptions = sa.Table(
    "case_exceptions",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("case_id", ID, sa.ForeignKey(cases.c.id), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("what", SealedText("case_exceptions.what"), nullable=False),
    sa.Column("reason", SealedText("case_exceptions.reason"), nullable=False),
)


def exceptions_of(contact: str) -> sa.Select[tuple[object, ...]]:
    """The query for what a contact was granted, oldest first."""
    of_contact = case_exceptions.join(cases, cases.c.id == case_exceptions.c.case_id)
    query = sa.select(case_exceptions).select_from(of_contact).where(cases.c.contact_id == contact)
    return query.order_by(case_exceptions.c.position)


def to_exception(row: Row) -> CaseException:
    """The row's value."""
    return CaseException(row.case_id, row.at, row.by, row.what, row.reason)
