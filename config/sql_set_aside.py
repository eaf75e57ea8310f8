"""`SetAside` in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime, metadata, outbox
from config.outbox import OutboxEntry
from config.set_aside import Refusal

#: Why a receiver refused may be told in its own words: no more of them than this.
_LONGEST_FAULT = 200

event_refusals = sa.Table(
    "event_refusals",
    metadata,
    sa.Column("receiver", sa.String(40), primary_key=True),
    sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("fault", sa.String(_LONGEST_FAULT), nullable=False),
    sa.Column("again", sa.Boolean, nullable=False),
)


class SqlSetAside:
    """Rows that name entries of the outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, receiver: str, entry: OutboxEntry, fault: str, now: datetime) -> None:
        row = {"receiver": receiver, "position": entry.position, "at": now, "fault": fault[:_LONGEST_FAULT]}
        async with self._database.unit_of_work() as work:
            await work.connection.execute(_row(receiver, entry.position))
            await work.connection.execute(event_refusals.insert().values(**row, again=False))

    async def wanted_again(self, receiver: str) -> Sequence[OutboxEntry]:
        mine = sa.and_(event_refusals.c.receiver == receiver, event_refusals.c.again.is_(True))
        return [one.entry for one in await self._read(mine)]

    async def done(self, receiver: str, position: int) -> None:
        async with self._database.unit_of_work() as work:
            await work.connection.execute(_row(receiver, position))

    async def send_again(self) -> int:
        async with self._database.unit_of_work() as work:
            return (await work.connection.execute(event_refusals.update().values(again=True))).rowcount

    async def refusals(self) -> Sequence[Refusal]:
        return await self._read(sa.true())

    async def counts(self) -> Mapping[str, int]:
        query = sa.select(event_refusals.c.receiver, sa.func.count()).group_by(event_refusals.c.receiver)
        async with self._database.reading() as connection:
            return {receiver: int(count) for receiver, count in await connection.execute(query)}

    async def _read(self, which: sa.ColumnElement[bool]) -> list[Refusal]:
        held, event = event_refusals.c, outbox.c
        query = (
            sa.select(outbox, held.receiver, held.fault, held.again, held.at.label("refused_at"))
            .join(outbox, event.position == held.position)
            .where(which)
            .order_by(held.receiver, held.position)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [
                Refusal(
                    r.receiver,
                    OutboxEntry(r.position, r.id, r.noun, r.verb, r.subject, r.at, r.data),
                    r.refused_at,
                    r.fault,
                    r.again,
                )
                for r in rows
            ]


def _row(receiver: str, position: int) -> sa.Delete:
    return event_refusals.delete().where(event_refusals.c.receiver == receiver, event_refusals.c.position == position)
