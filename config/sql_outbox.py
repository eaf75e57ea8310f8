"""The `Outbox` in the database: rows written by `UnitOfWork.tell`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, outbox
from config.outbox import OutboxEntry


class SqlOutbox:
    """Reads the table that `config.database` writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        query = outbox.select().where(outbox.c.sent_at.is_(None)).order_by(outbox.c.position).limit(at_most)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [OutboxEntry(r.position, r.id, r.noun, r.verb, r.subject, r.at, r.data) for r in rows]

    async def mark_sent(self, position: int, now: datetime) -> None:
        entry = outbox.update().where(outbox.c.position == position, outbox.c.sent_at.is_(None))
        async with self._database.unit_of_work() as work:
            await work.connection.execute(entry.values(sent_at=now))

    async def count_unsent(self) -> int:
        query = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()
