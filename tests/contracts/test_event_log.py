"""What every `EventLog` promises, in the database and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.event_log import EventLog, LogRange, MemoryEventLog
from config.events import Event, EventBus
from config.sql_event_log import SqlEventLog
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EVERYTHING = LogRange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Event):
    noun: ClassVar[str] = "door"
    verb: ClassVar[str] = "opened"


Log = tuple[EventLog, Callable[[Event], Awaitable[None]]]


@pytest.fixture(params=["memory", *DATABASES])
async def log(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Log]:
    """A log, and what tells of an event."""
    bus = EventBus()
    if request.param == "memory":
        yield MemoryEventLog(bus), bus.publish
        return
    database = Database(empty_database(request.param), bus, VirtualClock(NOW))
    await database.create_tables()

    async def tell(event: Event) -> None:
        async with database.unit_of_work() as work:
            await work.tell(event)

    yield SqlEventLog(database), tell
    await database.close()


def ring(times: int, subject: str = "front") -> Rang:
    return Rang(subject=subject, at=NOW + timedelta(seconds=times), times=times)


async def test_events_are_read_in_order_and_page_by_page(log: Log) -> None:
    events, tell = log
    assert (await events.newest(), list(await events.after(0, 5, EVERYTHING))) == (0, [])
    for times in range(5):
        await tell(ring(times))
    first = await events.after(0, 2, EVERYTHING)
    rest = await events.after(first[-1].position, 10, EVERYTHING)
    assert [entry.data["times"] for entry in (*first, *rest)] == [0, 1, 2, 3, 4]
    assert await events.newest() == rest[-1].position
    assert await events.position_of(first[1].id) == first[1].position
    assert await events.position_of("never") is None


async def test_events_are_found_by_time_and_noun(log: Log) -> None:
    events, tell = log
    for times in range(4):
        await tell(ring(times))
    await tell(Opened(subject="front", at=NOW + timedelta(seconds=2)))
    between = LogRange(frozenset({"bell"}), NOW + timedelta(seconds=1), NOW + timedelta(seconds=3))
    assert [entry.data["times"] for entry in await events.after(0, 9, between)] == [1, 2]
    assert list(await events.after(0, 9, LogRange(since=NOW + timedelta(days=1)))) == []
    assert len(await events.after(0, 9, LogRange(until=NOW + timedelta(days=1)))) == 5
    doors = await events.after(0, 9, LogRange(frozenset({"door", "window"})))
    assert [entry.noun for entry in doors] == ["door"]


async def test_what_went_before_is_found_by_subject(log: Log) -> None:
    events, tell = log
    for times, subject in enumerate(("front", "back", "front", "side", "front")):
        await tell(ring(times, subject))
    await tell(Opened(subject="front", at=NOW))
    last = (await events.after(0, 9, EVERYTHING))[4].position
    before = await events.before(last, "bell", {"front", "side", "none"})
    assert [entry.data["times"] for entry in before] == [0, 2, 3]
    newest = await events.last_before(last, "bell", {"front", "back"})
    assert [entry.data["times"] for entry in newest] == [1, 2]
    assert list(await events.before(last, "bell", ())) == list(await events.last_before(last, "bell", ())) == []
