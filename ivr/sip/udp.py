"""UDP over IPv4: one raw socket, read when the event loop says so.

Not asyncio's DatagramTransport: one datagram to an impossible port closes that for good, and with it every call.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable

import structlog

from config.errors import AddressInUse, SettingsFault
from ivr.sip.uri import Address

log = structlog.get_logger(__name__)

_LARGEST = 65_535
_BUFFER = 4 << 20
#: Datagrams read at one go, so that a flood does not keep the loop from everything else.
_BATCH = 32
_REMEMBER_NAMES = 60.0  # seconds


class UdpTransport:
    """The socket of the edge. Raises AddressInUse or SettingsFault when made, and holds the port from then on."""

    def __init__(self, address: str, port: int, public_address: str | None = None) -> None:
        self._public_address = public_address
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
            self._socket.setblocking(False)
            self._socket.bind((address, port))
        except (OSError, OverflowError) as fault:
            self._socket.close()
            where = f"udp {address}:{port}"
            if isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE:
                remedy = "end the program that holds it (ss -ulnp), or set another SIP port"
                raise AddressInUse("the SIP port is in use", where=where, remedy=remedy) from fault
            remedy = "set an IPv4 address of this machine, and a port that you may use"
            raise SettingsFault(f"cannot listen there: {fault}", where=where, remedy=remedy) from fault
        self.address: Address = self._socket.getsockname()
        self._is_unspecified = ipaddress.IPv4Address(self.address[0]).is_unspecified
        self._loop: asyncio.AbstractEventLoop | None = None
        self._on_datagram: Callable[[bytes, Address], None] = lambda data, source: None
        self._names: dict[str, str] = {}
        self._lookups: set[asyncio.Task[None]] = set()

    def open(self, loop: asyncio.AbstractEventLoop, on_datagram: Callable[[bytes, Address], None]) -> None:
        """Read from now on."""
        self._loop = loop
        self._on_datagram = on_datagram
        loop.add_reader(self._socket.fileno(), self._read)

    def close(self) -> None:
        """Give the port back."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket.fileno())
        for lookup in self._lookups:
            lookup.cancel()
        self._socket.close()
        self._loop = None

    def send(self, data: bytes, destination: Address, failed: Callable[[], None] | None = None) -> None:
        """Send now, or once the name is known (`ivr.sip.transport.Transport`)."""
        if self._loop is None:
            return
        host = self._names.get(destination[0], destination[0])
        if _is_literal(host):
            self._send_to(data, (host, destination[1]), failed)
        else:
            lookup = self._loop.create_task(self._look_up_and_send(data, destination, failed))
            self._lookups.add(lookup)
            lookup.add_done_callback(self._lookups.discard)

    def local(self, destination: Address) -> Address:
        """What we are called from there (`ivr.sip.transport.Transport`)."""
        if self._public_address is not None:
            return self._public_address, self.address[1]
        if not self._is_unspecified:
            return self.address
        host = self._names.get(destination[0], destination[0])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:  # a route look-up; nothing is sent
            try:
                probe.connect((host if _is_literal(host) else "192.0.2.1", 9))
            except OSError:
                return "127.0.0.1", self.address[1]
            return probe.getsockname()[0], self.address[1]

    def _send_to(self, data: bytes, destination: Address, failed: Callable[[], None] | None) -> None:
        try:
            self._socket.sendto(data, destination)
        except BlockingIOError:
            return  # the buffer is full: lost like any datagram, and repeated like any
        except (OSError, OverflowError) as fault:
            log.info("not_sent", why=str(fault))
            self._tell_failed(failed)

    async def _look_up_and_send(self, data: bytes, destination: Address, failed: Callable[[], None] | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(destination[0], None, family=socket.AF_INET, type=socket.SOCK_DGRAM)
        except (OSError, UnicodeError) as fault:
            log.info("name_not_found", name=destination[0], why=str(fault))
            self._tell_failed(failed)
            return
        self._names[destination[0]] = str(found[0][4][0])
        loop.call_later(_REMEMBER_NAMES, self._names.pop, destination[0], None)
        if self._loop is not None:
            self._send_to(data, (self._names[destination[0]], destination[1]), failed)

    def _tell_failed(self, failed: Callable[[], None] | None) -> None:
        if failed is not None and self._loop is not None:
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
            self._on_datagram(data, source)


def _is_literal(host: str) -> bool:
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True
