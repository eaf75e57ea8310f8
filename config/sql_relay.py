"""What other nodes have told, told here too: pages are drawn anew, and calls that somebody else has ended are ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
import structlog
from pydantic import TypeAdapter

from config.database import EVENTS_CHANNEL, Database, outbox
from config.errors import DatabaseFault
from config.events import Event, EventBus, kinds_of_events

log = structlog.get_logger(__name__)

_AGAIN_SECONDS = 0.5
_LOOK_SECONDS = 600.0


class EventRelay:
    """`run` it where several nodes share a PostgreSQL. What is told while a node is cut off is not told to it later:
    its pages are drawn by the next event, and its book is the same as everybody's."""

    def __init__(self, database: Database, bus: EventBus) -> None:
        self._database = database
        self._bus = bus
        self._is_listening = False
        self._kinds = {name: TypeAdapter(kind) for name, kind in kinds_of_events().items()}

    async def run(self) -> None:
        """Listen until cancelled, through every outage."""
        while True:
            self._is_listening = False
            try:
                await self._listen()
            except (sa.exc.DBAPIError, psycopg.Error, DatabaseFault) as fault:
                if self._is_listening:  # once for each outage
                    log.warning("other_nodes_not_heard", fault=str(fault))
            await self._database.clock.sleep(_AGAIN_SECONDS)

    async def _listen(self) -> None:
        connection = await self._database.engine.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            if not isinstance(driver, psycopg.AsyncConnection):
                raise DatabaseFault("nodes meet in PostgreSQL", remedy="set HOTLINE_DATABASE_URL to one")
            async with connection.begin():
                await connection.execute(sa.text(f"LISTEN {EVENTS_CHANNEL}"))
            self._is_listening = True
            while True:
                async for note in driver.notifies(timeout=_LOOK_SECONDS):
                    by, *names = note.payload.split(",")
                    if by != self._database.node:
                        await self._relay(names)
        finally:
            await connection.invalidate()
            await connection.close()

    async def _relay(self, names: Sequence[str]) -> None:
        query = outbox.select().where(outbox.c.id.in_(names)).order_by(outbox.c.position)
        async with self._database.reading() as reading:
            rows = (await reading.execute(query)).all()
        for row in rows:
            event = self._event(row)
            if event is not None:
                await self._bus.relay(event)

    def _event(self, row: sa.Row[Any]) -> Event | None:
        kind = self._kinds.get((row.noun, row.verb))
        if kind is None:  # of a newer program on the other node
            return None
        return kind.validate_python(row.data | {"subject": row.subject, "at": row.at})
