"""A media plane without audio: it keeps the books and nothing else."""

from __future__ import annotations

from collections.abc import Callable

from ivr.media.ports import PortsExhausted
from ivr.media.remote import PeerSilent, RemoteMedia
from ivr.messages import MediaCommand, MediaEvent, MediaReport


class SilentMedia:
    """`ivr.sip.media_port.MediaPort` for tests. `redirected` counts real changes per leg."""

    def __init__(self, ports: int = 50) -> None:
        self.ports = ports
        self.open: dict[str, RemoteMedia | None] = {}
        self.redirected: dict[str, int] = {}
        self.commands: list[MediaCommand] = []
        self.closed: list[str] = []
        self.is_running = False
        self.lateness = 0.0
        self._next = 40000
        self.report: Callable[[MediaEvent | PeerSilent], None] = lambda event: None

    def start(self, on_event: Callable[[MediaEvent | PeerSilent], None]) -> None:
        self.report = on_event
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def open_leg(self, leg: str, ipv6: bool = False) -> int:
        if len(self.open) >= self.ports:
            raise PortsExhausted("every media port is in use")
        assert leg not in self.open
        self.open[leg] = None
        self._next += 2
        return self._next

    def connect(self, leg: str, remote: RemoteMedia) -> None:
        if self.open[leg] != remote:
            self.open[leg] = remote
            self.redirected[leg] = self.redirected.get(leg, 0) + 1

    def close_leg(self, leg: str) -> MediaReport:
        del self.open[leg]
        self.closed.append(leg)
        return MediaReport(10, 20, 3)

    def send(self, command: MediaCommand) -> None:
        self.commands.append(command)
