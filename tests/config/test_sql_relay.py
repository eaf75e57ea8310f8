"""Two nodes over one PostgreSQL hear of each other's events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest

from config.clock import SystemClock
from config.database import Database
from config.events import Event, EventBus
from config.sql_relay import EventRelay
from routing.events import AgentStateChanged
from tests.waiting import until

pytestmark = pytest.mark.server
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Node:
    """A database connection with a bus; `own` hears only of what was told here."""

    def __init__(self, name: str, url: str) -> None:
        self.bus = EventBus()
        self.all: list[Event] = []
        self.own: list[Event] = []
        self.bus.subscribe(self.all.append)
        self.bus.subscribe(self.own.append, own_only=True)
        self.database = Database(url, self.bus, SystemClock())
        self.database.node = name

    async def tells(self, count: int, who: str = "agent") -> list[Event]:
        told: list[Event] = []
        async with self.database.unit_of_work() as work:
            for number in range(count):
                event = AgentStateChanged(subject=f"{who} {number}", at=AT, state="ready", reason="")
                await work.tell(event)
                told.append(event)
        return told

    async def tells_in_vain(self) -> None:
        async with self.database.unit_of_work() as work:
            await work.tell(AgentStateChanged(subject="never", at=AT, state="ready", reason=""))
            _ = 1 // 0


@pytest.fixture
async def nodes(empty_database: Callable[[str], str]) -> AsyncIterator[tuple[Node, Node]]:
    url = empty_database("postgresql")
    async with AsyncExitStack() as closing:
        one, two = Node("one", url), Node("two", url)
        await one.database.create_tables()
        for node in (one, two):
            closing.push_async_callback(node.database.close)
            running = asyncio.create_task(EventRelay(node.database, node.bus).run())
            closing.callback(running.cancel)
        yield one, two


async def listens(to: Node, node: Node) -> None:
    """The node hears the other from now on. What nobody told meanwhile may reach it later still."""
    while not node.all:
        await to.tells(1, "nobody")
        await asyncio.sleep(0.05)


async def heard(node: Node, count: int) -> list[Event]:
    """So many events, or more, that somebody told."""

    def told() -> list[Event]:
        return [event for event in node.all if not event.subject.startswith("nobody")]

    await until(lambda: len(told()) >= count)
    return told()


async def test_what_one_node_tells_the_other_hears_once_and_in_order(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    await listens(to=one, node=two)
    told = await one.tells(450)  # more than one note has room for
    assert await heard(two, 450) == told
    assert two.own == []
    assert one.all == one.own


async def test_what_is_not_committed_is_not_heard(nodes: tuple[Node, Node]) -> None:
    one, two = nodes
    await listens(to=one, node=two)
    with pytest.raises(ZeroDivisionError):
        await one.tells_in_vain()
    (last,) = await one.tells(1)
    assert await heard(two, 1) == [last]
