"""Sound in place of lost packets: the last pitch period heard, repeated, joined without a seam and faded out.

After ITU-T G.711 Appendix I: the pitch by autocorrelation of what was heard last, overlap-add where the wave is
repeated and where the true sound comes back, full loudness for 10 ms and silence after 60. Simpler than there, one
period is repeated throughout; and nothing is delayed, since what was given out cannot be smoothed afterwards: the wave
is joined by making the period's end lead into its own beginning.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.media.codec import Samples

_Wave = NDArray[np.float32]

#: Pitch that is looked for, in Hz, and the stretch that is compared, in seconds.
_LOWEST_PITCH, _HIGHEST_PITCH = 66.0, 200.0
_COMPARED = 0.02
#: Full loudness for so long, then evenly down to silence.
_KEPT, _SILENT_AFTER = 0.01, 0.06
#: Part of a period that overlaps where two waves are joined.
_OVERLAP = 4
#: The longest overlap back into the true sound.
_RETURN = 0.004


class Concealer:
    """One stream's, at `rate` samples a second, in frames of any length. To be played is what `heard` gives back."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._least, self._most = int(rate / _HIGHEST_PITCH), int(rate / _LOWEST_PITCH)
        #: Enough to compare a stretch with itself one longest period ago.
        self._history: Samples = np.zeros(int(_COMPARED * rate) + 2 * self._most, dtype=np.int16)
        self._cycle: _Wave | None = None
        self._place = 0
        self._lost = 0

    def heard(self, samples: Samples) -> Samples:
        """A good frame; after a gap its beginning is blended with the end of what filled the gap."""
        if self._lost and len(samples):
            length = min(len(samples), int(_RETURN * self._rate))
            rising = np.linspace(0.0, 1.0, length, dtype=np.float32)
            tail = self._more(length)
            blended = samples.copy()
            blended[:length] = (rising * samples[:length] + (1 - rising) * tail).astype(np.int16)
            samples = blended
            self._cycle, self._lost = None, 0
        self._remember(samples)
        return samples

    def conceal(self, length: int) -> Samples:
        """`length` samples for a gap, or for the next part of one."""
        wave = self._more(length)
        filled: Samples = np.rint(wave).astype(np.int16)
        return filled

    def _remember(self, samples: Samples) -> None:
        size = len(self._history)
        if len(samples) >= size:
            self._history = samples[-size:].copy()
        else:
            self._history = np.concatenate((self._history[len(samples) :], samples))

    def _more(self, length: int) -> _Wave:
        """The next of the repeated wave, faded by how long the gap is already."""
        ends = (self._lost + np.arange(length, dtype=np.float32)) / self._rate
        fade = np.clip(1 - (ends - _KEPT) / (_SILENT_AFTER - _KEPT), 0.0, 1.0).astype(np.float32)
        if not fade.any():
            self._lost += length
            return np.zeros(length, dtype=np.float32)
        if self._cycle is None:
            self._cycle, self._place = self._one_cycle(), 0
        places = (self._place + np.arange(length)) % len(self._cycle)
        self._place = (self._place + length) % len(self._cycle)
        self._lost += length
        wave: _Wave = self._cycle[places] * fade
        return wave

    def _one_cycle(self) -> _Wave:
        """The last period, its end blended so that it leads into its own beginning."""
        period = self._pitch()
        history = self._history.astype(np.float32)
        overlap = max(1, period // _OVERLAP)
        cycle = history[-period:].copy()
        rising = np.linspace(0.0, 1.0, overlap, dtype=np.float32)
        before = history[-period - overlap : -period]
        cycle[-overlap:] = (1 - rising) * cycle[-overlap:] + rising * before
        return cycle

    def _pitch(self) -> int:
        """The shift at which the last 20 ms resemble what came before the most, in samples."""
        history = self._history.astype(np.float32)
        size = int(_COMPARED * self._rate)
        recent = history[-size:]
        span = history[-size - self._most : len(history) - self._least]
        products = np.correlate(span, recent, mode="valid")
        sums = np.concatenate(([0.0], np.cumsum(span.astype(np.float64) ** 2)))
        energies = sums[size:] - sums[:-size]
        likeness = products / np.sqrt(np.maximum(energies, 1.0))
        return self._most - int(np.argmax(likeness))
