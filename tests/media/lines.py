"""A leg without sockets, and a phone at its other end."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np

from ivr.media.codec import Codec, Samples, new_decoder, new_encoder
from ivr.media.leg import Leg
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.media.rtp import RtpPacket, pack, parse
from ivr.media.wire import Address
from ivr.messages import AudioChunk, MediaEvent

EVENT = 101


class FakeWire:
    """Keeps what is sent, with where it went, and whether the wire was locked then."""

    def __init__(self) -> None:
        self.datagrams: list[tuple[bytes, Address]] = []
        self.target: Address | None = None
        self.locked = False

    def send(self, data: bytes) -> None:
        if self.target is not None:
            self.datagrams.append((data, self.target))

    def aim(self, target: Address | None) -> None:
        self.target, self.locked = target, False

    def lock(self, peer: Address) -> None:
        self.target, self.locked = peer, True


class FakeControlWire:
    """Gives what is put in `coming` (datagram, source, age in seconds), and keeps what is sent."""

    def __init__(self) -> None:
        self.coming: list[tuple[bytes, Address, float]] = []
        self.sent: list[tuple[bytes, Address]] = []

    def read(self) -> tuple[bytes, Address, float] | None:
        return self.coming.pop(0) if self.coming else None

    def send(self, data: bytes, target: Address) -> None:
        self.sent.append((data, target))


class Line:
    """A leg, what it sent, told and heard, and a phone at its other end."""

    def __init__(self, name: str, codec: Codec = Codec.G722, host: int = 1, **remote: Any) -> None:
        self.codec = codec
        self.address = (f"192.0.2.{host}", 4000)
        self.events: list[MediaEvent | PeerSilent] = []
        self.chunks: list[AudioChunk] = []
        self.wire, self.control = FakeWire(), FakeControlWire()
        self.leg = Leg(name, self.wire, self.control, self.events.append, self.chunks.append, silent_after=5.0)
        self.remote = RemoteMedia(*self.address, codec, codec.payload_type, EVENT, sending=True, receiving=True)
        self.connect(**remote)
        self.encoder = new_encoder(codec)
        self.sequence, self.now = 100, 0.0

    def connect(self, **changes: Any) -> bool:
        changes = {"codec": self.codec, "payload_type": self.codec.payload_type, **changes}
        self.remote = replace(self.remote, address=self.address[0], **changes)
        return self.leg.connect(self.remote)

    @property
    def datagrams(self) -> list[tuple[bytes, tuple[str, int]]]:
        return self.wire.datagrams

    def says(self, samples: Samples, lose: frozenset[int] = frozenset()) -> None:
        """The phone sends these samples, at its codec's rate, a tick after each frame."""
        for index, frame in enumerate(samples.reshape(-1, self.codec.frame_samples)):
            payload = self.encoder.encode(frame)
            if index not in lose:
                self.send(self.codec.payload_type, payload)
            self.sequence += 1
            self.tick()

    def send(self, payload_type: int, payload: bytes, marker: bool = False, timestamp: int | None = None) -> None:
        stamp = self.sequence * 160 if timestamp is None else timestamp
        self.comes(pack(payload_type, marker, self.sequence, stamp, 42, payload), self.address)

    def comes(self, data: bytes, source: tuple[str, int]) -> None:
        """A datagram arrives at the socket, which the kernel has locked or not."""
        if not self.wire.locked:
            self.leg.receive_from(data, source, self.now, int(self.now * 8000))
        elif source == self.wire.target:
            self.leg.receive(data, self.now, int(self.now * 8000))

    def tick(self) -> None:
        self.now += self.leg.step / 1000
        for leg in (self.leg, self.leg.peer):
            datagram = None if leg is None else leg.tick(self.now)
            if leg is not None and datagram:
                leg.sender.send(datagram)

    def settle(self) -> None:
        """Time goes on until what was said is heard."""
        for _ in range(12):
            self.tick()

    def sweep(self, seconds: float = 1.0) -> None:
        self.now += seconds
        self.leg.sweep(self.now)

    def sent(self) -> list[RtpPacket]:
        packets = [parse(data) for data, _ in self.datagrams]
        return [packet for packet in packets if packet is not None]

    def heard(self) -> Samples:
        decoder = new_decoder(self.codec)
        voice = [packet.payload for packet in self.sent() if packet.payload_type == self.codec.payload_type]
        return np.concatenate([decoder.decode(payload) for payload in voice])


def contiguous(packets: list[RtpPacket]) -> bool:
    return all(
        (later.sequence - earlier.sequence) & 0xFFFF == 1 and (later.timestamp - earlier.timestamp) & 0xFFFFFFFF == 160
        for earlier, later in itertools.pairwise(packets)
    )
