"""The `Outbox` in the database: rows written by `UnitOfWork.tell`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, outbox
from config.outbox import OutboxEntry
from config.set_aside import MQTT
from config.sql_set_aside import event_refusals

_REFUSED = sa.exists().where(event_refusals.c.receiver == MQTT, event_refusals.c.position == outbox.c.position)
_WAITS = sa.and_(outbox.c.sent_at.is_(None), ~_REFUSED)


class SqlOutbox:
    """Reads the table that `config.database` writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        query = outbox.select().where(_WAITS).order_by(outbox.c.position).limit(at_most)
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [OutboxEntry(r.position, r.id, r.noun, r.verb, r.subject, r.at, r.data) for r in rows]

    async def mark_sent(self, positions: Collection[int], now: datetime) -> None:
        entries = outbox.update().where(outbox.c.position.in_(positions), outbox.c.sent_at.is_(None))
        async with self._database.unit_of_work() as work:
            await work.connection.execute(entries.values(sent_at=now))

    async def count_unsent(self) -> int:
        query = sa.select(sa.func.count()).select_from(outbox).where(_WAITS)
        async with self._database.reading() as connection:
            return (await connection.execute(query)).scalar_one()

    async def oldest_unsent(self) -> datetime | None:
        query = sa.select(outbox.c.at).where(_WAITS).order_by(outbox.c.position).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(query)
