"""What goes of the floor's log and its receipts, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from routing.changes import AgentSignedIn
from routing.replay import FloorOpened, Recorded
from routing.sql_floor_retention import SqlFloorRetention
from routing.sql_receipts import SqlReceipts, floor_changes
from tests.routing.floors import START
from tests.routing.test_receipts import RECEIPT


def day(number: int) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url, EventBus(), VirtualClock(START))
    await made.create_tables()
    yield made
    await made.close()


async def log_of(database: Database) -> list[int]:
    """The days of what is left."""
    async with database.reading() as connection:
        moments = (await connection.execute(sa.select(floor_changes.c.at).order_by(floor_changes.c.position))).scalars()
        return [(moment - START).days for moment in moments]


async def test_the_log_goes_up_to_the_last_opening_so_that_what_stays_can_be_replayed(database: Database) -> None:
    store, retention = SqlReceipts(database), SqlFloorRetention(database)
    for opened in (0, 4):
        told = [Recorded(AgentSignedIn("kim"), day(number)) for number in range(opened + 1, opened + 4)]
        await store.save([], [], [Recorded(FloorOpened("1"), day(opened)), *told])
    assert await retention.forget(day(4)) == 0
    assert await retention.forget(day(6)) == 4
    assert await log_of(database) == [4, 5, 6, 7]
    assert (await store.recording(day(9)))[0].what == FloorOpened("1")
    assert await retention.forget(day(99)) == 0


async def test_receipts_go_by_their_day(database: Database) -> None:
    store = SqlReceipts(database)
    kept = [replace(RECEIPT, at=day(number), work=f"c{number}") for number in range(3)]
    await store.save(kept, [])
    assert await SqlFloorRetention(database).forget(day(2)) == 2
    assert await store.latest(9) == (kept[2],)


async def test_more_goes_than_one_transaction_removes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.sql_floor_retention._AT_ONCE", 2)
    store = SqlReceipts(database)
    await store.save([replace(RECEIPT, at=day(number)) for number in range(5)], [])
    assert await SqlFloorRetention(database).forget(day(99)) == 5
    assert await store.latest(9) == ()
