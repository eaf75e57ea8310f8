"""Which events go, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.event_log import LogRange
from config.events import Event, EventBus
from config.sql_event_log import SqlEventLog
from config.sql_event_retention import SqlEventRetention
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from config.sql_webhook_cursors import SqlCursors
from config.webhook_cursors import Cursor

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EVERYTHING = NOW + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Five events, a minute apart."""
    made = Database(database_url, EventBus(), VirtualClock(NOW))
    await made.create_tables()
    async with made.unit_of_work() as work:
        for times in range(1, 6):
            await work.tell(Rang(subject="door", at=NOW + timedelta(minutes=times), times=times))
    yield made
    await made.close()


async def left(database: Database) -> list[int]:
    return [entry.data["times"] for entry in await SqlEventLog(database).after(0, 10, LogRange())]


async def test_what_is_old_goes_and_the_newest_always_stays(database: Database) -> None:
    retention = SqlEventRetention(database)
    assert await retention.forget(NOW + timedelta(minutes=3), is_sent=False, webhooks=()) == 2
    assert await left(database) == [3, 4, 5]
    assert await retention.forget(EVERYTHING, is_sent=False, webhooks=()) == 2
    assert await left(database) == [5]


async def test_what_the_broker_has_yet_to_be_told_stays(database: Database) -> None:
    entries = await SqlOutbox(database).unsent(2)
    await SqlOutbox(database).mark_sent([entry.position for entry in entries], NOW)
    assert await SqlEventRetention(database).forget(EVERYTHING, is_sent=True, webhooks=()) == 2
    assert await left(database) == [3, 4, 5]


async def test_what_is_set_aside_stays(database: Database) -> None:
    second = (await SqlOutbox(database).unsent(2))[1]
    await SqlSetAside(database).put("webhook:crm", second, "no", NOW)
    await SqlEventRetention(database).forget(EVERYTHING, is_sent=False, webhooks=())
    assert await left(database) == [2, 5]


async def test_what_a_webhook_has_yet_to_be_told_stays_unless_it_is_gone_or_no_longer_set(database: Database) -> None:
    positions = [entry.position for entry in await SqlOutbox(database).unsent(5)]
    cursors, retention = SqlCursors(database), SqlEventRetention(database)
    await cursors.put("crm", Cursor(positions[2]))
    await cursors.put("gone", Cursor(positions[1], gone_at=NOW))
    await cursors.put("former", Cursor(positions[0]))
    await retention.forget(EVERYTHING, is_sent=False, webhooks=("crm", "gone"))
    assert await left(database) == [4, 5]
