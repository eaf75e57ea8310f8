"""Every `ReceiptStore` keeps the same contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.database import Database
from config.errors import DatabaseFault
from config.events import Event, EventBus
from routing.changes import AgentSignedIn, WorkArrived, WorkClaimed
from routing.events import AgentStateChanged, WorkOffered
from routing.memory_receipts import MemoryReceipts
from routing.ports import ReceiptStore
from routing.receipts import Reason
from routing.replay import FileAdopted, FloorOpened, Recorded
from routing.sql_receipts import SqlReceipts
from routing.work import Mood
from tests.routing.floors import SAFETY, START, at, call, promise
from tests.routing.test_receipts import RECEIPT

TOLD = AgentStateChanged(subject="kim", at=START, state="ready", reason="")


class Kept:
    """A store and the events that came through it."""

    def __init__(self, store: ReceiptStore, events: list[Event]) -> None:
        self.store = store
        self.events = events


@pytest.fixture(params=["memory", "sqlite"])
async def kept(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kept]:
    bus, events = EventBus(), list[Event]()
    bus.subscribe(events.append)
    if request.param == "memory":
        yield Kept(MemoryReceipts(bus), events)
        return
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'receipts.db'}", bus, VirtualClock(START))
    await database.create_tables()
    yield Kept(SqlReceipts(database), events)
    await database.close()


async def test_a_receipt_comes_back_as_it_was_kept(kept: Kept) -> None:
    bare = replace(RECEIPT, work="c9", runner_up=None, skills=(), reason=Reason.ONLY_ONE_FREE)
    await kept.store.save([RECEIPT, bare], [])
    assert await kept.store.of_work("c1") == (RECEIPT,)
    assert await kept.store.of_work("c9") == (bare,)
    assert await kept.store.of_work("never-heard-of") == ()


async def test_the_receipts_of_one_work_come_oldest_first_and_the_latest_newest_first(kept: Kept) -> None:
    second = replace(RECEIPT, at=RECEIPT.at + timedelta(seconds=25), agent="lee")
    other = replace(RECEIPT, work="c2")
    await kept.store.save([RECEIPT], [])
    await kept.store.save([second, other], [])
    assert await kept.store.of_work("c1") == (RECEIPT, second)
    assert await kept.store.latest(2) == (other, second)
    assert await kept.store.latest(0) == ()


async def test_events_are_told_in_order_after_the_save(kept: Kept) -> None:
    offered = WorkOffered(subject="c1", at=START, agent="kim", score=1.0, waited=2.0, why="service (60)")
    await kept.store.save([RECEIPT], [offered, TOLD])
    assert kept.events == [offered, TOLD]


async def test_events_alone_can_be_told(kept: Kept) -> None:
    await kept.store.save([], [TOLD])
    assert kept.events == [TOLD]
    assert await kept.store.latest(10) == ()


async def test_the_recording_of_a_floor_begins_at_its_opening_and_ends_at_the_moment_asked_for(kept: Kept) -> None:
    arrived = Recorded(WorkArrived(promise("p", since=5, opens=0, due=1000)), at(5))
    claimed = Recorded(WorkClaimed("kim", call("c", since=2, needs=SAFETY, mood=Mood.UPSET)), at(6))
    adopted, signed_in = Recorded(FileAdopted("v2"), at(25)), Recorded(AgentSignedIn("kim"), at(30))
    assert await kept.store.recording(at(100)) == ()
    await kept.store.save([], [], [Recorded(FloorOpened("v0"), at(0)), arrived])
    await kept.store.save([RECEIPT], [], [Recorded(FloorOpened("v1"), at(5)), claimed])
    await kept.store.save([], [], [adopted, signed_in])
    assert await kept.store.recording(at(4)) == (Recorded(FloorOpened("v0"), at(0)),)
    assert await kept.store.recording(at(25)) == (Recorded(FloorOpened("v1"), at(5)), claimed, adopted)
    assert (await kept.store.recording(at(100)))[-1] == signed_in


async def test_what_the_database_refuses_is_a_database_fault_and_nothing_is_told(tmp_path: Path) -> None:
    bus, events = EventBus(), list[Event]()
    bus.subscribe(events.append)
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}", bus, VirtualClock(START))
    with pytest.raises(DatabaseFault, match="receipts"):
        await SqlReceipts(database).save([RECEIPT], [TOLD])
    assert events == []
    await database.close()
