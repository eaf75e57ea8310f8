"""Events that have been kept long enough go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from config.database import Database, outbox
from config.sql_set_aside import event_refusals
from config.sql_webhook_cursors import webhook_cursors

#: Rows that go in one transaction: others wait for it, and none for long.
_AT_ONCE = 2000


class SqlEventRetention:
    """Removes from the outbox. The newest event stays: on SQLite its position is what the next one counts from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def forget(self, before: datetime, *, is_sent: bool, webhooks: Collection[str]) -> int:
        """Remove what happened before the moment, but not what waits: with `is_sent` for the broker, for one of the
        webhooks (by name; one that is gone waits for nothing), or set aside. How many events went."""
        count = 0
        while part := await self._forget_some(before, is_sent, webhooks):
            count += part
        return count

    async def _forget_some(self, before: datetime, is_sent: bool, webhooks: Collection[str]) -> int:
        newest = sa.select(sa.func.max(outbox.c.position)).scalar_subquery()
        refused = sa.exists().where(event_refusals.c.position == outbox.c.position)
        waits = sa.exists().where(
            webhook_cursors.c.name.in_(webhooks),
            webhook_cursors.c.gone_at.is_(None),
            webhook_cursors.c.position < outbox.c.position,
        )
        old = sa.select(outbox.c.position).where(outbox.c.at < before, outbox.c.position < newest, ~refused, ~waits)
        if is_sent:
            old = old.where(outbox.c.sent_at.is_not(None))
        old = old.order_by(outbox.c.at).limit(_AT_ONCE)
        async with self._database.unit_of_work() as work:
            return (await work.connection.execute(outbox.delete().where(outbox.c.position.in_(old)))).rowcount
