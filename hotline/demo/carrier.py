"""The public telephone network of the demo: brings each call to the phone with the number that was dialled.

A stateless SIP proxy (RFC 3261 section 16.11): it adds its Via on the way there, takes it off on the way back, and
remembers nothing. What is said within a call goes past it, from phone to phone.
"""

from __future__ import annotations

import asyncio
import hashlib
import re

from hotline.demo import peer_sip as sip

_VIA = re.compile(rb"^Via: [^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(r"sips?:([^@;>]+)@")


class Carrier(asyncio.DatagramProtocol):
    """Numbers and the addresses of their phones. A number that nobody has is answered with 404."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.port = 0
        self.phones: dict[str, tuple[str, int]] = {}
        #: Every number that was dialled through here, in order: what a telephone bill would show.
        self.bill: list[str] = []
        self._transport: asyncio.DatagramTransport | None = None

    async def start(self) -> None:
        """Take a port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.address, 0))
        self.port = int(self._transport.get_extra_info("sockname")[1])

    def stop(self) -> None:
        """Give the port back."""
        if self._transport is not None:
            self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = sip.parse(data)
        if message is None or self._transport is None:
            return
        if message.status:
            back = message.all("via")[1:2]
            if back:
                self._transport.sendto(_VIA.sub(b"", data, count=1), _reply_address(back[0]))
            return
        dialled = _NUMBER.search(message.start)
        phone = self.phones.get(dialled[1]) if dialled else None
        if phone is None:
            self._transport.sendto(sip.reply(message, 404, "Not Found", "carrier", ()), addr)
            return
        if message.method == "INVITE" and dialled is not None:
            self.bill.append(dialled[1])
        branch = hashlib.sha256(sip.branch_of(message).encode()).hexdigest()[:24]
        via = f"Via: SIP/2.0/UDP {self.address}:{self.port};branch=z9hG4bK{branch}\r\n".encode()
        start, _, rest = data.partition(b"\r\n")
        self._transport.sendto(start + b"\r\n" + via + rest, phone)


def _reply_address(via: str) -> tuple[str, int]:
    """Where a response goes: host and port of the Via below ours, or what `received` and `rport` say (RFC 3581)."""
    host, port = sip.address_of(f"sip:{via.split()[1].split(';')[0]}")
    received, rport = re.search(r"received=([^;\s]+)", via), re.search(r"rport=(\d+)", via)
    return received[1] if received else host, int(rport[1]) if rport else port
