"""What every `CallList` promises, in the database and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from callbacks.calls.call_list import CallFilter, CallList, place_of_call
from callbacks.calls.records import CallRecords
from callbacks.store.memory_call_list import MemoryCallList
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.sql_call_list import SqlCallList
from callbacks.store.sql_calls import SqlCalls
from callbacks.store.sql_tables import contacts
from config.clock import VirtualClock
from config.database import Database
from config.events import EventBus
from tests.callbacks.samples import NOON
from tests.servers import DATABASES

ANY = CallFilter()


@pytest.fixture(params=["memory", *DATABASES])
async def calls(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[CallList]:
    """Six calls, two each minute; every third is of the contact `c-2`, and every second in the queue `urgent`."""
    clock, bus = VirtualClock(NOON), EventBus()
    if request.param == "memory":
        kept = MemoryCalls(bus)
        await _ring(CallRecords(kept, clock), clock)
        yield MemoryCallList(kept)
        return
    database = Database(empty_database(request.param), bus, clock)
    await database.create_tables()
    async with database.unit_of_work() as work:
        common = {"tier": "vip", "name": "", "do_not_call": False}
        people = [{"id": name, "number": name, **common} for name in ("c-1", "c-2")]
        await work.connection.execute(contacts.insert(), people)
    await _ring(CallRecords(SqlCalls(database), clock), clock)
    yield SqlCallList(database)
    await database.close()


async def _ring(records: CallRecords, clock: VirtualClock) -> None:
    for n in range(6):
        await records.begin(
            f"call-{n}", contact="c-2" if n % 3 == 2 else "c-1", dialled="1588", tier="vip", agent=f"agent-{n}"
        )
        if n % 2:
            await records.update(f"call-{n}", queue="urgent")
            await clock.advance(60)


async def ids(calls: CallList, wanted: CallFilter) -> list[str]:
    return [call.id for call in await calls.listed(wanted, None, 9)]


async def test_the_pages_together_are_the_list_the_oldest_first(calls: CallList) -> None:
    found, place = [], None
    while page := await calls.listed(ANY, place, 2):
        assert len(page) == 2
        found += [call.id for call in page]
        place = place_of_call(page[-1])
    assert found == [f"call-{n}" for n in range(6)]


async def test_calls_are_found_by_what_is_known_of_them(calls: CallList) -> None:
    minute = timedelta(minutes=1)
    assert await ids(calls, CallFilter(since=NOON + minute)) == ["call-2", "call-3", "call-4", "call-5"]
    assert await ids(calls, CallFilter(until=NOON + minute)) == ["call-0", "call-1"]
    assert await ids(calls, CallFilter(contact="c-2")) == ["call-2", "call-5"]
    assert await ids(calls, CallFilter(queue="urgent", contact="c-1")) == ["call-1", "call-3"]
    assert await ids(calls, CallFilter(agent="agent-4")) == ["call-4"]


async def test_calls_are_found_by_their_names(calls: CallList) -> None:
    found = await calls.named(["call-5", "call-0", "unknown"])
    assert sorted(found) == ["call-0", "call-5"]
    assert found["call-5"].contact == "c-2"
    assert await calls.named([]) == {}
