"""What the sender to the broker does, with a broker of our making. With a real one: tests/live/test_mqtt.py."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest

from config.broker import Broker, BrokerFull, BrokerLost, NotTaken
from config.clock import SystemClock
from config.errors import DatabaseFault
from config.events import Event
from config.mqtt_events import MqttEvents
from config.mqtt_line import line_to
from config.outbox import MemoryOutbox, OutboxEntry
from config.set_aside import MemorySetAside
from tests.config.broker_fake import FakeBroker
from tests.ports import free_port
from tests.waiting import until


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


class Impatient(SystemClock):
    """Notes how long it should have slept, and gives up after the eighth time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == 8:
            raise asyncio.CancelledError


class QuickClock(SystemClock):
    """Sleeps are short."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0.001)


class ShakyOutbox(MemoryOutbox):
    """Its database may be away."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        self._must_be_there()
        return await super().unsent(at_most)

    async def mark_sent(self, positions: Collection[int], now: datetime) -> None:
        self._must_be_there()
        await super().mark_sent(positions, now)

    def _must_be_there(self) -> None:
        if self.is_away:
            raise DatabaseFault("the database does not answer")


class House:
    def __init__(self) -> None:
        self.broker = FakeBroker()
        self.outbox = ShakyOutbox()
        self.set_aside = MemorySetAside(self.outbox)
        self.sender = MqttEvents(self.broker.open_line, self.outbox, self.set_aside, "main", QuickClock())

    def ring(self, times: int, door: str = "front") -> None:
        self.outbox.add(Rang(subject=door, at=datetime.now(UTC), times=times))
        self.sender.wake()

    @property
    def heard(self) -> list[int]:
        return [number(payload) for topic, payload in self.broker.taken if topic == "hotline/main/bell/rang"]

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.sender.run())
        try:
            async with asyncio.timeout(10):
                yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def all_sent(self) -> None:
        async def is_empty() -> bool:
            return not await self.outbox.count_unsent()

        await until(is_empty)


def number(payload: bytes) -> int:
    event: dict[str, Any] = json.loads(payload)
    times: int = event["data"]["times"]
    return times


async def test_it_tries_again_ever_more_slowly_but_never_gives_up() -> None:
    clock, outbox = Impatient(), MemoryOutbox()
    line = line_to(Broker("127.0.0.1", free_port(), tls=False))
    events = MqttEvents(line, outbox, MemorySetAside(outbox), "main", clock)
    with pytest.raises(asyncio.CancelledError):
        await events.run()
    assert clock.slept == [1, 2, 4, 8, 16, 30, 30, 30]


async def test_a_certificate_file_that_is_missing_is_looked_for_again_and_again(tmp_path: Path) -> None:
    clock, outbox = Impatient(), MemoryOutbox()
    line = line_to(Broker("127.0.0.1", free_port(), tls=True, ca=tmp_path / "ca.pem"))
    with pytest.raises(asyncio.CancelledError):
        await MqttEvents(line, outbox, MemorySetAside(outbox), "main", clock).run()
    assert len(clock.slept) == 8


async def test_events_of_one_subject_go_one_by_one_and_of_several_side_by_side() -> None:
    house = House()
    for times in range(6):
        house.ring(times)
    async with house.sending():
        await house.all_sent()
        assert house.broker.most_at_once == 1
        for times in range(6):
            house.ring(times, door=f"door {times}")
        await house.all_sent()
    assert house.heard[:6] == [0, 1, 2, 3, 4, 5]
    assert house.broker.most_at_once > 1


async def test_what_was_acknowledged_while_the_database_is_away_is_not_sent_twice() -> None:
    house = House()
    house.ring(1)
    house.broker.refuse = lambda topic, _: setattr(house.outbox, "is_away", topic.endswith("rang"))
    async with house.sending():
        await until(lambda: bool(house.heard))
        await asyncio.sleep(0.02)
        house.broker.refuse = lambda _topic, _payload: None
        house.outbox.is_away = False
        await house.all_sent()
        house.ring(2)
        await house.all_sent()
    assert house.heard == [1, 2]


async def test_a_refused_event_is_set_aside_with_the_reason_and_those_behind_it_go_on() -> None:
    house = House()

    def refuse(topic: str, payload: bytes) -> None:
        if topic.endswith("rang") and number(payload) == 2:
            raise NotTaken("Packet too large")

    house.broker.refuse = refuse
    for times in (1, 2, 3):
        house.ring(times)
    async with house.sending():
        await house.all_sent()
    assert house.heard == [1, 3]
    [refusal] = await house.set_aside.refusals()
    assert (refusal.entry.data, refusal.fault) == ({"times": 2}, "Packet too large")
    assert house.broker.lines == 1


async def test_the_event_that_ends_the_connection_each_time_is_found_among_many_and_set_aside() -> None:
    house = House()

    def hang_up(topic: str, payload: bytes) -> None:
        if topic.endswith("rang") and number(payload) == 4:
            raise BrokerLost("it hung up")

    house.broker.refuse = hang_up
    for times in range(10):
        house.ring(times, door=f"door {times}")
    async with house.sending():
        await house.all_sent()
    assert set(house.heard) == set(range(10)) - {4}
    assert [refusal.entry.data["times"] for refusal in await house.set_aside.refusals()] == [4]


async def test_a_broker_that_is_lost_now_and_then_costs_no_event() -> None:
    house = House()
    lost = 0

    def shake(topic: str, _payload: bytes) -> None:
        nonlocal lost
        if topic.endswith("rang") and len(house.heard) % 5 == 4 and lost < 2 * len(house.heard):
            lost += 1
            raise BrokerLost("a bad line")

    house.broker.refuse = shake
    for times in range(20):
        house.ring(times, door=f"door {times % 3}")
    async with house.sending():
        await house.all_sent()
    assert lost > 2
    assert set(house.heard) | {one.entry.data["times"] for one in await house.set_aside.refusals()} == set(range(20))


async def test_a_broker_that_is_full_is_waited_for_however_long_it_takes() -> None:
    house = House()
    tries = 0

    def full(topic: str, _payload: bytes) -> None:
        nonlocal tries
        tries += topic.endswith("rang")
        if topic.endswith("rang") and tries < 10:
            raise BrokerFull("quota exceeded")

    house.broker.refuse = full
    house.ring(1)
    async with house.sending():
        await house.all_sent()
    assert house.heard == [1]
    assert await house.set_aside.counts() == {}


async def test_a_last_will_that_comes_late_is_contradicted() -> None:
    house = House()
    async with house.sending():
        house.broker.said.put_nowait(b'{"status": "online"}')
        house.broker.said.put_nowait(b'{"status": "offline"}')
        await until(lambda: len(house.broker.taken) >= 2)
        assert house.broker.taken == [("hotline/main/node/status", b'{"status": "online"}')] * 2
    assert house.broker.taken[-1] == ("hotline/main/node/status", b'{"status": "offline"}')
    [will] = house.broker.wills
    assert will is not None
    assert (will.topic, will.payload) == ("hotline/main/node/status", b'{"status": "offline"}')


async def test_it_can_be_stopped_and_begun_again() -> None:
    house = House()
    for times in range(3):
        house.ring(times)
        async with house.sending():
            await house.all_sent()
            assert house.sender.is_connected
        assert not house.sender.is_connected
    assert house.heard == [0, 1, 2]


async def test_what_is_set_aside_and_ends_the_connection_again_is_set_aside_again() -> None:
    house = House()

    def hang_up(topic: str, _payload: bytes) -> None:
        if topic.endswith("rang"):
            raise BrokerLost("it hung up")

    house.broker.refuse = hang_up
    house.ring(1)
    async with house.sending():
        await house.all_sent()
        first = (await house.set_aside.refusals())[0].at
        await house.set_aside.send_again()

        async def is_refused_again() -> bool:
            return (await house.set_aside.refusals())[0].at != first

        await until(is_refused_again)
        assert not (await house.set_aside.refusals())[0].again
