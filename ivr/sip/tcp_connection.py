"""One TCP connection, whoever began it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol, cast

import structlog

from ivr.sip.fault import SipFault
from ivr.sip.framing import PING, PONG, Framing
from ivr.sip.hop import Hop

log = structlog.get_logger(__name__)

#: Bytes that may wait for somebody who does not read.
_MOST_UNREAD = 1 << 20
#: Of how many messages we remember whom to tell when the connection breaks.
_MOST_UNANSWERED = 64


class Exchange(Protocol):
    """Where connections belong; `ivr.sip.tcp.TcpTransport` is one."""

    def opened(self, connection: Connection) -> bool:
        """A connection has come about; False if it is not wanted."""

    def received(self, data: bytes, source: Hop) -> None:
        """A whole message has come."""

    def closed(self, connection: Connection) -> None:
        """It is over."""


class Connection(asyncio.Protocol):
    """Cuts what comes into messages, and tells who sent something that may never have arrived."""

    def __init__(self, exchange: Exchange) -> None:
        self.peer = Hop("", 0, "tcp")
        self.sweeps_idle = 0
        self.sweeps_incomplete = 0
        self._exchange = exchange
        self._framing = Framing()
        self._transport: asyncio.Transport | None = None
        self._unanswered: deque[Callable[[], None]] = deque(maxlen=_MOST_UNANSWERED)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        if peer is None:  # gone already
            transport.close()
            return
        self.peer = Hop(peer[0].partition("%")[0], peer[1], "tcp")
        self._transport = cast(asyncio.Transport, transport)  # what create_server and create_connection give
        if not self._exchange.opened(self):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self.sweeps_idle = 0
        self._unanswered.clear()  # they are alive, and what we sent before has come through
        try:
            for piece in self._framing.feed(data):
                self.sweeps_incomplete = 0
                self._take(piece)
        except SipFault as fault:
            log.debug("stream_given_up", why=fault.why)
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._exchange.closed(self)
        for failed in self._unanswered:
            failed()
        self._unanswered.clear()

    def send(self, data: bytes, failed: Callable[[], None] | None) -> None:
        """Send. `failed` is called if the connection breaks before anything comes back."""
        if self._transport is None:
            return
        if failed is not None:
            self._unanswered.append(failed)
        if self._is_unread():
            log.info("peer_does_not_read")
            self.abort()
            return
        self.sweeps_idle = 0
        self._transport.write(data)

    def swept(self) -> None:
        """Some time has passed."""
        self.sweeps_idle += 1
        self.sweeps_incomplete = 0 if self._framing.is_between_messages else self.sweeps_incomplete + 1

    def close(self) -> None:
        """End it when everything is sent."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """End it now."""
        if self._transport is not None:
            self._transport.abort()

    def _take(self, piece: bytes) -> None:
        if piece != PING:
            self._exchange.received(piece, self.peer)
        elif self._transport is not None and not self._is_unread():
            self._transport.write(PONG)

    def _is_unread(self) -> bool:
        return self._transport is not None and self._transport.get_write_buffer_size() > _MOST_UNREAD
