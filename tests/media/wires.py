"""Sockets of a leg that are none."""

from __future__ import annotations

from ivr.media.wire import Address


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
