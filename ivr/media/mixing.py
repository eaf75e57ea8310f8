"""Several voices into one: what a leg hears when more than one other speaks to it, and who hears whom when a
supervisor takes part."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np

from ivr.media.codec import Codec, Samples, new_encoder
from ivr.media.resample import Resampler, new_resampler
from ivr.messages import Supervision

#: A voice that is this far ahead of its hearer is cut back to `_KEPT`: delay that nobody would ever work off.
_AHEAD, _KEPT = 0.12, 0.04


class Part(Enum):
    """The three of a supervised conversation."""

    SUPERVISOR = "supervisor"
    SUPERVISED = "supervised"
    OTHER = "other"


#: Who hears whom. One voice alone may be relayed unopened, two must be mixed.
HEARS: dict[Supervision, dict[Part, tuple[Part, ...]]] = {
    Supervision.LISTEN: {
        Part.SUPERVISOR: (Part.SUPERVISED, Part.OTHER),
        Part.SUPERVISED: (Part.OTHER,),
        Part.OTHER: (Part.SUPERVISED,),
    },
    Supervision.WHISPER: {
        Part.SUPERVISOR: (Part.SUPERVISED, Part.OTHER),
        Part.SUPERVISED: (Part.OTHER, Part.SUPERVISOR),
        Part.OTHER: (Part.SUPERVISED,),
    },
    Supervision.JOIN: {
        Part.SUPERVISOR: (Part.SUPERVISED, Part.OTHER),
        Part.SUPERVISED: (Part.OTHER, Part.SUPERVISOR),
        Part.OTHER: (Part.SUPERVISED, Part.SUPERVISOR),
    },
}


def mix(voices: Sequence[Samples]) -> Samples:
    """The sum of frames of one length, saturated as 16-bit samples."""
    if len(voices) == 1:
        return voices[0]
    total = np.sum(np.stack(voices), axis=0, dtype=np.int32)
    mixed: Samples = np.clip(total, -32768, 32767).astype(np.int16)
    return mixed


class Voice:
    """One of those whom a leg hears: a listener of the speaker's, a queue for the hearer."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._resampler: Resampler = new_resampler(rate, rate)
        self._waiting: Samples = np.zeros(0, dtype=np.int16)

    def begin(self, rate: int) -> None:
        """A stream of so many samples a second begins."""
        self._resampler = new_resampler(rate, self._rate)

    def feed(self, samples: Samples) -> None:
        """The next samples of the speaker."""
        waiting = np.concatenate((self._waiting, self._resampler.feed(samples)))
        if len(waiting) > _AHEAD * self._rate:
            waiting = waiting[-int(_KEPT * self._rate) :]
        self._waiting = waiting

    def take(self, length: int) -> Samples:
        """The next samples for the hearer; silence, and nothing taken, if there are not as many yet."""
        if len(self._waiting) < length:
            return np.zeros(length, dtype=np.int16)
        taken, self._waiting = self._waiting[:length], self._waiting[length:]
        return taken


class Mixer:
    """All that one leg hears, encoded for it. Each of `voices` is to be made a listener of one who speaks."""

    def __init__(self, codec: Codec, speakers: int) -> None:
        self._codec = codec
        self._encoder = new_encoder(codec)
        self.voices = tuple(Voice(codec.sample_rate) for _ in range(speakers))

    def next_packet(self, milliseconds: int) -> bytes:
        """The payload of the next so many milliseconds; called at that pace by the leg that hears."""
        length = self._codec.sample_rate * milliseconds // 1000
        return self._encoder.encode(mix([voice.take(length) for voice in self.voices]))
