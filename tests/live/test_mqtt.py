"""The outbox over a real broker: order, nothing lost through a restart, the retained status, the last will."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import aiomqtt
import pytest

from config.broker import Broker
from config.clock import SystemClock
from config.database import Database
from config.events import Event, EventBus
from config.mqtt_events import MqttEvents
from config.sql_outbox import SqlOutbox
from tests.servers import Mosquitto

SUBJECTS = ("a", "b", "c")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(Event):
    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "kept"
    count: int


class HeldClock(SystemClock):
    """Sleeps are short, and none ends while `go` is cleared: the test decides when the sender tries again."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))
        await self.go.wait()


class Ground:
    """A database whose events go to the broker."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        bus = EventBus()
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'hotline.db'}", bus, SystemClock())
        self.outbox = SqlOutbox(self.database)
        self.clock = HeldClock()
        self.events = MqttEvents(Broker("127.0.0.1", broker.port, tls=False), self.outbox, "main", self.clock)
        bus.subscribe(self.events.wake)

    async def tell(self, count: int) -> None:
        async with self.database.unit_of_work() as work:
            await work.tell(PromiseKept(subject=SUBJECTS[count % 3], at=datetime.now(UTC), count=count))

    async def all_sent(self) -> None:
        async with asyncio.timeout(30):
            while await self.outbox.count_unsent():  # noqa: ASYNC110 - nothing tells when a row is marked
                await asyncio.sleep(0.05)


@pytest.fixture
async def ground(tmp_path: Path, mosquitto: Mosquitto) -> AsyncIterator[Ground]:
    made = Ground(tmp_path, mosquitto)
    await made.database.create_tables()
    yield made
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


async def receive(broker: Mosquitto, topic: str, ready: asyncio.Event, inbox: Inbox) -> None:
    async with aiomqtt.Client("127.0.0.1", broker.port) as client:
        await client.subscribe(topic, qos=1)
        ready.set()
        async for message in client.messages:
            inbox.put_nowait(message)


@asynccontextmanager
async def listening(broker: Mosquitto, topic: str) -> AsyncIterator[Inbox]:
    """Every message to the topic from now on."""
    inbox, ready = Inbox(), asyncio.Event()
    task = asyncio.create_task(receive(broker, topic, ready, inbox))
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
    assert isinstance(message.payload, bytes)
    parsed: dict[str, Any] = json.loads(message.payload)
    return parsed


async def test_an_event_arrives_as_a_cloud_event_under_its_topic(ground: Ground, mosquitto: Mosquitto) -> None:
    async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
        await ground.tell(1)
        [message] = await take(inbox, 1)
        await ground.all_sent()
    assert message.topic.value == "hotline/main/promise/kept"
    assert message.qos == 1
    event = body(message)
    assert event["specversion"] == "1.0"
    assert event["type"] == "hotline.promise.kept"
    assert event["source"] == "/hotline/main"
    assert event["subject"] == "b"
    assert event["data"] == {"count": 1}


async def test_what_was_told_before_the_broker_was_reached_arrives_in_order(
    ground: Ground, mosquitto: Mosquitto
) -> None:
    for count in range(30):
        await ground.tell(count)
    async with listening(mosquitto, "hotline/main/promise/#") as inbox, sending(ground):
        heard = await take(inbox, 30)
    assert [body(message)["data"]["count"] for message in heard] == list(range(30))


async def test_nothing_is_lost_and_order_holds_when_the_broker_is_killed_and_started_again(
    ground: Ground, mosquitto: Mosquitto
) -> None:
    async with sending(ground):
        async with listening(mosquitto, "hotline/main/promise/#") as inbox:
            for count in range(20):
                await ground.tell(count)
            before = await take(inbox, 20)
            await ground.all_sent()
        ground.clock.go.clear()
        mosquitto.kill()
        for count in range(20, 40):
            await ground.tell(count)
        assert await ground.outbox.count_unsent() == 20
        mosquitto.start()
        async with listening(mosquitto, "hotline/main/promise/#") as inbox:
            ground.clock.go.set()
            for count in range(40, 50):
                await ground.tell(count)
            after = await take(inbox, 30)
            await ground.all_sent()
    heard = [body(message) for message in before + after]
    assert {event["data"]["count"] for event in heard} == set(range(50))
    for subject in SUBJECTS:
        counts = [event["data"]["count"] for event in heard if event["subject"] == subject]
        assert counts == sorted(counts)


async def test_the_status_is_retained_and_says_offline_after_a_clean_end(ground: Ground, mosquitto: Mosquitto) -> None:
    async with sending(ground):
        await ground.tell(1)
        await ground.all_sent()
        async with listening(mosquitto, "hotline/main/node/status") as inbox:
            [status] = await take(inbox, 1)
        assert status.retain
        assert body(status) == {"status": "online"}
    async with listening(mosquitto, "hotline/main/node/status") as inbox:
        [status] = await take(inbox, 1)
    assert status.retain
    assert body(status) == {"status": "offline"}


NODE = """
import asyncio, sys
from config.broker import Broker
from config.clock import SystemClock
from config.mqtt_events import MqttEvents
from config.outbox import MemoryOutbox
broker = Broker("127.0.0.1", int(sys.argv[1]), tls=False)
asyncio.run(MqttEvents(broker, MemoryOutbox(), "main", SystemClock()).run())
"""


async def test_the_last_will_says_offline_when_the_process_is_killed(mosquitto: Mosquitto) -> None:
    async with listening(mosquitto, "hotline/main/node/status") as inbox:
        node = await asyncio.create_subprocess_exec(sys.executable, "-c", NODE, str(mosquitto.port))
        [online] = await take(inbox, 1)
        node.kill()
        await node.wait()
        [offline] = await take(inbox, 1)
    assert body(online) == {"status": "online"}
    assert body(offline) == {"status": "offline"}
