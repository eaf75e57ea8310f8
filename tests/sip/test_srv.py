"""SRV records, from a name server of our own on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import cast

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from ivr.sip.resolve import Service
from ivr.sip.srv import services

RECORDS = {"_sip._udp.example.": ("1 20 5070 a.example.", "2 0 5060 b.example.")}


class NameServer(asyncio.DatagramProtocol):
    """Answers questions for SRV records; `empty.` exists without one, `broken.` is refused."""

    transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = dns.message.from_wire(data)
        name = str(asked.question[0].name)
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        if name in RECORDS:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "SRV", *RECORDS[name]))
        elif name == "broken.":
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif name != "empty.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def resolver() -> AsyncIterator[dns.asyncresolver.Resolver]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    found = dns.asyncresolver.Resolver(configure=False)
    found.nameservers, found.port = ["127.0.0.1"], transport.get_extra_info("sockname")[1]
    yield found
    transport.close()


async def test_the_records_of_a_service_are_found(resolver: dns.asyncresolver.Resolver) -> None:
    found = await services("_sip._udp.example", resolver)
    assert sorted(found, key=lambda service: service.priority) == [
        Service(1, 20, 5070, "a.example"),
        Service(2, 0, 5060, "b.example"),
    ]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
async def test_no_records_are_no_fault(resolver: dns.asyncresolver.Resolver, name: str) -> None:
    assert await services(name, resolver) == []


async def test_a_name_server_that_fails_is_told(resolver: dns.asyncresolver.Resolver) -> None:
    with pytest.raises(OSError, match="broken"):
        await services("broken", resolver)
