"""Person or machine? A guess from the first seconds after a call of ours was answered, by how long who speaks.

A person says "hello?" and waits; a machine reads its greeting to the end, and beeps. Nothing here knows words or
languages: only loudness in time, and tones. The thresholds are in the neighbourhood of those that Asterisk's AMD has
been run with for years, leaning to the person: being taken for a machine is the worse mistake.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ivr.media.codec import Samples
from ivr.messages import Answerer

_FRAME = 0.02
#: After so many seconds there is no more to be learnt that could be waited for.
_PATIENCE = 4.0
#: Speech that goes on for this long, with only short breaths, is a greeting being read.
_GREETING = 2.4
#: Quiet for this long after a word or two is waiting; after a sentence it may be a breath before the next.
_WAITING, _WAITING_LONG = 0.8, 1.2
_SENTENCE = 1.3
#: Less sound than this, in all, is a click and no word.
_WORD = 0.1
#: Speech is so many times louder than the noise of the line, and never below -49 dB of full scale.
_ABOVE_NOISE, _AUDIBLE = 3.0, 120.0
#: The estimate of the noise rises by so much a frame, 2.5 dB a second, and falls at once.
_RISE = 1.006
#: A beep: one steady tone.
_BEEP, _BEEP_LOWEST, _BEEP_HIGHEST = 0.16, 400.0, 2000.0
_BEEP_PURITY, _BEEP_WANDERING = 0.85, 12.0


class Guess(NamedTuple):
    """Who seems to have answered, and what was measured."""

    answerer: Answerer
    reason: str


class AnswererDetector:
    """Listens from the moment of the answer; gives one guess, at the latest after four seconds of audio."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._size = int(rate * _FRAME)
        self._window = np.hanning(self._size + 2)[1:-1]
        self._pending: Samples = np.zeros(0, dtype=np.int16)
        self._guessed = False
        self._frames = 0
        self._noise = float("inf")
        self._voiced = 0  # frames of sound in the utterance
        self._began = 0  # the utterance's first frame
        self._quiet = 0  # frames since its last sound
        self._tone = 0.0
        self._steady = 0

    def feed(self, samples: Samples) -> Guess | None:
        """The next samples, any number of them; the guess when there is one, once."""
        if self._guessed:
            return None
        pending = np.concatenate((self._pending, samples))
        whole = len(pending) // self._size * self._size
        self._pending = pending[whole:]
        for start in range(0, whole, self._size):
            guess = self._judge(pending[start : start + self._size].astype(np.float64))
            if guess is not None:
                self._guessed = True
                return guess
        return None

    def _judge(self, frame: NDArray[np.float64]) -> Guess | None:
        self._frames += 1
        loudness = float(np.sqrt(np.mean(frame**2)))
        self._noise = min(self._noise * _RISE, max(loudness, 1.0))
        loud = loudness > max(_AUDIBLE, _ABOVE_NOISE * self._noise)
        if self._beeps(frame, loudness):
            return Guess(Answerer.MACHINE, f"beep of {self._tone:.0f} Hz")
        self._follow(loud)
        spoke, waited = (self._frames - self._began - self._quiet) * _FRAME, self._quiet * _FRAME
        spoken = self._voiced * _FRAME >= _WORD
        if spoken and spoke >= _GREETING:
            return Guess(Answerer.MACHINE, f"spoke {spoke:.1f} s without waiting")
        if spoken and waited >= (_WAITING if spoke < _SENTENCE else _WAITING_LONG):
            return Guess(Answerer.PERSON, f"spoke {spoke:.1f} s, then waited")
        if self._frames * _FRAME >= _PATIENCE:
            return Guess(Answerer.UNCLEAR, "undecided" if spoken else f"silent for {_PATIENCE:.0f} s")
        return None

    def _follow(self, loud: bool) -> None:
        """Whether an utterance begins, goes on, or pauses; what was no word is forgotten in the pause after it."""
        if loud:
            if not self._voiced:
                self._began = self._frames - 1
            self._voiced += 1
            self._quiet = 0
        elif self._voiced:
            self._quiet += 1
            if self._quiet * _FRAME >= _WAITING and self._voiced * _FRAME < _WORD:
                self._voiced = self._quiet = 0

    def _beeps(self, frame: NDArray[np.float64], loudness: float) -> bool:
        """Whether one steady tone has now sounded for long enough."""
        power = np.abs(np.fft.rfft(frame * self._window)) ** 2
        peak = int(power.argmax())
        first = max(0, peak - 2)
        around = power[first : peak + 3]
        hertz = float(np.arange(first, first + len(around)) @ around / max(around.sum(), 1.0)) / _FRAME
        pure = around.sum() >= _BEEP_PURITY * power.sum() and loudness >= _AUDIBLE
        if not pure or not _BEEP_LOWEST <= hertz <= _BEEP_HIGHEST:
            self._steady = 0
        elif self._steady and abs(hertz - self._tone) <= _BEEP_WANDERING:
            self._steady += 1
        else:
            self._tone, self._steady = hertz, 1
        return self._steady * _FRAME >= _BEEP
