"""From one sample rate to another: whole clips by soxr, live frames by a half-band filter that carries its state."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.media.codec import Samples


def resample(samples: Samples, rate: int, wanted: int) -> Samples:
    """A whole clip at another rate, samples a second."""
    if rate == wanted or not len(samples):
        return samples
    resampled: Samples = soxr.resample(samples, rate, wanted)
    return resampled


class Resampler(Protocol):
    """Turns one live stream, frame by frame."""

    def feed(self, samples: Samples) -> Samples:
        """The next frame at the other rate: exactly half or double the samples, or the same."""


class _AsItIs:
    def feed(self, samples: Samples) -> Samples:
        return samples


def _half_band(taps: int = 47) -> NDArray[np.float32]:
    """A windowed-sinc low pass at a quarter of the rate (Kaiser, beta 6: 60 dB), unity gain."""
    places = np.arange(taps) - (taps - 1) / 2
    kernel = 0.5 * np.sinc(places / 2) * np.kaiser(taps, 6.0)
    normalised: NDArray[np.float32] = (kernel / kernel.sum()).astype(np.float32)
    return normalised


_KERNEL = _half_band()


class _Filter:
    """The half-band filter with the tail of the frame before."""

    def __init__(self) -> None:
        self._tail = np.zeros(len(_KERNEL) - 1, dtype=np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        whole = np.concatenate((self._tail, samples))
        self._tail = whole[len(whole) - len(_KERNEL) + 1 :]
        filtered: NDArray[np.float32] = np.convolve(whole, _KERNEL, mode="valid")
        return filtered


class _Halver:
    """16,000 to 8,000 samples a second."""

    def __init__(self) -> None:
        self._filter = _Filter()

    def feed(self, samples: Samples) -> Samples:
        return _clipped(self._filter.feed(samples.astype(np.float32))[::2])


class _Doubler:
    """8,000 to 16,000 samples a second."""

    def __init__(self) -> None:
        self._filter = _Filter()

    def feed(self, samples: Samples) -> Samples:
        spread = np.zeros(2 * len(samples), dtype=np.float32)
        spread[::2] = samples
        return _clipped(2.0 * self._filter.feed(spread))


def _clipped(samples: NDArray[np.float32]) -> Samples:
    return np.clip(np.rint(samples), -32768, 32767).astype(np.int16)


def new_resampler(rate: int, wanted: int) -> Resampler:
    """A resampler for one stream; rates are 8,000 or 16,000 samples a second."""
    if rate == wanted:
        return _AsItIs()
    return _Halver() if rate > wanted else _Doubler()
