"""Comfort noise (RFC 3389): what a phone that falls silent says of the noise around it, made audible again."""

from __future__ import annotations

import numpy as np

from ivr.media.codec import Samples

#: The static payload type of CN/8000 (RFC 3551, 6).
PAYLOAD_TYPE = 13
#: 0 dBov is the level of the loudest square wave (RFC 3389, 3).
_FULL_SCALE = 32767.0
#: Louder than this is no background: whoever says so would be heard over the others.
_LOUDEST = 35  # dB below overload
_QUIETEST = 127


def noise_level(payload: bytes) -> int | None:
    """The level of a CN packet, in decibels below overload (35 to 127), None if the payload is empty. The spectrum that
    may follow it (RFC 3389, 3.1) is not used."""
    if not payload:
        return None
    return max(_LOUDEST, min(_QUIETEST, payload[0] & 0x7F))


class ComfortNoise:
    """Steady noise, slightly low-passed as rooms are, for listeners of a phone that sends none in its pauses."""

    def __init__(self, level: int, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._before = 0.0
        self.level = level

    def samples(self, length: int) -> Samples:
        """The next `length` samples, at whatever rate they are played."""
        white = self._random.standard_normal(length + 1)
        white[0] = self._before
        self._before = float(white[-1])
        # The mean of neighbours has half the power of each.
        smooth = (white[1:] + white[:-1]) / np.sqrt(2.0)
        loudness = _FULL_SCALE * 10.0 ** (-self.level / 20.0)
        noise: Samples = np.clip(np.rint(loudness * smooth), -32768, 32767).astype(np.int16)
        return noise
