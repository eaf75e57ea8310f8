"""What a leg plays: encoded clips, cut into packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Playing:
    """One `Play`. `packets` is None until the clips are loaded; each is `ptime` milliseconds of payload, and the same
    objects serve every leg that hears the clip."""

    turn: int
    clips: tuple[str, ...]
    loop: bool
    packets: tuple[bytes, ...] | None = None
    ptime: int = 20
    place: int = 0

    def load(self, packets: tuple[bytes, ...] | None, ptime: int) -> None:
        """Go on in other packets at the same time of the clip; None: they come later."""
        self.place = self.place * self.ptime // ptime
        self.packets, self.ptime = packets, ptime


class Player:
    """At most one `Playing` at a time; tells its turn when it has been heard to the end."""

    __slots__ = ("_on_finished", "playing")

    def __init__(self, on_finished: Callable[[int], None]) -> None:
        self._on_finished = on_finished
        self.playing: Playing | None = None

    def start(self, playing: Playing) -> None:
        """Play this, in place of what is playing."""
        self.playing = playing

    def stop(self) -> None:
        """Fall silent; the turn is not reported."""
        self.playing = None

    def next_packet(self) -> bytes | None:
        """The payload of the next packet to be sent, None for silence."""
        playing = self.playing
        if playing is None or playing.packets is None:
            return None
        place = playing.place
        try:
            payload = playing.packets[place]
        except IndexError:
            return self._end(playing, playing.packets)
        playing.place = place + 1
        return payload

    def take(self, count: int) -> tuple[bytes, ...]:
        """The next payloads, at most so many and none beyond the end of what is playing; they count as played."""
        playing = self.playing
        if playing is None or playing.packets is None:
            return ()
        payloads = playing.packets[playing.place : playing.place + count]
        playing.place += len(payloads)
        return payloads

    def give_back(self, count: int) -> None:
        """The last so many of those taken were not played after all."""
        if self.playing is not None:
            self.playing.place -= count

    def _end(self, playing: Playing, packets: tuple[bytes, ...]) -> bytes | None:
        if playing.loop and packets:
            playing.place = 1
            return packets[0]
        self.playing = None
        self._on_finished(playing.turn)
        return None
