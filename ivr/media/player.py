"""What a leg plays: encoded clips, cut into frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.media.codec import FRAME_BYTES


@dataclass(slots=True)
class Playing:
    """One `Play`. `payloads` is None until the clips are loaded; each payload is a whole number of frames.

    The position counts frames, which are 20 ms in every codec: after a change of codec the clip goes on where it was.
    """

    turn: int
    clips: tuple[str, ...]
    loop: bool
    payloads: tuple[bytes, ...] | None = None
    clip: int = 0
    byte: int = 0

    def next_frame(self) -> bytes | None:
        """The next 20 ms; None at the end, or while the clips are not loaded."""
        payloads = self.payloads
        if payloads is None:
            return None
        while self.clip < len(payloads):
            payload = payloads[self.clip]
            if self.byte < len(payload):
                frame = payload[self.byte : self.byte + FRAME_BYTES]
                self.byte += FRAME_BYTES
                return frame
            self.clip, self.byte = self.clip + 1, 0
            if self.loop and self.clip == len(payloads) and any(payloads):
                self.clip = 0
        return None


class Player:
    """At most one `Playing` at a time; tells its turn when it has been heard to the end."""

    def __init__(self, on_finished: Callable[[int], None]) -> None:
        self._on_finished = on_finished
        self.playing: Playing | None = None

    def start(self, playing: Playing) -> None:
        """Play this, in place of what is playing."""
        self.playing = playing

    def stop(self) -> None:
        """Fall silent; the turn is not reported."""
        self.playing = None

    def next_frame(self) -> bytes | None:
        """The next 20 ms to be sent, None for silence. Called once in each 20 ms."""
        playing = self.playing
        if playing is None:
            return None
        frame = playing.next_frame()
        if frame is None and playing.payloads is not None:
            self.playing = None
            self._on_finished(playing.turn)
        return frame
