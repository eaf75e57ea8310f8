"""`Cursors` in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, UtcDateTime, metadata
from config.webhook_cursors import Cursor

webhook_cursors = sa.Table(
    "webhook_cursors",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("ahead", sa.JSON, nullable=False),
    sa.Column("gone_at", UtcDateTime, nullable=True),
)


class SqlCursors:
    """A row for each webhook."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> Cursor | None:
        return (await self.everyone()).get(name)

    async def put(self, name: str, cursor: Cursor) -> None:
        values = {"position": cursor.position, "ahead": sorted(cursor.ahead), "gone_at": cursor.gone_at}
        update = webhook_cursors.update().where(webhook_cursors.c.name == name)
        async with self._database.unit_of_work() as work:
            if not (await work.connection.execute(update.values(**values))).rowcount:
                await work.connection.execute(webhook_cursors.insert().values(name=name, **values))

    async def everyone(self) -> Mapping[str, Cursor]:
        async with self._database.reading() as connection:
            rows = await connection.execute(webhook_cursors.select())
            return {row.name: _cursor(row.position, row.ahead, row.gone_at) for row in rows}


def _cursor(position: int, ahead: Sequence[int], gone_at: datetime | None) -> Cursor:
    return Cursor(position, dict.fromkeys(ahead, 0.0), gone_at)
