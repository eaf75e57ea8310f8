"""What a leg says, cut into chunks for the ears."""

from __future__ import annotations

from ivr.media.codec import Samples
from ivr.messages import AudioChunk
from ivr.ports import AudioSink

_CHUNKS_A_SECOND = 10


class Tap:
    """Gathers samples into chunks of 100 ms. Is a `Listener`."""

    def __init__(self, leg: str, sink: AudioSink) -> None:
        self._leg = leg
        self._sink = sink
        self._rate = 0
        self._chunk_bytes = 0
        self._pending = bytearray()

    def begin(self, rate: int) -> None:
        """A stream of this rate follows; what was gathered of another is given on."""
        self.flush()
        self._rate = rate
        self._chunk_bytes = 2 * rate // _CHUNKS_A_SECOND

    def feed(self, samples: Samples) -> None:
        """Take samples at the tap's rate."""
        pending = self._pending
        pending += samples.tobytes()
        while len(pending) >= self._chunk_bytes:
            self._sink(AudioChunk(self._leg, self._rate, bytes(pending[: self._chunk_bytes])))
            del pending[: self._chunk_bytes]

    def flush(self) -> None:
        """Give on what is left, as a shorter chunk."""
        if self._pending:
            self._sink(AudioChunk(self._leg, self._rate, bytes(self._pending)))
            self._pending.clear()
