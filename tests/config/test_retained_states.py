"""States are told when they change, and not more often than they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from config.clock import VirtualClock
from config.errors import DatabaseFault
from config.retained_states import RetainedStates
from tests.config.broker_fake import FakeBroker


class State:
    def __init__(self) -> None:
        self.now = b"1"
        self.is_away = False

    async def read(self) -> bytes:
        if self.is_away:
            raise DatabaseFault("away")
        return self.now


@asynccontextmanager
async def telling(states: RetainedStates, broker: FakeBroker, clock: VirtualClock) -> AsyncIterator[None]:
    async with broker.open_line(None) as line:
        task = asyncio.create_task(states.tell(line, "main"))
        try:
            await clock.settle()
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_a_state_is_told_at_once_and_then_only_when_it_changed() -> None:
    clock, broker, queues, agents = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC)), FakeBroker(), State(), State()
    states = RetainedStates({"queues": queues.read, "agents": agents.read}, clock)
    async with telling(states, broker, clock):
        assert broker.topics == ["hotline/main/state/queues", "hotline/main/state/agents"]
        states.wake()
        await clock.advance(10)
        queues.now = b"2"
        states.wake()
        await clock.advance(1)
    assert broker.taken[2:] == [("hotline/main/state/queues", b"2")]


async def test_however_much_happens_a_state_is_told_once_a_second() -> None:
    clock, broker, queues = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC)), FakeBroker(), State()
    states = RetainedStates({"queues": queues.read}, clock)
    async with telling(states, broker, clock):
        for count in range(40):
            queues.now = str(count).encode()
            states.wake()
            await clock.advance(0.1)
    assert len(broker.taken) == 5
    assert broker.taken[-1][1] >= b"30"


async def test_what_changes_without_an_event_is_seen_after_some_seconds() -> None:
    clock, broker, queues = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC)), FakeBroker(), State()
    async with telling(RetainedStates({"queues": queues.read}, clock), broker, clock):
        queues.now = b"2"
        await clock.advance(5)
    assert broker.taken[-1] == ("hotline/main/state/queues", b"2")


async def test_a_state_that_cannot_be_read_keeps_no_other_back() -> None:
    clock, broker, queues, agents = VirtualClock(datetime(2026, 3, 1, tzinfo=UTC)), FakeBroker(), State(), State()
    queues.is_away = True
    async with telling(RetainedStates({"queues": queues.read, "agents": agents.read}, clock), broker, clock):
        assert broker.topics == ["hotline/main/state/agents"]
        queues.is_away = False
        await clock.advance(5)
    assert broker.topics == ["hotline/main/state/agents", "hotline/main/state/queues"]
