"""Looking through the calls in the database, by the index on their arrival."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from callbacks.calls.call_list import CallFilter
from callbacks.calls.model import CallRecord
from callbacks.lists import Place
from callbacks.store.sql_calls import calls, to_call
from config.database import Database

#: So many names fit into one statement of either database.
_NAMES = 500


class SqlCallList:
    """`CallList` on the program's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listed(self, wanted: CallFilter, after: Place | None, limit: int) -> tuple[CallRecord, ...]:
        query = calls.select()
        if wanted.since is not None:
            query = query.where(calls.c.arrived_at >= wanted.since)
        if wanted.until is not None:
            query = query.where(calls.c.arrived_at < wanted.until)
        equal = ((calls.c.queue, wanted.queue), (calls.c.agent, wanted.agent), (calls.c.contact_id, wanted.contact))
        for column, value in equal:
            if value is not None:
                query = query.where(column == value)
        if after is not None and after.at is not None:
            same = sa.and_(calls.c.arrived_at == after.at, calls.c.id > after.id)
            query = query.where(calls.c.arrived_at >= after.at, sa.or_(calls.c.arrived_at > after.at, same))
        return tuple(await self._read(query.order_by(calls.c.arrived_at, calls.c.id).limit(limit)))

    async def named(self, names: Sequence[str]) -> dict[str, CallRecord]:
        found: list[CallRecord] = []
        for first in range(0, len(names), _NAMES):
            found += await self._read(calls.select().where(calls.c.id.in_(names[first : first + _NAMES])))
        return {call.id: call for call in found}

    async def _read(self, query: sa.Select[tuple[Any, ...]]) -> list[CallRecord]:
        async with self._database.reading() as connection:
            return [to_call(row) for row in await connection.execute(query)]
