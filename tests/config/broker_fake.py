"""A broker in the same process, which does what a test tells it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from config.broker import BrokerLine, BrokerLost, LastWill


class FakeBroker:
    """Takes every message, unless `refuse` raises for it. `on_the_way` is how many it holds at most before it answers:
    all that are given to it before it gets its turn."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.refuse: Callable[[str, bytes], None] = lambda _topic, _payload: None
        self.lines = 0
        self.is_down = False
        self.at_once = 0
        self.most_at_once = 0
        self.said: asyncio.Queue[bytes] = asyncio.Queue()
        self.wills: list[LastWill | None] = []

    @property
    def topics(self) -> list[str]:
        return [topic for topic, _ in self.taken]

    @asynccontextmanager
    async def open_line(self, will: LastWill | None) -> AsyncIterator[BrokerLine]:
        if self.is_down:
            raise BrokerLost("nobody is there")
        self.lines += 1
        self.wills.append(will)
        yield _Line(self)


class _Line:
    def __init__(self, broker: FakeBroker) -> None:
        self._broker = broker

    async def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        broker = self._broker
        if broker.is_down:
            raise BrokerLost("it has gone")
        broker.at_once += 1
        broker.most_at_once = max(broker.most_at_once, broker.at_once)
        await asyncio.sleep(0)
        broker.at_once -= 1
        broker.refuse(topic, payload)
        broker.taken.append((topic, payload))

    async def subscribe(self, topic: str) -> None:
        pass

    async def messages(self) -> AsyncIterator[bytes]:
        while True:
            yield await self._broker.said.get()
