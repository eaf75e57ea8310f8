"""Putting received packets back in order, and bridging the gaps that losses leave."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ivr.media.codec import Samples
from ivr.media.rtp import sequence_distance

#: Packets held while one is missing: 60 ms at 20 ms a packet.
_DEPTH = 3
#: A jump farther than this, either way, is a new start of the stream.
_WINDOW = 50


class Frame(NamedTuple):
    """One packet's worth of stream, in order. `payload` is None where a packet was lost, empty where the packet
    carried no voice."""

    timestamp: int
    payload: bytes | None


class JitterBuffer:
    """Gives each packet on at once while they come in order; waits a few packets for one that is missing.

    Bounded: holds at most three packets whatever arrives.
    """

    def __init__(self) -> None:
        self._expected: int | None = None
        self._timestamp = 0
        self._held: dict[int, Frame] = {}

    def put(self, sequence: int, timestamp: int, payload: bytes) -> list[Frame]:
        """The frames that are complete now, in order."""
        frame = Frame(timestamp, payload)
        if self._expected is None:
            return self._restart(sequence, frame)
        ahead = sequence_distance(sequence, self._expected)
        if abs(ahead) > _WINDOW:
            return [*self.flush(), *self._restart(sequence, frame)]
        if ahead < 0:
            return []  # a duplicate, or too late
        self._held[sequence] = frame
        if ahead and len(self._held) <= _DEPTH:
            return []
        return self._release(give_up=bool(ahead))

    def flush(self) -> list[Frame]:
        """What is held, without waiting for what is missing."""
        frames: list[Frame] = []
        while self._held:
            frames += self._release(give_up=True)
        return frames

    def _restart(self, sequence: int, frame: Frame) -> list[Frame]:
        self._held.clear()
        self._expected = (sequence + 1) & 0xFFFF
        return [frame]

    def _release(self, *, give_up: bool) -> list[Frame]:
        """The run of frames from the expected one on; first what is given up as lost, up to the first held."""
        assert self._expected is not None
        frames: list[Frame] = []
        if give_up:
            first = min(self._held, key=lambda held: sequence_distance(held, self._expected or 0))
            gap = sequence_distance(first, self._expected)
            start = self._held[first].timestamp
            frames += [Frame((start - 160 * back) & 0xFFFFFFFF, None) for back in range(gap, 0, -1)]
            self._expected = first
        while (frame := self._held.pop(self._expected, None)) is not None:
            frames.append(frame)
            self._expected = (self._expected + 1) & 0xFFFF
        return frames


class Concealer:
    """Fills a gap with the last sound heard, fading out over 60 ms: less of a click than silence."""

    def __init__(self, frame_samples: int) -> None:
        self._last: Samples = np.zeros(frame_samples, dtype=np.int16)

    def heard(self, samples: Samples) -> None:
        """Remember a good frame."""
        if len(samples):
            self._last = samples

    def conceal(self) -> Samples:
        """What to play for a lost frame."""
        faded = np.linspace(1.0, 0.5, len(self._last)) * self._last
        if np.abs(self._last).max(initial=0) < 64:
            faded = np.zeros(len(self._last))
        self._last = (faded * 0.5).astype(np.int16)
        return faded.astype(np.int16)
