"""The ports of the IVR: message-shaped, so that each side can live in this process or in one of its own.

Signalling and media are one port, `Edge`: a `Play` must not overtake the `Answer` before it (ADR 3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ivr.messages import AudioChunk, EarsCommand, EarsEvent, EdgeCommand, EdgeEvent

#: Called by the media thread with what a tapped leg said; must return at once.
AudioSink = Callable[[AudioChunk], None]


class Edge(Protocol):
    """Telephones: signalling and media."""

    async def start(self, on_event: Callable[[EdgeEvent], None]) -> None:
        """Begin to take calls. `on_event` is called in this event loop, in order per leg. What outlived an earlier
        process is told before this returns."""

    def outlived(self) -> float:
        """For how many seconds these very telephones had been up when `start` returned: what was dialled since then
        and was not told to have outlived it is over. None, where telephones begin and end with their program."""
        return 0.0

    def is_up(self) -> bool:
        """Whether calls can come in and go out now. Always, where telephones begin and end with their program."""
        return True

    def send(self, command: EdgeCommand) -> None:
        """Carry out a command; never blocks. A command for a leg that is over does nothing."""

    async def stop(self) -> None:
        """End every leg and give the sockets back."""


class Ears(Protocol):
    """Speech recognition."""

    async def start(self, on_event: Callable[[EarsEvent], None]) -> None:
        """Load and warm the models. `on_event` is called in this event loop."""

    def send(self, command: EarsCommand) -> None:
        """Carry out a command; never blocks."""

    def hear(self, chunk: AudioChunk) -> None:
        """Take audio; may be called from any thread, never blocks. Audio outside a listen is dropped."""

    def languages(self) -> frozenset[str]:
        """The languages that can be heard now."""

    async def stop(self) -> None:
        """End all listens and threads."""
