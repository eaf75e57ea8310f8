"""The floor's log and its receipts go when they have been kept long enough."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from config.database import Database
from routing.replay import FloorOpened
from routing.sql_receipts import floor_changes, receipts

#: Rows that go in one transaction: others wait for it, and none for long.
_AT_ONCE = 2000


class SqlFloorRetention:
    """Removes from log and receipts. Of the log nothing goes that a replay of what stays begins with: it begins where
    the floor was opened."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, before: datetime) -> int:
        """Remove receipts from before the moment, and the log up to the last opening before it. How many rows went."""
        opened = floor_changes.c.kind == FloorOpened.__name__
        openings = sa.select(sa.func.max(floor_changes.c.position)).where(opened, floor_changes.c.at < before)
        async with self._database.reading() as connection:
            opening = (await connection.execute(openings)).scalar_one() or 0
        count = await self._remove(receipts, receipts.c.at < before)
        return count + await self._remove(floor_changes, floor_changes.c.position < opening)

    async def _remove(self, table: sa.Table, is_old: sa.ColumnElement[bool]) -> int:
        some = sa.select(table.c.position).where(is_old).order_by(table.c.position).limit(_AT_ONCE)
        count = 0
        while True:
            async with self._database.unit_of_work() as work:
                removed = (await work.connection.execute(table.delete().where(table.c.position.in_(some)))).rowcount
            count += removed
            if removed < _AT_ONCE:
                return count
