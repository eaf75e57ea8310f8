"""Sending to a broker that is not there. With a real one: tests/live/test_mqtt.py."""

from __future__ import annotations

import asyncio

import pytest

from config.broker import Broker
from config.clock import SystemClock
from config.mqtt_events import MqttEvents
from config.outbox import MemoryOutbox
from tests.ports import free_port


class Impatient(SystemClock):
    """Notes how long it should have slept, and gives up after the eighth time."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if len(self.slept) == 8:
            raise asyncio.CancelledError


async def test_it_tries_again_ever_more_slowly_but_never_gives_up() -> None:
    clock = Impatient()
    events = MqttEvents(Broker("127.0.0.1", free_port(), tls=False), MemoryOutbox(), "main", clock)
    with pytest.raises(asyncio.CancelledError):
        await events.run()
    assert clock.slept == [1, 2, 4, 8, 16, 30, 30, 30]
