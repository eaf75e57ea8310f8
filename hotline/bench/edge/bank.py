"""Telephones that share one UDP port: what they say goes out in one volley every 20 ms.

The other side connects its sockets to the address that our SDP names, so each packet leaves from that very port; calls
are told apart by the other side's port, of which each call has one of its own.
"""

from __future__ import annotations

import secrets
import socket
import time

import numpy as np

from config.errors import HotlineError
from hotline.bench.edge.mmsg import Inbox, Outbox, stamped

#: The fixed header of RTP (RFC 3550, 5.1), and 20 ms of G.711. The payload may begin with when it was sent.
_HEADER = np.dtype([("first", "u1"), ("second", "u1"), ("sequence", ">u2"), ("timestamp", ">u4"), ("source", ">u4")])
_FRAME = 160
_KEY = 4 * _FRAME
PACKET = _HEADER.itemsize + _FRAME
STAMP_AT, STAMP_END = _HEADER.itemsize, _HEADER.itemsize + 8
_PCMU, _EVENT = 0, 101
_MARKER = 0x80
_RECEIVE_BUFFER = 4 << 20


class Bank:
    """Up to `capacity` telephones. With `stamps` every packet says in its payload when it was sent, in nanoseconds of
    the system's clock, so that whoever hears it can tell how long it was on the way."""

    def __init__(self, host: str, capacity: int, stamps: bool = False) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        self._socket.setblocking(False)
        stamped(self._socket)
        self._socket.bind((host, 0))
        self.port: int = self._socket.getsockname()[1]
        self._stamps = stamps
        self._outbox = Outbox(capacity, PACKET)
        packets = self._outbox.packets
        self._headers = packets[:, : _HEADER.itemsize].view(_HEADER)[:, 0]
        self._headers["first"] = 0x80  # version 2
        packets[:, _HEADER.itemsize :] = np.frombuffer(secrets.token_bytes(_FRAME), np.uint8)
        self._places: dict[int, int] = {}
        self._ports: list[int] = []

    def __len__(self) -> int:
        return len(self._ports)

    def add(self, address: tuple[str, int]) -> None:
        """Speak to there from now on, as a new source. Raises `HotlineError` if all telephones are taken."""
        host, port = address
        place = self._places.get(port, len(self._ports))
        if place == len(self._outbox.packets):
            raise HotlineError("too many calls for one bank of telephones", where=f"UDP port {self.port}")
        if place == len(self._ports):
            self._places[port] = place
            self._ports.append(port)
        row = self._outbox.addresses[place]
        row["port"], row["address"] = port, np.frombuffer(socket.inet_aton(host), np.uint8)
        header = self._headers[place]
        header["sequence"], header["timestamp"] = secrets.randbelow(1 << 16), secrets.randbelow(1 << 32)
        header["source"] = secrets.randbelow(1 << 32)

    def remove(self, port: int) -> None:
        """Speak to that port no more: the last telephone takes the place."""
        place = self._places.pop(port, None)
        if place is None:
            return
        last = self._ports.pop()
        if last != port:
            self._ports[place] = last
            self._places[last] = place
            self._outbox.addresses[place] = self._outbox.addresses[len(self._ports)]
            self._outbox.packets[place] = self._outbox.packets[len(self._ports)]

    def send(self) -> None:
        """The next 20 ms of all telephones."""
        count = len(self._ports)
        if not count:
            return
        headers = self._headers[:count]
        headers["sequence"] += 1
        headers["timestamp"] += _FRAME
        if self._stamps:
            now = np.frombuffer(time.time_ns().to_bytes(8, "little"), np.uint8)
            self._outbox.packets[:count, STAMP_AT:STAMP_END] = now
        self._outbox.send(self._socket.fileno(), count)

    def press(self, port: int, key: int) -> None:
        """Press a key for 80 ms: RFC 4733 event `key` (0 to 9), its end sent three times, all at once. The clock of
        what is said goes on behind it, so that the next key is another."""
        place = self._places.get(port)
        if place is None:
            return
        header = self._headers[place]
        address = socket.inet_ntoa(self._outbox.addresses[place]["address"].tobytes()), port
        for number, (end, duration) in enumerate(((0, 160), (0, 320), *3 * ((0x80, _KEY),))):
            header["sequence"] = (int(header["sequence"]) + 1) % (1 << 16)
            event = header.copy()
            event["second"] = _EVENT | (0 if number else _MARKER)
            body = bytes((key, end | 10)) + duration.to_bytes(2, "big")
            self._socket.sendto(event.tobytes() + body, address)
        header["timestamp"] = (int(header["timestamp"]) + _KEY) % (1 << 32)

    def receive(self, inbox: Inbox) -> int:
        """Put what came to all telephones into `inbox`, as far as there is room."""
        return inbox.receive(self._socket.fileno())

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()
