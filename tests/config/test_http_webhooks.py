"""Webhooks to a real server on loopback: down, broken, slow, refusing, gone; everything in order, and signed."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from config import http_webhooks
from config.clock import SystemClock
from config.event_log import MemoryEventLog
from config.events import Event, EventBus
from config.http_webhooks import HttpWebhooks, WebhookGround
from config.outbox import MemoryOutbox
from config.set_aside import MemorySetAside
from config.webhook_cursors import MemoryCursors
from config.webhooks import Endpoint
from tests.config.webhook_receiver import Receiver
from tests.waiting import until

KEY = bytes(range(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int


class QuickClock(SystemClock):
    """Sleeps are noted, and short."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0.01)


class House:
    """Events, and what sends them."""

    def __init__(self, *endpoints: Endpoint) -> None:
        self.bus = EventBus()
        self.log = MemoryEventLog(self.bus)
        self.cursors = MemoryCursors()
        self.set_aside = MemorySetAside(MemoryOutbox())
        self.clock = QuickClock()
        ground = WebhookGround(self.log, self.cursors, self.set_aside, "main", self.clock, lambda: 0.0)
        self.sender = HttpWebhooks(endpoints, ground)
        self.bus.subscribe(self.sender.wake)

    async def ring(self, *times: int) -> None:
        for time in times:
            await self.bus.publish(Rang(subject="door", at=datetime.now(UTC), times=time))

    async def has_places(self, number: int) -> bool:
        return len(await self.cursors.everyone()) >= number

    async def is_at(self, position: int) -> bool:
        return (await self.cursors.everyone())["crm"].position >= position

    async def is_gone(self) -> bool:
        return (await self.cursors.everyone())["crm"].gone_at is not None

    async def has_nothing_set_aside(self) -> bool:
        return not await self.set_aside.counts()


@asynccontextmanager
async def running(house: House) -> AsyncIterator[None]:
    """From the moment at which every endpoint has its place."""
    task = asyncio.create_task(house.sender.run())
    try:
        async with asyncio.timeout(10):
            await until(lambda: house.has_places(1))
            yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def endpoint(receiver: Receiver, name: str = "crm", patterns: tuple[str, ...] = ("*",)) -> Endpoint:
    return Endpoint(name, receiver.url, KEY, patterns)


async def has(receiver: Receiver, number: int) -> None:
    await until(lambda: len(receiver.taken) >= number)


async def test_events_arrive_in_order_as_signed_cloud_events() -> None:
    receiver = Receiver()
    house = House(endpoint(receiver))
    async with receiver.up(), running(house):
        await house.ring(1, 2, 3)
        await has(receiver, 3)
    assert receiver.counts == [1, 2, 3]
    post = receiver.taken[0]
    assert post.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert post.event["type"] == "hotline.bell.rang"
    assert post.event["id"] == post.headers["webhook-id"]
    signed = f"{post.headers['webhook-id']}.{post.headers['webhook-timestamp']}.".encode() + post.body
    digest = base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    assert post.headers["webhook-signature"] == f"v1,{digest}"


async def test_a_new_endpoint_begins_with_what_comes_and_an_old_one_goes_on_where_it_was() -> None:
    receiver = Receiver()
    house = House(endpoint(receiver))
    await house.ring(1)
    async with receiver.up():
        async with running(house):
            await house.ring(2)
            await has(receiver, 1)
            await until(lambda: house.is_at(2))
        await house.ring(3)
        async with running(house):
            await has(receiver, 2)
    assert receiver.counts == [2, 3]


async def test_what_happens_while_a_receiver_is_down_comes_in_order_when_it_is_back() -> None:
    receiver = Receiver()
    house = House(endpoint(receiver))
    async with running(house):
        await house.ring(*range(20))
        await until(lambda: 4 in house.clock.slept)
        async with receiver.up():
            receiver.status = 500
            await until(lambda: len(receiver.posts) >= 3)
            receiver.status = 200
            await has(receiver, 20)
    assert receiver.counts == list(range(20))
    assert len({post.headers["webhook-id"] for post in receiver.posts[:4]}) == 1  # the same id at each try
    pauses = [pause for pause in house.clock.slept if pause > 1]
    assert pauses[:4] == [2, 4, 8, 16]


async def test_a_receiver_that_does_not_answer_is_given_up_and_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_webhooks, "_TIMEOUT_SECONDS", 0.2)
    receiver = Receiver()
    receiver.hang_first = 2
    house = House(endpoint(receiver))
    async with receiver.up(), running(house):
        await house.ring(1, 2)
        await has(receiver, 2)
    assert receiver.counts == [1, 2]
    assert [post.event["data"]["times"] for post in receiver.posts] == [1, 1, 1, 2]


async def test_a_receiver_that_is_down_delays_no_other() -> None:
    down, up = Receiver(), Receiver()
    house = House(endpoint(down, "down"), endpoint(up, "up"))
    async with up.up(), running(house):
        await until(lambda: house.has_places(2))
        await house.ring(1, 2, 3)
        await has(up, 3)
    assert up.counts == [1, 2, 3]


async def test_only_kinds_that_were_asked_for_are_sent() -> None:
    receiver = Receiver()
    house = House(endpoint(receiver, patterns=("call/*",)))
    async with receiver.up(), running(house):
        await house.ring(1, 2)
        await until(lambda: house.is_at(2))
    assert receiver.posts == []


async def test_an_event_that_is_refused_time_and_again_is_set_aside_and_can_be_sent_later() -> None:
    receiver = Receiver()
    receiver.answers = lambda post: 400 if post.event["data"]["times"] == 2 else 200
    house = House(endpoint(receiver))
    async with receiver.up(), running(house):
        await house.ring(1, 2, 3)
        await has(receiver, 2)  # by the time the third is taken, the second is set aside
        assert receiver.counts == [1, 3]
        [refusal] = await house.set_aside.refusals()
        assert (refusal.receiver, refusal.fault) == ("webhook:crm", "it answered 400")
        receiver.answers = lambda _: 200
        await house.set_aside.send_again()
        await until(house.has_nothing_set_aside)
    assert receiver.counts == [1, 3, 2]


async def test_an_endpoint_that_says_it_is_gone_is_sent_nothing_more() -> None:
    receiver = Receiver()
    receiver.status = 410
    house = House(endpoint(receiver))
    async with receiver.up():
        async with running(house):
            await house.ring(1)
            await until(house.is_gone)
        receiver.status = 200
        async with running(house):
            await house.ring(2)
            await asyncio.sleep(0.1)
    assert len(receiver.posts) == 1


async def test_a_redirection_is_not_followed() -> None:
    receiver, elsewhere = Receiver(), Receiver()
    receiver.status = 307
    receiver.more_headers = f"location: {elsewhere.url}\r\n"
    house = House(endpoint(receiver))
    async with receiver.up(), elsewhere.up(), running(house):
        await house.ring(1)
        await until(lambda: len(receiver.posts) >= 2)
    assert elsewhere.posts == []


async def test_a_receiver_that_asks_for_time_gets_it() -> None:
    receiver = Receiver()
    receiver.status, receiver.more_headers = 503, "retry-after: 90\r\n"
    house = House(endpoint(receiver))
    async with receiver.up(), running(house):
        await house.ring(1)
        await until(lambda: bool(receiver.posts))
        await asyncio.sleep(0.05)
    assert 90 in house.clock.slept
