"""The event log: the outbox's table, which keeps what was sent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from config.database import Database, outbox
from config.event_log import LogRange
from config.outbox import OutboxEntry

#: So many subjects fit into one statement of either database.
_SUBJECTS = 500
#: Events are told in the order of time, but for those of transactions that overlap: so many may stand out of it.
_DISORDER = 1000


class SqlEventLog:
    """`EventLog` on the program's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> int:
        async with self._database.reading() as connection:
            return await connection.scalar(sa.select(sa.func.max(outbox.c.position))) or 0

    async def position_of(self, event: str) -> int | None:
        async with self._database.reading() as connection:
            return await connection.scalar(sa.select(outbox.c.position).where(outbox.c.id == event))

    async def after(self, position: int, limit: int, wanted: LogRange) -> Sequence[OutboxEntry]:
        query = outbox.select().where(outbox.c.position > position)
        if wanted.nouns:
            query = query.where(outbox.c.noun.in_(sorted(wanted.nouns)))
        if wanted.since is not None:
            first = await self._first_at(wanted.since)
            if first is None:
                return []
            query = query.where(outbox.c.at >= wanted.since, outbox.c.position >= first - _DISORDER)
        if wanted.until is not None:
            query = query.where(outbox.c.at < wanted.until)
            end = await self._first_at(wanted.until)
            if end is not None:
                query = query.where(outbox.c.position < end + _DISORDER)
        return await self._read(query.order_by(outbox.c.position).limit(limit))

    async def before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        found: list[OutboxEntry] = []
        for some in _in_parts(subjects):
            mine = _of(noun, some, position)
            found += await self._read(outbox.select().where(mine).order_by(outbox.c.position))
        return sorted(found, key=lambda entry: entry.position)

    async def last_before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        found: list[OutboxEntry] = []
        for some in _in_parts(subjects):
            last = sa.select(sa.func.max(outbox.c.position)).where(_of(noun, some, position))
            query = outbox.select().where(outbox.c.position.in_(last.group_by(outbox.c.subject)))
            found += await self._read(query)
        return sorted(found, key=lambda entry: entry.position)

    async def _first_at(self, moment: datetime) -> int | None:
        """The position of the first event from this moment on, by time."""
        query = sa.select(outbox.c.position).where(outbox.c.at >= moment).order_by(outbox.c.at).limit(1)
        async with self._database.reading() as connection:
            return await connection.scalar(query)

    async def _read(self, query: sa.Select[tuple[Any, ...]]) -> list[OutboxEntry]:
        async with self._database.reading() as connection:
            rows = await connection.execute(query)
            return [OutboxEntry(r.position, r.id, r.noun, r.verb, r.subject, r.at, r.data) for r in rows]


def _of(noun: str, subjects: Sequence[str], position: int) -> sa.ColumnElement[bool]:
    return sa.and_(outbox.c.subject.in_(subjects), outbox.c.noun == noun, outbox.c.position < position)


def _in_parts(subjects: Collection[str]) -> Iterator[Sequence[str]]:
    names = sorted(set(subjects))
    for first in range(0, len(names), _SUBJECTS):
        yield names[first : first + _SUBJECTS]
