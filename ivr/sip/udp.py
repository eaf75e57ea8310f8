"""SIP over UDP, one address family: one raw socket, read when the event loop says so.

Not asyncio's DatagramTransport: one datagram to an impossible port closes that for good, and with it every call.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import lru_cache

import structlog

from ivr.sip.hop import Hop
from ivr.sip.listening import bound_socket
from ivr.sip.uri import Address

log = structlog.get_logger(__name__)

_LARGEST = 65_535
_BUFFER = 4 << 20
#: Datagrams read at one go, so that a flood does not keep the loop from everything else.
_BATCH = 32


class UdpTransport:
    """Raises AddressInUse or SettingsFault when made, and holds the port from then on."""

    def __init__(self, address: str, port: int) -> None:
        self._socket = bound_socket(address, port, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self.address: Address = self._socket.getsockname()[:2]
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_message: Callable[[bytes, Hop], None] = lambda data, source: None

    def open(self, loop: asyncio.AbstractEventLoop, on_message: Callable[[bytes, Hop], None]) -> None:
        """Read from now on."""
        self._loop = loop
        self._on_message = on_message
        loop.add_reader(self._socket.fileno(), self._read)

    def close(self) -> None:
        """Give the port back."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
        self._socket.close()
        self._loop = None

    def send(self, data: bytes, destination: Hop, failed: Callable[[], None] | None = None) -> None:
        """Send to a literal of this family (`ivr.sip.transport.Transport`)."""
        if self._loop is None:
            return
        try:
            self._socket.sendto(data, (destination.host, destination.port))
        except BlockingIOError:
            return  # the buffer is full: lost like any datagram, and repeated like any
        except (OSError, OverflowError) as fault:
            log.info("not_sent", why=str(fault))
            if failed is not None:
                self._loop.call_soon(failed)

    def _read(self) -> None:
        for _ in range(_BATCH):
            try:
                data, source = self._socket.recvfrom(_LARGEST)
            except BlockingIOError:
                return
            except OSError as fault:  # an earlier datagram's ICMP error, reported here
                log.debug("receive_failed", why=str(fault))
                return
            self._on_message(data, _hop(source[0], source[1]))


@lru_cache(maxsize=4096)
def _hop(host: str, port: int) -> Hop:
    """One object for all that comes from there."""
    return Hop(host, port)
