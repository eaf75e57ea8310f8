"""Events: what they carry, and that no listener can harm another."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from config.events import Event, EventBus

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Event):
    noun: ClassVar[str] = "bell"
    verb: ClassVar[str] = "rang"
    times: int
    until: datetime


RANG = Rang(subject="door", at=NOW, times=2, until=NOW)


def test_an_event_s_data_are_its_own_fields_as_json_values() -> None:
    assert RANG.data() == {"times": 2, "until": "2026-03-01T09:00:00+00:00"}


async def test_every_listener_hears_every_event_in_order() -> None:
    bus, heard, awaited = EventBus(), list[Event](), list[Event]()

    async def listen(event: Event) -> None:
        await asyncio.sleep(0)
        awaited.append(event)

    bus.subscribe(heard.append)
    bus.subscribe(listen)
    other = Rang(subject="door", at=NOW, times=3, until=NOW)
    await bus.publish(RANG)
    await bus.publish(other)
    assert heard == awaited == [RANG, other]


async def test_who_unsubscribed_hears_no_more() -> None:
    bus, heard = EventBus(), list[Event]()
    leave = bus.subscribe(heard.append)
    await bus.publish(RANG)
    leave()
    await bus.publish(RANG)
    assert heard == [RANG]


async def test_a_failing_listener_neither_stops_the_others_nor_the_publisher() -> None:
    bus, heard = EventBus(), list[Event]()

    def fail(_event: Event) -> None:
        raise ValueError("a fault of the listener")

    bus.subscribe(fail)
    bus.subscribe(heard.append)
    await bus.publish(RANG)
    assert heard == [RANG]


async def test_cancelling_the_publisher_is_not_swallowed() -> None:
    bus = EventBus()

    async def wait_for_ever(_event: Event) -> None:
        await asyncio.Event().wait()

    bus.subscribe(wait_for_ever)
    publishing = asyncio.create_task(bus.publish(RANG))
    await asyncio.sleep(0)
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
