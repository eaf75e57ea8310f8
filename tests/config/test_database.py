"""The unit of work: all or nothing, events after the commit, writers that wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar

import pytest
import sqlalchemy as sa

from config.clock import VirtualClock
from config.database import Database, UtcDateTime
from config.errors import DatabaseFault
from config.events import Event, EventBus

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ours = sa.MetaData()
counters = sa.Table(
    "counters",
    ours,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("n", sa.Integer),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Event):
    noun: ClassVar[str] = "counter"
    verb: ClassVar[str] = "counted"


@dataclass
class Ground:
    database: Database
    bus: EventBus

    async def count(self) -> int:
        async with self.database.reading() as connection:
            found: int = (await connection.execute(sa.select(counters.c.n))).scalar_one()
            return found


@pytest.fixture
async def ground(database_url: str) -> AsyncIterator[Ground]:
    bus = EventBus()
    database = Database(database_url, bus, VirtualClock(NOW))
    await database.create_tables()
    async with database.unit_of_work() as work:
        await work.connection.run_sync(ours.create_all)
        await work.connection.execute(counters.insert().values(id=1, at=NOW, n=0))
    yield Ground(database, bus)
    await database.close()


async def test_events_are_published_after_the_commit_and_not_before(ground: Ground) -> None:
    seen: list[int] = []

    async def look(_event: Event) -> None:
        seen.append(await ground.count())

    ground.bus.subscribe(look)
    async with ground.database.unit_of_work() as work:
        await work.connection.execute(counters.update().values(n=5))
        await work.tell(Counted(subject="1", at=NOW))
        assert seen == []
    assert seen == [5]


async def test_a_fault_undoes_everything_and_tells_nobody(ground: Ground) -> None:
    heard: list[Event] = []
    ground.bus.subscribe(heard.append)

    async def fail() -> None:
        async with ground.database.unit_of_work() as work:
            await work.connection.execute(counters.update().values(n=5))
            await work.tell(Counted(subject="1", at=NOW))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await ground.count() == 0
    assert heard == []


async def test_what_is_done_while_reading_is_not_kept(ground: Ground) -> None:
    async with ground.database.reading() as connection:
        await connection.execute(counters.update().values(n=9))
    assert await ground.count() == 0


async def test_many_who_read_and_then_write_wait_for_each_other(ground: Ground) -> None:
    async def add_one() -> None:
        async with ground.database.unit_of_work() as work:
            n = (await work.connection.execute(sa.select(counters.c.n).with_for_update())).scalar_one()
            await asyncio.sleep(0)
            await work.connection.execute(counters.update().values(n=n + 1))

    await asyncio.gather(*(add_one() for _ in range(12)))
    assert await ground.count() == 12


async def test_times_come_back_aware_in_utc_and_naive_ones_are_refused(ground: Ground) -> None:
    seoul = datetime(2026, 3, 1, 18, 30, tzinfo=timezone(timedelta(hours=9)))
    async with ground.database.unit_of_work() as work:
        await work.connection.execute(counters.insert().values(id=2, at=seoul, n=0))
    async with ground.database.reading() as connection:
        found = (await connection.execute(sa.select(counters.c.at).where(counters.c.id == 2))).scalar_one()
    assert found == seoul
    assert found.utcoffset() == timedelta(0)

    async def write_naive() -> None:
        async with ground.database.unit_of_work() as work:
            await work.connection.execute(counters.insert().values(id=3, at=seoul.replace(tzinfo=None), n=0))

    with pytest.raises(sa.exc.StatementError, match="naive"):
        await write_naive()


@pytest.mark.parametrize("address", ["", "hotline.db", "nosuch://db", "sqlite+nosuch:///x"])
def test_an_address_that_cannot_be_read_is_one_clear_fault(address: str) -> None:
    with pytest.raises(DatabaseFault, match=r"HOTLINE_DATABASE_URL.*use sqlite\+aiosqlite"):
        Database(address, EventBus(), VirtualClock(NOW))
