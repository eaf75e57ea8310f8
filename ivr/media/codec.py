"""The voice codecs we offer, and the turning of 16-bit samples into their bytes and back."""

from __future__ import annotations

import audioop
from array import array
from enum import Enum
from typing import Protocol

import numpy as np
from G722 import G722
from numpy.typing import NDArray

#: Mono signed 16-bit samples.
Samples = NDArray[np.int16]

#: Payload bytes, and RTP timestamp units, in 20 ms: the same for all three codecs, since the RTP clock of G.722 runs
#: at 8,000 Hz although it carries 16,000 samples a second (RFC 3551, 4.5.2).
FRAME_BYTES = 160
FRAME_SECONDS = 0.02


class Codec(Enum):
    """A codec by its SDP name, static payload type (RFC 3551) and samples a second."""

    G722 = ("G722", 9, 16000)
    PCMU = ("PCMU", 0, 8000)
    PCMA = ("PCMA", 8, 8000)

    def __init__(self, encoding_name: str, payload_type: int, sample_rate: int) -> None:
        self.encoding_name = encoding_name
        self.payload_type = payload_type
        self.clock_rate = 8000
        self.sample_rate = sample_rate

    @property
    def frame_samples(self) -> int:
        """Samples in 20 ms."""
        return self.sample_rate // 50


class Encoder(Protocol):
    """One direction of one stream: G.722 keeps a state from frame to frame."""

    def encode(self, samples: Samples) -> bytes:
        """The payload of these samples, an even number of them, at the codec's sample rate."""


class Decoder(Protocol):
    """One direction of one stream."""

    def decode(self, payload: bytes) -> Samples:
        """The samples of a payload of any length, at the codec's sample rate."""


class _WideBand:
    """G.722 at 64 kbit/s."""

    def __init__(self) -> None:
        # Unless told not to, it looks for a package with NumPy output each time: on disk, in the media thread.
        self._codec = G722(16000, 64000, use_numpy=False)

    def encode(self, samples: Samples) -> bytes:
        # The extension takes each item of what it is given as one sample: an array of int16, never bytes.
        encoded: bytes = self._codec.encode(samples)
        return encoded

    def decode(self, payload: bytes) -> Samples:
        decoded: array[int] = self._codec.decode(payload)
        return np.frombuffer(decoded, dtype=np.int16)


class _MuLaw:
    """G.711, North America and Japan."""

    def encode(self, samples: Samples) -> bytes:
        return audioop.lin2ulaw(samples.tobytes(), 2)

    def decode(self, payload: bytes) -> Samples:
        return np.frombuffer(audioop.ulaw2lin(payload, 2), dtype=np.int16)


class _ALaw:
    """G.711, elsewhere."""

    def encode(self, samples: Samples) -> bytes:
        return audioop.lin2alaw(samples.tobytes(), 2)

    def decode(self, payload: bytes) -> Samples:
        return np.frombuffer(audioop.alaw2lin(payload, 2), dtype=np.int16)


_IMPLEMENTATIONS: dict[Codec, type[_WideBand | _MuLaw | _ALaw]] = {
    Codec.G722: _WideBand,
    Codec.PCMU: _MuLaw,
    Codec.PCMA: _ALaw,
}


def new_encoder(codec: Codec) -> Encoder:
    """A fresh encoder: one for each leg or clip."""
    return _IMPLEMENTATIONS[codec]()


def new_decoder(codec: Codec) -> Decoder:
    """A fresh decoder: one for each stream received."""
    return _IMPLEMENTATIONS[codec]()


#: After a second of silence an encoder has settled.
_SETTLING_FRAMES = 50


def settled_encoder(codec: Codec) -> tuple[Encoder, bytes]:
    """An encoder in the state it has after silence, and the last frame of that silence.

    A G.722 decoder that has been hearing silence takes the beginning of a clip from a fresh encoder for a loud bang:
    the two must have come the same way.
    """
    encoder = new_encoder(codec)
    silence = np.zeros(codec.frame_samples, dtype=np.int16)
    return encoder, [encoder.encode(silence) for _ in range(_SETTLING_FRAMES)][-1]


#: 20 ms of silence in each codec, fit to be repeated for ever.
SILENCE: dict[Codec, bytes] = {codec: settled_encoder(codec)[1] for codec in Codec}
