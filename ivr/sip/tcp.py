"""SIP over TCP, one address family (RFC 3261, 18): connections are used again, and closed when nobody needs them.

A response goes back on the connection its request came by; a request to somebody who is connected already goes by
that connection, to anybody else by a new one.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from ivr.sip.hop import Hop
from ivr.sip.listening import bound_socket
from ivr.sip.tcp_connection import Connection
from ivr.sip.timers import Timer, Timers
from ivr.sip.uri import Address

log = structlog.get_logger(__name__)

Failed = Callable[[], None]
#: Messages that may wait for one connection to come about.
_MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class TcpLimits:
    """Connections at once, in all and of one host; seconds until a connection must have come about, until one with
    nothing to say is closed, and until a message that was begun must be complete."""

    connections: int = 1000
    connections_of_one_host: int = 50
    connect: float = 4.0
    idle: float = 120.0
    incomplete: float = 10.0


class TcpTransport:
    """Raises AddressInUse or SettingsFault when made, and holds the port from then on."""

    def __init__(self, address: str, port: int, timers: Timers, limits: TcpLimits | None = None) -> None:
        self._socket = bound_socket(address, port, socket.SOCK_STREAM)
        self.address: Address = self._socket.getsockname()[:2]
        self._source = None if ipaddress.ip_address(address).is_unspecified else (address, 0)
        self._timers = timers
        self._limits = limits or TcpLimits()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._on_message: Callable[[bytes, Hop], None] = lambda data, source: None
        self._connections: dict[Hop, Connection] = {}
        self._hosts: Counter[str] = Counter()
        self._connecting: dict[Hop, list[tuple[bytes, Failed | None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeping: Timer | None = None

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    async def open(self, loop: asyncio.AbstractEventLoop, on_message: Callable[[bytes, Hop], None]) -> None:
        """Take connections from now on."""
        self._loop = loop
        self._on_message = on_message
        self._server = await loop.create_server(lambda: Connection(self), sock=self._socket)
        self._sweep()

    def close(self) -> None:
        """End every connection and give the port back."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for task in self._tasks:
            task.cancel()
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections.values()):
            connection.close()
        self._socket.close()
        self._loop = None

    def send(self, data: bytes, destination: Hop, failed: Failed | None = None) -> None:
        """Send to a literal of this family (`ivr.sip.transport.Transport`). `failed` is also called if the connection
        breaks before anything came back on it."""
        if self._loop is None:
            return
        connection = self._connections.get(destination)
        if connection is not None:
            connection.send(data, failed)
            return
        waiting = self._connecting.get(destination)
        if waiting is None and self.connections + len(self._connecting) < self._limits.connections:
            self._connecting[destination] = [(data, failed)]
            task = self._loop.create_task(self._connect(destination))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif waiting is not None and len(waiting) < _MOST_WAITING:
            waiting.append((data, failed))
        elif failed is not None:
            self._loop.call_soon(failed)

    # --- what connections tell (ivr.sip.tcp_connection.Exchange) ---------------------------------------------------

    def opened(self, connection: Connection) -> bool:
        """A connection has come about; False if there are too many."""
        peer = connection.peer
        is_theirs = peer not in self._connecting
        if is_theirs and (
            self.connections >= self._limits.connections
            or self._hosts[peer.host] >= self._limits.connections_of_one_host
        ):
            log.debug("connection_refused", of_this_host=self._hosts[peer.host])
            return False
        self._connections[peer] = connection
        self._hosts[peer.host] += 1
        return True

    def received(self, data: bytes, source: Hop) -> None:
        """A whole message has come."""
        self._on_message(data, source)

    def closed(self, connection: Connection) -> None:
        """It is over."""
        peer = connection.peer
        if self._connections.get(peer) is connection:
            del self._connections[peer]
            self._hosts[peer.host] -= 1
            if not self._hosts[peer.host]:
                del self._hosts[peer.host]  # a host without connections leaves no trace

    # --- how it is done --------------------------------------------------------------------------------------------

    async def _connect(self, destination: Hop) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._limits.connect):
                _, connection = await loop.create_connection(
                    lambda: Connection(self), destination.host, destination.port, local_addr=self._source
                )
        except (OSError, OverflowError, TimeoutError) as fault:
            log.info("not_connected", why=str(fault) or "no answer in time")
            for _, failed in self._connecting.pop(destination):
                if failed is not None:
                    failed()
            return
        for data, failed in self._connecting.pop(destination):
            connection.send(data, failed)

    def _sweep(self) -> None:
        """Close what is idle or stuck; connections count the sweeps, so that none of them needs a timer."""
        pause = self._limits.incomplete / 2
        for connection in tuple(self._connections.values()):
            connection.swept()
            if connection.sweeps_idle * pause > self._limits.idle:
                connection.close()
            elif connection.sweeps_incomplete > 2:
                log.info("incomplete_message")
                connection.abort()
        self._sweeping = self._timers.later(pause, self._sweep)
