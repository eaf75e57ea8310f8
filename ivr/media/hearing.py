"""What a leg says, decoded for those who listen: in order, evenly, with the losses concealed.

Only legs to which somebody listens have a `Hearing`; of all others, packets are counted and never opened.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from ivr.media.codec import FRAME_BYTES, Codec, Samples, new_decoder
from ivr.media.comfort_noise import ComfortNoise, noise_level
from ivr.media.concealment import Concealer
from ivr.media.playout import Frame, PlayoutBuffer


class Listener(Protocol):
    """Somebody who listens to a leg; called in the media thread, and to return at once."""

    def begin(self, rate: int) -> None:
        """A stream begins, of so many samples a second."""

    def feed(self, samples: Samples) -> None:
        """The next samples of it, 10 to 60 ms."""


class Hearing:
    """One stream of one leg."""

    __slots__ = ("_buffer", "_codec", "_concealer", "_decoder", "_listeners", "_noise", "ssrc")

    def __init__(self, codec: Codec, ssrc: int, listeners: tuple[Listener, ...]) -> None:
        #: Of whom; -1 until somebody speaks.
        self.ssrc = ssrc
        self._codec = codec
        self._listeners: tuple[Listener, ...] = ()
        self._buffer = PlayoutBuffer()
        self._decoder = new_decoder(codec)
        self._concealer = Concealer(codec.sample_rate)
        self._noise: ComfortNoise | None = None
        self.attend(listeners)

    def attend(self, listeners: tuple[Listener, ...]) -> None:
        """Who listens from now on; for those who did already, the stream goes on."""
        for listener in listeners:
            if listener not in self._listeners:
                listener.begin(self._codec.sample_rate)
        self._listeners = listeners

    def packet(self, marker: bool, sequence: int, timestamp: int, payload: bytes, now: float) -> None:
        """A packet came; `payload` is empty if it was no voice."""
        if payload:
            self._noise = None
        for frame in self._buffer.put(sequence, timestamp, payload, now, marker):
            self._hear(frame)

    def noise(self, payload: bytes) -> None:
        """A comfort noise packet came: the phone falls silent, and says how loud the noise around it is."""
        level = noise_level(payload)
        if level is not None and (self._noise is None or self._noise.level != level):
            self._noise = ComfortNoise(level)

    def due(self, now: float) -> None:
        """Time has passed."""
        for frame in self._buffer.due(now):
            self._hear(frame)

    def finish(self) -> None:
        """Give what is held without waiting any longer."""
        for frame in self._buffer.flush():
            self._hear(frame)

    def _hear(self, frame: Frame) -> None:
        if frame.payload:
            self._give(self._concealer.heard(self._decoder.decode(frame.payload)))
            return
        # Gaps are cut: listeners are fed as by packets.
        for start in range(0, frame.units, FRAME_BYTES):
            self._fill(frame.payload is None, min(FRAME_BYTES, frame.units - start))

    def _fill(self, lost: bool, units: int) -> None:
        length = units * self._codec.sample_rate // self._codec.clock_rate
        if lost:
            samples = self._concealer.conceal(length)
        elif self._noise is not None:
            samples = self._concealer.heard(self._noise.samples(length))
        else:
            samples = self._concealer.heard(np.zeros(length, dtype=np.int16))
        self._give(samples)

    def _give(self, samples: Samples) -> None:
        for listener in self._listeners:
            listener.feed(samples)
