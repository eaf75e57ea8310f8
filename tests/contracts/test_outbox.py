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
from config.set_aside import MQTT, MemorySetAside, SetAside
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from tests.servers import DATABASES

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


Tell = Callable[[Event], Awaitable[None]]
Box = tuple[Outbox, SetAside, Tell]


@pytest.fixture(params=["memory", *DATABASES])
async def box(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Box]:
    """An outbox, what it set aside, and what tells it of an event."""
    if request.param == "memory":
        memory = MemoryOutbox()

        async def add(event: Event) -> None:
            memory.add(event)

        yield memory, MemorySetAside(memory), add
        return
    database = Database(empty_database(request.param), EventBus(), VirtualClock(NOW))
    await database.create_tables()

    async def tell(event: Event) -> None:
        async with database.unit_of_work() as work:
            await work.tell(event)

    yield SqlOutbox(database), SqlSetAside(database), tell
    await database.close()


def ring(times: int) -> Rang:
    return Rang(subject="front-door", at=NOW + timedelta(seconds=times), times=times)


async def test_entries_come_in_the_order_they_were_told(box: Box) -> None:
    outbox, _, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    entries = await outbox.unsent(10)
    assert [entry.data for entry in entries] == [{"times": 1}, {"times": 2}, {"times": 3}]
    assert [entry.position for entry in entries] == sorted(entry.position for entry in entries)
    first = entries[0]
    assert (first.noun, first.verb, first.subject, first.at) == ("bell", "rang", "front-door", ring(1).at)
    assert len({entry.id for entry in entries}) == 3


async def test_what_was_sent_does_not_come_again(box: Box) -> None:
    outbox, _, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    second = (await outbox.unsent(10))[1]
    await outbox.mark_sent([second.position], NOW)
    await outbox.mark_sent([second.position], NOW + timedelta(seconds=1))
    assert [entry.data["times"] for entry in await outbox.unsent(10)] == [1, 3]
    assert await outbox.count_unsent() == 2
    assert await outbox.oldest_unsent() == ring(1).at


async def test_a_batch_has_the_oldest_and_no_more_than_asked_for(box: Box) -> None:
    outbox, _, tell = box
    for times in (1, 2, 3):
        await tell(ring(times))
    assert [entry.data["times"] for entry in await outbox.unsent(2)] == [1, 2]


async def test_what_the_broker_refuses_waits_no_more_but_is_kept_with_its_reason(box: Box) -> None:
    outbox, set_aside, tell = box
    for times in (1, 2):
        await tell(ring(times))
    first = (await outbox.unsent(1))[0]
    await set_aside.put(MQTT, first, "too large", NOW)
    assert [entry.data["times"] for entry in await outbox.unsent(10)] == [2]
    assert await outbox.count_unsent() == 1
    assert await outbox.oldest_unsent() == ring(2).at
    [refusal] = await set_aside.refusals()
    assert (refusal.receiver, refusal.entry, refusal.at, refusal.fault) == (MQTT, first, NOW, "too large")


async def test_what_a_webhook_refuses_still_goes_to_the_broker(box: Box) -> None:
    outbox, set_aside, tell = box
    await tell(ring(1))
    [entry] = await outbox.unsent(1)
    await set_aside.put("webhook:crm", entry, "it answered 400", NOW)
    assert await outbox.count_unsent() == 1
    assert await set_aside.counts() == {"webhook:crm": 1}


async def test_what_was_set_aside_is_sent_again_only_when_asked_for(box: Box) -> None:
    outbox, set_aside, tell = box
    await tell(ring(1))
    await tell(ring(2))
    first, second = await outbox.unsent(2)
    await set_aside.put(MQTT, second, "no", NOW)
    await set_aside.put(MQTT, first, "no", NOW)
    assert await set_aside.wanted_again(MQTT) == []
    assert await set_aside.send_again() == 2
    assert await set_aside.wanted_again(MQTT) == [first, second]
    assert await set_aside.wanted_again("webhook:crm") == []
    await set_aside.put(MQTT, second, "still not", NOW)
    await set_aside.done(MQTT, first.position)
    assert await set_aside.wanted_again(MQTT) == []
    assert [refusal.fault for refusal in await set_aside.refusals()] == ["still not"]


async def test_an_empty_outbox_says_so(box: Box) -> None:
    outbox, _, _ = box
    assert await outbox.unsent(10) == []
    assert await outbox.count_unsent() == 0
    assert await outbox.oldest_unsent() is None


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
