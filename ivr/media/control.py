"""A leg's RTCP: reports in and out, on the port above RTP's or on RTP's own."""

from __future__ import annotations

import socket
import struct
import time
from typing import Protocol

from ivr.media.reception import Reception
from ivr.media.remote import RemoteMedia
from ivr.media.rtcp_session import RtcpSession, new_canonical_name
from ivr.media.sender import Sender
from ivr.media.wire import Address
from ivr.messages import MediaReport

_DATAGRAM = 2048
_UNITS = 8  # of the timestamp in a millisecond
_MOST_QUEUED = 16
_SO_TIMESTAMPNS = 35  # Linux; not in `socket`
_TIMESPEC = struct.Struct("qq")
_ANCILLARY = socket.CMSG_SPACE(_TIMESPEC.size)


class ControlWire(Protocol):
    """The socket for RTCP alone."""

    def read(self) -> tuple[bytes, Address, float] | None:
        """A datagram, where it came from, and how many seconds ago; None: there is none."""

    def send(self, data: bytes, target: Address) -> None:
        """Send a datagram; what cannot be sent is lost."""


class UdpControlWire:
    """A bound, non-blocking UDP socket, read when there is time: the kernel notes when each datagram came, or the
    round trips reckoned from it would be as long as it waits here."""

    def __init__(self, local: socket.socket) -> None:
        self.socket = local
        local.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)

    def read(self) -> tuple[bytes, Address, float] | None:
        try:
            data, ancillary, _, source = self.socket.recvmsg(_DATAGRAM, _ANCILLARY)
        except OSError:
            return None
        age = 0.0
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET and kind == _SO_TIMESTAMPNS:
                seconds, nanoseconds = _TIMESPEC.unpack(value)
                age = time.time() - seconds - nanoseconds / 1e9
        return data, source[:2], max(0.0, age)

    def send(self, data: bytes, target: Address) -> None:
        try:
            self.socket.sendto(data, target)
        except OSError:
            return


class Control:
    """What a leg tells of its streams every five seconds, and what it is told."""

    __slots__ = ("_came", "_came_from", "_reception", "_sender", "_session", "_wire", "target")

    def __init__(self, wire: ControlWire, sender: Sender, reception: Reception) -> None:
        self._wire = wire
        self._sender = sender
        self._reception = reception
        self._session: RtcpSession | None = None
        #: Where reports go, once it is known; with `rtcp_mux`, None: by the leg's own wire.
        self.target: Address | None = None
        self._came_from: Address | None = None
        self._came = False

    def statistics(self) -> MediaReport:
        """What both sides counted so far."""
        reception, told = self._reception, self._session
        return MediaReport(
            self._sender.sent,
            reception.received,
            reception.lost,
            reception.jitter / _UNITS,
            None if told is None else told.lost_there,
            None if told is None else told.jitter_there,
            None if told is None else told.round_trip,
        )

    def aim(self, remote: RemoteMedia, target: Address | None) -> None:
        """`target` is where RTP goes to; RTCP goes to the same host, or where theirs came from."""
        if target is None or remote.rtcp_mux:
            self.target = None
        elif self._came_from is not None and self._came_from[0] == target[0]:
            self.target = self._came_from
        else:
            port = remote.rtcp_port or target[1] + 1
            self.target = (target[0], port) if port < 65536 else None

    def feed(self, data: bytes, now: float) -> None:
        """A report came at `now`, by either port."""
        self._came = True
        self._begin(now).feed(data, now)

    def sweep(self, remote: RemoteMedia, target: Address, now: float) -> bool:
        """Read what has come, and report if it is time to. Whether anything came from the other side since the last
        time."""
        for _ in range(_MOST_QUEUED):
            read = self._wire.read()
            if read is None:
                break
            data, source, age = read
            if source[0] == target[0]:
                self._came_from = source
                self.feed(data, now - age)
        self.aim(remote, target)
        if now >= self._begin(now).next_report:
            self.report(remote, now)
        came, self._came = self._came, False
        return came

    def report(self, remote: RemoteMedia, now: float, leaving: bool = False) -> None:
        """Send a report now, with a farewell if the leg is `leaving`."""
        if self.target is None and not remote.rtcp_mux:
            return
        sender = self._sender
        data = self._begin(now).compose(now, sender.sent, sender.octets, sender.timestamp & 0xFFFFFFFF, leaving)
        if remote.rtcp_mux:
            sender.send(data)
        elif self.target is not None:
            self._wire.send(data, self.target)

    def _begin(self, now: float) -> RtcpSession:
        if self._session is None:
            self._session = RtcpSession(self._sender.ssrc, new_canonical_name(), self._reception, now)
        return self._session
