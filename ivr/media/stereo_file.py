"""The WAV file of one recording: both directions laid side by side in time, and playable at every moment."""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

import numpy as np

from config.encryption import Key
from config.sealed_stream import SealedWriter
from ivr.media.codec import Codec, Decoder, Samples, new_decoder
from ivr.media.resample import Resampler, new_resampler
from ivr.media.wav import RATE, WAV_HEADER, wav_header

#: Samples of one payload byte, which is 125 us in every codec.
_A_BYTE = RATE // 8000
#: Packets come unevenly; a gap is filled with silence only when it is longer than this.
_JITTER = 0.1
#: Nobody speaks faster than time passes: what is farther ahead than this is a flood, or a clock that runs fast.
_AHEAD = 0.5
#: A direction this far behind the other is silent, not late.
_PATIENCE = 1.0
UNFINISHED = ".part"
LEFT, RIGHT = 0, 1


class Piece(NamedTuple):
    """A payload of one direction; `at` is seconds since the recording began."""

    side: int
    at: float
    codec: Codec
    payload: bytes


class _Channel:
    """One direction, laid out in time. Payloads are decoded together, about a second at once."""

    def __init__(self) -> None:
        self._codec: Codec | None = None
        self._decoder: Decoder | None = None
        self._resampler: Resampler | None = None
        self._coded = bytearray()
        self._pending: list[Samples] = []
        self._taken = 0
        self.length = 0

    @property
    def waiting(self) -> int:
        """Samples to be taken."""
        return self.length - self._taken

    def add(self, piece: Piece) -> None:
        if piece.codec is not self._codec:
            self._decode()
            self._codec = piece.codec
            self._decoder = new_decoder(piece.codec)
            self._resampler = new_resampler(piece.codec.sample_rate, RATE)
        ahead = self.length / RATE - piece.at
        if ahead > _AHEAD:
            return
        if ahead < -_JITTER:
            self.fill(int(piece.at * RATE))
        self._coded += piece.payload
        self.length += len(piece.payload) * _A_BYTE

    def fill(self, length: int) -> None:
        """Silence up to `length` samples from the beginning."""
        if length > self.length:
            self._decode()
            self._pending.append(np.zeros(length - self.length, dtype=np.int16))
            self.length = length

    def take(self, length: int) -> Samples:
        """The next samples, of which so many are waiting."""
        self._decode()
        whole = np.concatenate(self._pending) if self._pending else np.zeros(0, dtype=np.int16)
        self._pending = [whole[length:]]
        self._taken += length
        taken: Samples = whole[:length]
        return taken

    def _decode(self) -> None:
        if self._coded and self._decoder is not None and self._resampler is not None:
            self._pending.append(self._resampler.feed(self._decoder.decode(bytes(self._coded))))
            self._coded.clear()


class _Sound(Protocol):
    """How samples lie in the file."""

    def write(self, samples: bytes, /) -> None:
        """16-bit little-endian ones, left and right in turn."""

    def close(self) -> None:
        """There are no more; the file stays open."""


class _Wave:
    """A WAV file, playable from the first moment on."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = 0
        self.write(b"")

    def write(self, samples: bytes) -> None:
        self._file.seek(WAV_HEADER + self._length)
        self._file.write(samples)
        self._length += len(samples)
        self._file.seek(0)
        self._file.write(wav_header(self._length))
        self._file.flush()

    def close(self) -> None:
        """Every write has left a whole file."""


class StereoFile:
    """Left is what the leg said, right what it heard.

    The recording is complete once it has its final name; until then it ends in `.part`, and is a WAV file up to its
    last second whatever becomes of the process. A lock on it says that its writer lives. Raises OSError.

    With a key it is sealed while it is written, a chunk at a time, and holds the samples alone: what was said is at no
    moment on the disk for everybody to hear. `ivr.media.recorded_sound` makes a WAV file of it again.
    """

    def __init__(self, path: Path, key: Key | None = None) -> None:
        self.path = path
        self._part = path.with_name(path.name + UNFINISHED)
        path.parent.mkdir(parents=True, exist_ok=True)
        # Not truncated before the lock is ours: it may be another's.
        self._file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise
        self._file.truncate()
        self._channels = (_Channel(), _Channel())
        try:
            self._sound: _Sound = _Wave(self._file) if key is None else SealedWriter(self._file, key)
        except OSError:
            self.abandon()
            raise

    def add(self, piece: Piece) -> None:
        """Lay a payload into its channel; writes whenever about a second is complete."""
        channel = self._channels[piece.side]
        channel.add(piece)
        if channel.waiting > RATE:
            self._fill(channel.length - int(_PATIENCE * RATE))
            self._write(min(channel.waiting for channel in self._channels))

    def close(self, at: float) -> None:
        """Write the rest, with silence up to `at` seconds, and give the file its name."""
        self._fill(max(int(at * RATE), *(channel.length for channel in self._channels)))
        self._write(self._channels[LEFT].waiting)
        self._sound.close()
        _rename(self._part, self.path)
        self._file.close()

    def abandon(self) -> None:
        """It cannot be written any longer: let go of it, and leave what there is."""
        with suppress(OSError):  # what could not be written before cannot be now
            self._file.close()

    def _fill(self, length: int) -> None:
        for channel in self._channels:
            channel.fill(length)

    def _write(self, length: int) -> None:
        left, right = (channel.take(length) for channel in self._channels)
        self._sound.write(np.column_stack((left, right)).astype("<i2").tobytes())


def rescue(folder: Path) -> list[Path]:
    """Give the recordings their names that a process which was killed left unfinished; the names given. Raises
    OSError."""
    rescued: list[Path] = []
    for part in sorted(folder.glob("*" + UNFINISHED)):
        with part.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its writer lives
            rescued.append(_rename(part, part.with_name(part.name.removesuffix(UNFINISHED))))
    return rescued


def _rename(part: Path, path: Path) -> Path:
    """The name it got: a recording is never put in place of another, as when a call that survived is recorded anew."""
    wanted, number = path, 2
    while path.exists():
        path, number = wanted.with_stem(f"{wanted.stem}-{number}"), number + 1
    part.rename(path)
    return path
