"""Every `FloorLog` keeps the same contract."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from config.clock import SystemClock
from config.database import Database
from config.errors import DatabaseFault
from config.events import Event, EventBus
from routing.changes import AgentSignedIn, TimePassed, WorkArrived
from routing.events import AgentStateChanged
from routing.floor_log import FloorLog, Told
from routing.memory_floor_log import MemoryFloorLog
from routing.replay import FloorOpened, Recorded
from routing.sql_floor_log import SqlFloorLog
from tests.routing.floors import START, call
from tests.routing.test_receipts import RECEIPT

OPENED = Recorded(FloorOpened("1"), START)
LATER = START + timedelta(seconds=3)


class Shared:
    """A log, and the events that came through it."""

    def __init__(self, log: FloorLog, events: list[Event]) -> None:
        self.log = log
        self.events = events


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.server)])
async def shared(request: pytest.FixtureRequest, empty_database: Callable[[str], str]) -> AsyncIterator[Shared]:
    bus, events = EventBus(), list[Event]()
    bus.subscribe(events.append)
    if request.param == "memory":
        memory = MemoryFloorLog(SystemClock())
        yield Shared(memory, memory.events)
        return
    database = Database(empty_database(request.param), bus, SystemClock())
    await database.create_tables()
    yield Shared(SqlFloorLog(database), events)
    await database.close()


async def test_the_log_has_one_order_for_all_and_each_knows_what_it_submitted(shared: Shared) -> None:
    async with (
        shared.log.session("one", "https://one/desk") as one,
        shared.log.session("two", "https://two/desk") as two,
    ):
        assert await one.lead()
        assert await one.entries(None, 10) == []
        await one.append([OPENED])
        await shared.log.submit("two", "s1", WorkArrived(call("a")))
        await shared.log.submit("one", "s2", AgentSignedIn("kim"))
        assert await one.order(LATER)
        assert not await one.order(LATER)
        entries = await two.entries(None, 10)
        assert [entry.recorded for entry in entries] == [
            OPENED,
            Recorded(WorkArrived(call("a")), LATER),
            Recorded(AgentSignedIn("kim"), LATER),
        ]
        assert [(entry.node, entry.submission) for entry in entries] == [("", ""), ("two", "s1"), ("one", "s2")]
        assert await one.entries(entries[0].position, 1) == [entries[1]]
        assert await one.entries(entries[-1].position, 10) == []


async def test_who_joins_hears_of_what_followed_the_last_opening(shared: Shared) -> None:
    async with shared.log.session("one", "https://one/desk") as one:
        assert await one.lead()
        await one.append([OPENED, Recorded(AgentSignedIn("kim"), START)])
        await one.append([Recorded(FloorOpened("2"), LATER), Recorded(TimePassed(), LATER)])
        assert [entry.recorded.what for entry in await one.entries(None, 10)] == [FloorOpened("2"), TimePassed()]


async def test_a_submission_that_is_told_again_counts_once(shared: Shared) -> None:
    async with shared.log.session("one", "https://one/desk") as one:
        assert await one.lead()
        await shared.log.submit("one", "s1", AgentSignedIn("kim"))
        await shared.log.submit("one", "s1", AgentSignedIn("kim"))
        await one.append([OPENED])
        await one.order(START)
        await shared.log.submit("one", "s1", AgentSignedIn("kim"))
        await one.order(LATER)
        assert [entry.submission for entry in await one.entries(None, 10)] == ["", "s1"]


async def test_one_leads_and_another_when_it_is_gone(shared: Shared) -> None:
    async with shared.log.session("two", "https://two/desk") as two:
        async with shared.log.session("one", "https://one/desk") as one:
            assert await one.lead()
            assert await one.lead()
            assert not await two.lead()
            assert await two.living() == {"one", "two"}
            assert await two.desks() == {"one": "https://one/desk", "two": "https://two/desk"}
        async with asyncio.timeout(20):
            while not await two.lead():
                await two.wait(0.05)
        assert await two.living() == {"two"}


async def test_who_waits_is_woken_by_a_submission_and_by_what_joins_the_log(shared: Shared) -> None:
    async with shared.log.session("one", "https://one/desk") as one, asyncio.timeout(20):
        assert await one.lead()
        waiting = asyncio.create_task(one.wait(600))
        await asyncio.sleep(0.05)
        await shared.log.submit("two", "s1", AgentSignedIn("kim"))
        await waiting


async def test_what_came_of_the_log_is_saved_once_whoever_saves_it(shared: Shared) -> None:
    told = AgentStateChanged(subject="kim", at=START, state="ready", reason="")
    async with shared.log.session("one", "https://one/desk") as one:
        assert await one.lead()
        assert await one.told() == 0
        await shared.log.save(0, Told(4, (RECEIPT,), (told,)))
        await shared.log.save(0, Told(4, (RECEIPT,), (told,)))  # by a leader that is none any more
        assert await one.told() == 4
    assert shared.events == [told]


async def test_who_comes_back_while_another_begins_to_lead_is_among_the_living(shared: Shared) -> None:
    """As all do at once when the database is back."""

    async def comes_back(node: str, meet: asyncio.Barrier) -> None:
        async with shared.log.session(node, "") as session:
            leads = await session.lead()
            await meet.wait()  # all are there, one leads
            assert not leads or await session.living() == {"one", "two", "three"}
            await meet.wait()

    for _ in range(10):
        meet = asyncio.Barrier(3)
        async with asyncio.timeout(20), asyncio.TaskGroup() as together:
            for node in ("one", "two", "three"):
                together.create_task(comes_back(node, meet))


async def test_a_session_whose_connection_is_gone_says_so() -> None:
    memory = MemoryFloorLog(SystemClock())
    async with memory.session("one", "https://one/desk") as one:
        one.cut()
        with pytest.raises(DatabaseFault):
            await one.lead()
