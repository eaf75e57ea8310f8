"""What an ordinary telephone line leaves of a voice: 300 to 3,400 Hz, 8,000 samples a second, G.711."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.media.codec import Codec, Samples, new_decoder, new_encoder
from ivr.media.resample import resample

_LOW, _HIGH = 300.0, 3400.0  # hertz (ITU-T G.712)
_TAPS = 401  # at 16,000 a second: the edges are some 100 Hz wide
_WIDE, NARROW = 16_000, 8_000


def telephone_band(samples: Samples) -> Samples:
    """16,000 samples a second in, what is heard of them over a µ-law line out, 8,000 a second."""
    shaped = np.convolve(samples.astype(np.float64), _band_pass(), mode="same")
    limited = np.clip(np.rint(shaped), -32768, 32767).astype(np.int16)
    narrow = resample(limited, _WIDE, NARROW)
    return new_decoder(Codec.PCMU).decode(new_encoder(Codec.PCMU).encode(narrow))


def _band_pass() -> NDArray[np.float64]:
    """The difference of two windowed-sinc low passes (Hamming)."""
    places = np.arange(_TAPS) - (_TAPS - 1) / 2
    high, low = (2 * edge / _WIDE * np.sinc(2 * edge / _WIDE * places) for edge in (_HIGH, _LOW))
    kernel: NDArray[np.float64] = (high - low) * np.hamming(_TAPS)
    return kernel
