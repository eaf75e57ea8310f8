"""Keys of the telephone heard in the audio (ITU-T Q.23, Q.24), for phones with which no telephone-event was agreed.

Written here because no library holds: those on PyPI (`dtmf`, `PyDTMF`, `dtmf-detector`) read whole recordings, not a
stream, know nothing of twist, pauses or talk-off, and `dtmf-detector` has had no release since 2013.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.media.codec import Samples

_Floats = NDArray[np.float32]

_ROWS = (697.0, 770.0, 852.0, 941.0)
_COLUMNS = (1209.0, 1336.0, 1477.0, 1633.0)
_KEYS = ("123A", "456B", "789C", "*0#D")

#: Milliseconds from one look to the next, and of sound looked at: long enough to tell 697 from 770 Hz, short enough
#: that a tone of 40 ms fills two looks in a row wherever it begins.
_STEP, _LOOK = 10, 28
#: Looks that must agree: tones of 40 ms are always taken, those of 23 ms never (Q.24).
_AGREEING = 2
#: Looks without the tone after which the same key is a new press: pauses of 40 ms are taken for one, breaks of 10 not.
_PAUSE = 4
#: A tone may be off its frequency by 1.8 % (Q.24): it is probed there and on both sides.
_DETUNED = (0.986, 1.0, 1.014)
#: Weakest tone, as root mean square of 16-bit samples: -36 dBm0 is far below Q.24's -29.
_WEAKEST = 150.0
#: Lines weaken the higher tone: the row's may be 8 dB above the column's (a little more by our measure), the column's
#: 6 dB above the row's (4 in Q.24, before the codec's error).
_TWIST, _REVERSE_TWIST = 10 ** (8.5 / 10), 10 ** (6 / 10)
#: Part of all energy that lies in the two tones, noise of 15 dB allowed for; speech spreads over its harmonics.
_PURITY = 0.85
#: Each tone against the others of its group: 6 dB at the least.
_CLEAR = 4.0
#: Second harmonics, in speech a part of the sound, against the two tones: 10 dB below them at the least. One that is
#: nearer than this to the other tone, in Hz, cannot be told from it.
_HARMONIC = 0.1
_TELLABLE = 100.0


class InbandKeyReceiver:
    """Listens to one stream; gives each key once, when it has been heard for some 40 ms."""

    def __init__(self, rate: int) -> None:
        self._step, self._look = rate * _STEP // 1000, rate * _LOOK // 1000
        tones = np.array((*_ROWS, *_COLUMNS))
        probed = np.concatenate([tones * detuned for detuned in _DETUNED] + [2 * tones])
        window = np.hanning(self._look + 2)[1:-1]
        phases = np.exp(-2j * np.pi * np.outer(probed, np.arange(self._look)) / rate)
        # One matrix product is the Goertzel recurrence of all tones at once. A sine of amplitude a gives (a/2)^2.
        probe = phases * window / window.sum()
        self._probe: _Floats = np.concatenate((probe.real, probe.imag)).astype(np.float32)
        self._weights: _Floats = (window**2 / (window**2).sum()).astype(np.float32)
        self._pending: Samples = np.zeros(0, dtype=np.int16)
        self._key = ""
        self._agreeing = 0
        self._absent = _PAUSE
        self._told = ""

    def feed(self, samples: Samples) -> str:
        """The keys that these samples complete, in order; any number of samples."""
        pending = np.concatenate((self._pending, samples))
        looks = max(0, (len(pending) - self._look) // self._step + 1)
        self._pending = pending[looks * self._step :]
        if not looks:
            return ""
        views = np.lib.stride_tricks.sliding_window_view(pending, self._look)[:: self._step][:looks]
        return "".join(map(self._follow, self._tones(views.astype(np.float32))))

    def _tones(self, looks: _Floats) -> list[str]:
        """For each look the key whose two tones it is, if it is one's."""
        whole = looks**2 @ self._weights  # the mean square of the samples
        if whole.max() < _WEAKEST**2:
            return [""] * len(looks)
        found = (looks @ self._probe.T) ** 2
        half = found.shape[1] // 2
        powers = (found[:, :half] + found[:, half:]).reshape(len(looks), len(_DETUNED) + 1, 2, 4)
        tones = powers[:, : len(_DETUNED)].max(axis=1)
        strongest = tones.max(axis=2)
        pure = 2 * strongest.sum(axis=1) > _PURITY * np.maximum(whole, _WEAKEST**2)
        return [_key(tones[n], powers[n, -1]) if pure[n] else "" for n in range(len(looks))]

    def _follow(self, key: str) -> str:
        """The key again, if with this look it has been pressed."""
        self._agreeing = self._agreeing + 1 if key and key == self._key else 1
        self._key = key
        if key == self._told and key:
            self._absent = 0
            return ""
        self._absent += 1
        if self._absent >= _PAUSE:
            self._told = ""
        if not key or self._agreeing < _AGREEING:
            return ""
        self._told, self._absent = key, 0
        return key


def _key(tones: _Floats, harmonics: _Floats) -> str:
    """The key of these powers of rows and columns, if they are those of a telephone."""
    row, column = int(tones[0].argmax()), int(tones[1].argmax())
    low, high = float(tones[0, row]), float(tones[1, column])
    if high > low * _REVERSE_TWIST or low > high * _TWIST:
        return ""
    if np.partition(tones[0], 2)[2] * _CLEAR > low or np.partition(tones[1], 2)[2] * _CLEAR > high:
        return ""
    of_row = 0.0 if abs(2 * _ROWS[row] - _COLUMNS[column]) < _TELLABLE else float(harmonics[0, row])
    if max(of_row, float(harmonics[1, column])) > _HARMONIC * (low + high):
        return ""
    return _KEYS[row][column]
