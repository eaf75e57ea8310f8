"""One connection between two of the hotline's processes, over a Unix socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic

import structlog

from ivr.wire import Incoming, Message, Reader, WireFault, encode

log = structlog.get_logger(__name__)

#: So much may wait to be read by the other side. Some ten thousand messages: whoever is that late is lost.
MOST_WAITING_BYTES = 4 << 20


class Channel(asyncio.Protocol, Generic[Incoming]):
    """Calls `on_message` with each message in order, and `on_lost` once when the connection is over, whoever ended it.
    Whatever is wrong with what comes ends the connection; neither it nor a late reader raises anything."""

    def __init__(
        self,
        kinds: tuple[type[Incoming], ...],
        on_message: Callable[[Channel[Incoming], Incoming], None],
        on_lost: Callable[[Channel[Incoming]], None],
    ) -> None:
        self._reader = Reader(kinds)
        self._on_message = on_message
        self._on_lost = on_lost
        self._transport: asyncio.Transport | None = None
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            messages = self._reader.feed(data)
        except WireFault as fault:
            log.error("connection_given_up", why=str(fault))
            self.abort()
            return
        for message in messages:
            if self._transport is None:
                return
            self._on_message(self, message)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost.set()
        self._on_lost(self)

    def send(self, message: Message) -> None:
        """Send it, unless the connection is over; never blocks."""
        if self._transport is None:
            return
        self._transport.write(encode(message))
        if self._transport.get_write_buffer_size() > MOST_WAITING_BYTES:
            log.error("connection_given_up", why="the other side does not read")
            self.abort()

    def close(self) -> None:
        """End the connection once everything is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()
