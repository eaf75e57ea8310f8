"""What a scrape reads of the database, in one transaction."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from callbacks.letters.messages import MessageState
from callbacks.ports import OPEN_STATES
from callbacks.store.sql_aftercare import messages
from callbacks.store.sql_tables import promises
from config.database import Database, outbox
from config.sql_set_aside import event_refusals
from hotline.metrics.scrape import BookFigures

# Written into the statements, not bound: so they are the conditions of the partial indexes.
_OPEN = promises.c.state.in_(sa.bindparam("states", sorted(OPEN_STATES), expanding=True, literal_execute=True))
_WAITING = messages.c.state == sa.bindparam("state", MessageState.WAITING.value, literal_execute=True)


class SqlBookFigures:
    """`hotline.metrics.scrape.BookFigures` of the program's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> None:
        """Ask for nothing. Raises `DatabaseFault` when there is no answer."""
        async with self._database.reading() as connection:
            await connection.execute(sa.select(1))

    async def read(self, now: datetime) -> BookFigures:
        """Raises `DatabaseFault`."""
        by_kind = sa.select(promises.c.state, promises.c.kind, sa.func.count()).where(_OPEN)
        first_due = sa.select(promises.c.due).where(_OPEN, promises.c.due.is_not(None)).order_by(promises.c.due)
        unsent = sa.select(sa.func.count()).select_from(outbox).where(outbox.c.sent_at.is_(None))
        refused = sa.select(event_refusals.c.receiver, sa.func.count()).group_by(event_refusals.c.receiver)
        to_be_sent = sa.select(sa.func.count()).select_from(messages).where(_WAITING)
        async with self._database.reading() as connection:
            found = await connection.execute(by_kind.group_by(promises.c.state, promises.c.kind))
            promises_open = {(str(state), str(kind)): int(count) for state, kind, count in found}
            due = (await connection.execute(first_due.limit(1))).scalar_one_or_none()
            return BookFigures(
                promises_open=promises_open,
                overdue=0.0 if due is None else max((now - due).total_seconds(), 0.0),
                outbox_unsent=(await connection.execute(unsent)).scalar_one(),
                set_aside={str(receiver): int(count) for receiver, count in await connection.execute(refused)},
                messages_waiting=(await connection.execute(to_be_sent)).scalar_one(),
            )
