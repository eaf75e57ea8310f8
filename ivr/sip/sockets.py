"""Every socket of the edge as one transport: UDP and TCP on the same port, IPv4 and IPv6 beside each other."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from contextlib import ExitStack

from config.errors import AddressInUse
from ivr.sip.hop import Hop
from ivr.sip.settings import EdgeSettings
from ivr.sip.tcp import TcpTransport
from ivr.sip.timers import Timers
from ivr.sip.udp import UdpTransport
from ivr.sip.uri import Address

#: How often another port is tried where the system may choose it and TCP's is taken.
_TRIES = 20
#: Documentation networks: only the way there is asked for, nothing is sent.
_ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


class _Family:
    """The sockets of one address family."""

    def __init__(self, address: str, port: int, public_address: str | None, timers: Timers) -> None:
        with ExitStack() as unless_made:
            self.udp = UdpTransport(address, port)
            unless_made.callback(self.udp.close)
            self.tcp = TcpTransport(address, self.udp.address[1], timers)
            unless_made.pop_all()
        self._public_address = public_address
        self._is_unspecified = ipaddress.ip_address(address).is_unspecified
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET

    def close(self) -> None:
        self.udp.close()
        self.tcp.close()

    def host_towards(self, destination: Hop) -> str:
        """What we are called from there."""
        if self._public_address is not None:
            return self._public_address
        if not self._is_unspecified:
            return self.udp.address[0]
        with socket.socket(self.family, socket.SOCK_DGRAM) as probe:  # a route look-up; nothing is sent
            try:
                probe.connect((destination.host if destination.is_literal else _ELSEWHERE[self.family], 9))
            except OSError:
                return "::1" if self.family == socket.AF_INET6 else "127.0.0.1"
            return str(probe.getsockname()[0])


class Sockets:
    """`ivr.sip.transport.Transport` on the network. Raises AddressInUse or SettingsFault when made."""

    def __init__(self, settings: EdgeSettings, timers: Timers) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        for tries_left in reversed(range(_TRIES)):
            try:
                self._families = _families(settings, timers)
                return
            except AddressInUse:
                if settings.port or not tries_left:
                    raise

    @property
    def address(self) -> Address:
        """Where SIP is taken first of all."""
        return self._families[0].udp.address

    @property
    def families(self) -> tuple[socket.AddressFamily, ...]:
        """The address families that there are sockets for, the first one first."""
        return tuple(family.family for family in self._families)

    async def open(self, loop: asyncio.AbstractEventLoop, on_message: Callable[[bytes, Hop], None]) -> None:
        """Take messages from now on."""
        self._loop = loop
        for family in self._families:
            family.udp.open(loop, on_message)
            await family.tcp.open(loop, on_message)

    def close(self) -> None:
        """Give the port back."""
        for family in self._families:
            family.close()
        self._loop = None

    def send(self, data: bytes, destination: Hop, failed: Callable[[], None] | None = None) -> None:
        """`ivr.sip.transport.Transport`."""
        family = self._family_of(destination)
        if family is not None:
            (family.tcp if destination.transport == "tcp" else family.udp).send(data, destination, failed)
        elif failed is not None and self._loop is not None:
            self._loop.call_soon(failed)  # no socket of that family

    def local(self, destination: Hop) -> Address:
        """`ivr.sip.transport.Transport`."""
        family = self._family_of(destination) or self._families[0]
        return family.host_towards(destination), self.address[1]

    def _family_of(self, destination: Hop) -> _Family | None:
        for family in self._families:
            if destination.is_ipv6 == (":" in family.udp.address[0]):
                return family
        return None


def _families(settings: EdgeSettings, timers: Timers) -> list[_Family]:
    made: list[_Family] = []
    port = settings.port
    wanted = [(settings.address, settings.public_address)]
    if settings.address6 is not None:
        wanted.append((settings.address6, settings.public_address6))
    with ExitStack() as unless_made:
        for address, public_address in wanted:
            made.append(_Family(address, port, public_address, timers))
            unless_made.callback(made[-1].close)
            port = made[0].udp.address[1]
        unless_made.pop_all()
    return made
