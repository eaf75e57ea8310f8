"""The machine's name service: addresses as every program here finds them, and SRV records."""

from __future__ import annotations

import asyncio
import socket

from ivr.sip.resolve import Service
from ivr.sip.srv import services


class NameService:
    """`ivr.sip.resolve.Names`. `families` are those that we have sockets for, the preferred one first: a name that has
    an address of it is reached there only, so that its audio goes the same way."""

    def __init__(self, families: tuple[socket.AddressFamily, ...]) -> None:
        self._families = families

    async def addresses(self, host: str) -> list[str]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_DGRAM)
        for family in self._families:
            addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found if entry[0] == family))
            if addresses:
                return addresses
        raise OSError("no address of a family that we have")

    async def services(self, name: str) -> list[Service]:
        return await services(name)
