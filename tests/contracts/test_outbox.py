"""What every `Outbox` promises, in the database and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.events import Event, EventBus
from config.outbox import MemoryOutbox, Outbox
from config.sql_outbox import SqlOutbox
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


Tell = Callable[[Event], Awaitable[None]]
Box = tuple[Outbox, Tell]


@pytest.fixture(params=["memory", *DATABASES])
async def box(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Box]:
    """An outbox, and what tells it of an event."""
    if request.param == "memory":
        memory = MemoryOutbox()

        async def add(event: Event) -> None:
            memory.add(event)

        yield memory, add
        return
    database = Database(empty_database(request.param), EventBus(), VirtualClock(NOW))
    await database.create_tables()

    async def tell(event: Event) -> None:
        async with database.unit_of_work() as work:
            await work.tell(event)

    yield SqlOutbox(database), tell
    await database.close()


def ring(times: int) -> Rang:
    return Rang(subject="front-door", at=NOW + timedelta(seconds=times), times=times)


async def test_entries_come_in_the_order_they_were_told(box: Box) -> None:
    outbox, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    entries = await outbox.unsent(10)
    assert [entry.data for entry in entries] == [{"times": 1}, {"times": 2}, {"times": 3}]
    assert [entry.position for entry in entries] == sorted(entry.position for entry in entries)
    first = entries[0]
    assert (first.noun, first.verb, first.subject, first.at) == ("bell", "rang", "front-door", ring(1).at)
    assert len({entry.id for entry in entries}) == 3


async def test_what_was_sent_does_not_come_again(box: Box) -> None:
    outbox, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    second = (await outbox.unsent(10))[1]
    await outbox.mark_sent(second.position, NOW)
    await outbox.mark_sent(second.position, NOW + timedelta(seconds=1))
    assert [entry.data["times"] for entry in await outbox.unsent(10)] == [1, 3]
    assert await outbox.count_unsent() == 2


async def test_a_batch_has_the_oldest_and_no_more_than_asked_for(box: Box) -> None:
    outbox, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    assert [entry.data["times"] for entry in await outbox.unsent(2)] == [1, 2]


async def test_an_empty_outbox_says_so(box: Box) -> None:
    outbox, _ = box
    assert await outbox.unsent(10) == []
    assert await outbox.count_unsent() == 0


async def test_what_is_rolled_back_was_never_told(database_url: str) -> None:
    database = Database(database_url, EventBus(), VirtualClock(NOW))
    await database.create_tables()

    async def tell_and_fail() -> None:
        async with database.unit_of_work() as work:
            await work.tell(ring(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await tell_and_fail()
    assert await SqlOutbox(database).count_unsent() == 0
    await database.close()
