"""How the hotline's processes find each other: one takes connections at a Unix socket, the other comes back to it for
ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Generic

from config.clock import Clock
from ivr.channel import Channel
from ivr.wire import Hello, Incoming

RETRY_SECONDS = 0.2


async def keep_connected(path: str, new_channel: Callable[[], Channel[Incoming]], clock: Clock) -> None:
    """Connect and say hello, and again whenever the connection is lost; until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        with suppress(OSError):  # nobody is there yet
            _, channel = await loop.create_unix_connection(new_channel, path)
            try:
                channel.send(Hello())
                await channel.lost.wait()
            finally:
                channel.abort()
        await clock.sleep(RETRY_SECONDS)


class Entrance(Generic[Incoming]):
    """Takes whoever connects. The callbacks are those of each one's `Channel`."""

    def __init__(
        self,
        kinds: tuple[type[Incoming], ...],
        on_message: Callable[[Channel[Incoming], Incoming], None],
        on_lost: Callable[[Channel[Incoming]], None],
    ) -> None:
        self._kinds = kinds
        self._on_message = on_message
        self._on_lost = on_lost
        self._channels: set[Channel[Incoming]] = set()
        self._server: asyncio.Server | None = None

    async def open(self, path: str) -> None:
        """Take connections at this Unix socket."""
        self._server = await asyncio.get_running_loop().create_unix_server(self._connected, path)

    async def close(self) -> None:
        """Take no more, and part from everybody once all is sent."""
        if self._server is not None:
            self._server.close()
        for channel in tuple(self._channels):
            channel.close()
            await channel.lost.wait()

    def _connected(self) -> Channel[Incoming]:
        channel = Channel(self._kinds, self._on_message, self._left)
        self._channels.add(channel)
        return channel

    def _left(self, channel: Channel[Incoming]) -> None:
        self._channels.discard(channel)
        self._on_lost(channel)
