"""What the tests with a real broker stand on: a database whose events go there, and somebody who listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import aiomqtt

from config.broker import Broker
from config.clock import SystemClock
from config.database import Database
from config.events import Event, EventBus
from config.mqtt_events import MqttEvents
from config.mqtt_line import line_to
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from tests.servers import Mosquitto

SUBJECTS = ("a", "b", "c")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(Event):
    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "kept"
    count: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(Event):
    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "broken"


class HeldClock(SystemClock):
    """Sleeps are short, and none ends while `go` is cleared: the test decides when the sender tries again."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.pauses: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(min(seconds, 0.05))
        await self.go.wait()


class Ground:
    """A database whose events go to the broker."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        bus = EventBus()
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'hotline.db'}", bus, SystemClock())
        self.outbox = SqlOutbox(self.database)
        self.set_aside = SqlSetAside(self.database)
        self.clock = HeldClock()
        self.events = MqttEvents(line_to(broker), self.outbox, self.set_aside, "main", self.clock)
        bus.subscribe(self.events.wake)

    async def tell(self, *counts: int, text: str = "") -> None:
        async with self.database.unit_of_work() as work:
            for count in counts:
                subject = SUBJECTS[count % len(SUBJECTS)]
                await work.tell(PromiseKept(subject=subject, at=datetime.now(UTC), count=count, text=text))

    async def tell_broken(self, subject: str) -> None:
        async with self.database.unit_of_work() as work:
            await work.tell(PromiseBroken(subject=subject, at=datetime.now(UTC)))

    async def all_sent(self) -> None:
        async with asyncio.timeout(60):
            while await self.outbox.count_unsent():  # noqa: ASYNC110 - nothing tells when a row is marked
                await asyncio.sleep(0.05)


@asynccontextmanager
async def ground_with(folder: Path, broker: Broker) -> AsyncIterator[Ground]:
    made = Ground(folder, broker)
    await made.database.create_tables()
    try:
        yield made
    finally:
        await made.database.close()


@asynccontextmanager
async def sending(ground: Ground) -> AsyncIterator[None]:
    task = asyncio.create_task(ground.events.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


Inbox = asyncio.Queue[aiomqtt.Message]


async def receive(client: aiomqtt.Client, topic: str, ready: asyncio.Event, inbox: Inbox) -> None:
    """Put what comes into the inbox; when the broker is lost, connect again."""
    while True:
        with suppress(aiomqtt.MqttError):
            async with client:
                await client.subscribe(topic, qos=1)
                ready.set()
                async for message in client.messages:
                    inbox.put_nowait(message)
        await asyncio.sleep(0.02)


@asynccontextmanager
async def listening(broker: Mosquitto, topic: str, **how: Any) -> AsyncIterator[Inbox]:
    """Every message to the topic from now on."""
    inbox, ready = Inbox(), asyncio.Event()
    client = aiomqtt.Client("127.0.0.1", broker.port, **how)
    task = asyncio.create_task(receive(client, topic, ready, inbox))
    async with asyncio.timeout(10):
        await ready.wait()
    try:
        yield inbox
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def take(inbox: Inbox, number: int) -> list[aiomqtt.Message]:
    async with asyncio.timeout(20):
        return [await inbox.get() for _ in range(number)]


def body(message: aiomqtt.Message) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(message.payload)
    return parsed
