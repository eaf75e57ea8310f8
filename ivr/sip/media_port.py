"""What signalling asks of the media half; `ivr.media.plane.MediaPlane` is one of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.messages import MediaCommand, MediaEvent, MediaReport


class MediaPort(Protocol):
    """The audio of every leg. Thread-safe; never blocks."""

    @property
    def lateness(self) -> float:
        """Seconds by which packets leave late: a mean of the last moments."""

    def start(self, on_event: Callable[[MediaEvent | PeerSilent], None]) -> None:
        """Start the media clock. `on_event` is called from its thread."""

    def stop(self) -> None:
        """Close every leg and end the thread."""

    def open_leg(self, leg: str, ipv6: bool = False) -> int:
        """Take a local RTP port (even; RTCP is the port above) for the leg, of the address family in which its other
        side is reached. Raises `ivr.media.ports.PortsExhausted`."""

    def connect(self, leg: str, remote: RemoteMedia) -> None:
        """Begin, or redirect, the exchange with the other side; the same values again change nothing."""

    def close_leg(self, leg: str) -> MediaReport:
        """Give the port back and say what passed through it."""

    def send(self, command: MediaCommand) -> None:
        """Carry out a command on an open leg."""
