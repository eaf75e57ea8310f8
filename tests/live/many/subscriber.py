"""Somebody who wants every event, whatever becomes of the broker."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiomqtt


class Subscriber:
    """`ids` are those of the CloudEvents that came, in order, repeats included. The broker knows it by name and keeps
    for it what it misses."""

    def __init__(self, host: str, port: int) -> None:
        self.ids: list[str] = []
        self.connected = 0
        self._host, self._port = host, port

    async def run(self) -> None:
        """Listen, and connect again whenever the broker is back, until cancelled."""
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    self._host, self._port, identifier="wants-every-event", clean_session=False
                ) as client:
                    await client.subscribe("hotline/#", qos=1)
                    self.connected += 1
                    async for message in client.messages:
                        self._hear(message.payload)
            await asyncio.sleep(0.1)

    def _hear(self, payload: object) -> None:
        assert isinstance(payload, bytes)
        told = json.loads(payload) if payload else None
        if isinstance(told, dict) and "specversion" in told:  # not a retained state
            self.ids.append(str(told["id"]))


@asynccontextmanager
async def listening(host: str, port: int) -> AsyncIterator[Subscriber]:
    """One for the length of the block, once it is heard by the broker."""
    subscriber = Subscriber(host, port)
    task = asyncio.create_task(subscriber.run())
    try:
        async with asyncio.timeout(10):
            while not subscriber.connected:  # noqa: ASYNC110 - the client has no event for it
                await asyncio.sleep(0.02)
        yield subscriber
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
