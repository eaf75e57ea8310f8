"""`AuditStore` in the database: the table `audit`, never changed or removed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callbacks.store.sql_append_only import guard
from config.database import Database, UtcDateTime, metadata
from console.audit import Did, Entry, Outcome, Wanted

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("by", sa.String(80), nullable=False, index=True),
    sa.Column("what", sa.String(40), nullable=False, index=True),
    sa.Column("subject", sa.String(120), nullable=False, index=True),
    sa.Column("detail", sa.String(500), nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
)
guard(audit)


class SqlAudit:
    """Each line is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entry: Entry) -> None:
        values = {
            "at": entry.at,
            "by": entry.by,
            "what": entry.what.value,
            "subject": entry.subject,
            "detail": entry.detail,
            "source": entry.source,
            "outcome": entry.outcome.value,
        }
        async with self._database.unit_of_work() as work:
            await work.connection.execute(audit.insert().values(**values))

    async def newest(self, wanted: Wanted, count: int, before: int | None = None) -> tuple[Entry, ...]:
        query = sa.select(audit).order_by(audit.c.position.desc()).limit(count).where(*_conditions(wanted))
        if before is not None:
            query = query.where(audit.c.position < before)
        async with self._database.reading() as connection:
            return tuple(_entry(row) for row in await connection.execute(query))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    same = ((wanted.by, audit.c.by), (wanted.what, audit.c.what), (wanted.about, audit.c.subject))
    found = [column == value for value, column in same if value is not None]
    if wanted.since is not None:
        found.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        found.append(audit.c.at < wanted.until)
    return found


def _entry(row: sa.Row[int, datetime, str, str, str, str, str, str]) -> Entry:
    position, at, by, what, subject, detail, source, outcome = row
    return Entry(position, at, by, Did(what), subject, detail, source, Outcome(outcome))
