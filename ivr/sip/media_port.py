"""What signalling asks of the media half; `ivr.media.plane.MediaPlane` is one of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivr.media.remote import MediaStatistics, RemoteMedia
from ivr.messages import (
    Bridge,
    DigitPressed,
    Play,
    PlayFinished,
    Record,
    StopPlaying,
    StopRecording,
    Tap,
    Unbridge,
)

MediaCommand = Play | StopPlaying | Tap | Bridge | Unbridge | Record | StopRecording
MediaEvent = PlayFinished | DigitPressed


class MediaPort(Protocol):
    """The audio of every leg. Thread-safe; never blocks."""

    def start(self, on_event: Callable[[MediaEvent], None]) -> None:
        """Start the media clock. `on_event` is called from its thread."""

    def stop(self) -> None:
        """Close every leg and end the thread."""

    def open_leg(self, leg: str) -> int:
        """Take a local RTP port (even) for the leg. Raises `ivr.media.ports.PortsExhausted`."""

    def connect(self, leg: str, remote: RemoteMedia) -> None:
        """Begin, or redirect, the exchange with the other side; the same values again change nothing."""

    def close_leg(self, leg: str) -> MediaStatistics:
        """Give the port back and say what passed through it."""

    def send(self, command: MediaCommand) -> None:
        """Carry out a command on an open leg."""
