"""Recording a leg into a stereo WAV file, off the media thread."""

from __future__ import annotations

import queue
import threading
import wave
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import structlog

from ivr.media.codec import Codec, Decoder, Samples, new_decoder
from ivr.media.resample import Resampler, new_resampler

log = structlog.get_logger()

#: Samples a second in the file, whatever the codec.
RATE = 16000
#: Packets come unevenly; a gap is filled with silence only when it is longer than this.
_JITTER = 0.1
#: A direction this far behind the other is silent, not late.
_PATIENCE = 1.0
_LEFT, _RIGHT = 0, 1


class _Piece(NamedTuple):
    """A payload of one direction; `at` is seconds since the recording began."""

    side: int
    at: float
    codec: Codec
    payload: bytes


class _Channel:
    """One direction, decoded and laid out in time."""

    def __init__(self) -> None:
        self._codec: Codec | None = None
        self._decoder: Decoder | None = None
        self._resampler: Resampler | None = None
        self.pending: list[Samples] = []
        self.length = 0

    def add(self, piece: _Piece) -> None:
        if piece.codec is not self._codec or self._decoder is None or self._resampler is None:
            self._codec = piece.codec
            self._decoder = new_decoder(piece.codec)
            self._resampler = new_resampler(piece.codec.sample_rate, RATE)
        if piece.at - self.length / RATE > _JITTER:
            self.fill(int(piece.at * RATE))
        self._append(self._resampler.feed(self._decoder.decode(piece.payload)))

    def fill(self, length: int) -> None:
        """Silence up to `length` samples from the beginning."""
        if length > self.length:
            self._append(np.zeros(length - self.length, dtype=np.int16))

    def take(self) -> Samples:
        """Everything pending."""
        samples: Samples = np.concatenate(self.pending) if self.pending else np.zeros(0, dtype=np.int16)
        self.pending.clear()
        return samples

    def _append(self, samples: Samples) -> None:
        self.pending.append(samples)
        self.length += len(samples)


class StereoFile:
    """The file: left is what the leg said, right what it heard. The recording is complete once it has its final name;
    until then it ends in `.part`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = wave.open(str(self._part), "wb")  # noqa: SIM115 - open for as long as the call is recorded
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(RATE)
        self._channels = (_Channel(), _Channel())

    def add(self, piece: _Piece) -> None:
        """Lay a payload into its channel; writes whenever about a second is complete."""
        self._channels[piece.side].add(piece)
        longest = max(channel.length for channel in self._channels)
        for channel in self._channels:
            channel.fill(longest - int(_PATIENCE * RATE))
        if sum(len(samples) for samples in self._channels[piece.side].pending) > RATE:
            self._write()

    def close(self) -> None:
        """Write the rest and give the file its name."""
        longest = max(channel.length for channel in self._channels)
        for channel in self._channels:
            channel.fill(longest)
        self._write()
        self._file.close()
        self._part.replace(self._path)

    def _write(self) -> None:
        left, right = (channel.take() for channel in self._channels)
        both = min(len(left), len(right))
        for channel, samples in zip(self._channels, (left, right), strict=True):
            if len(samples) > both:
                channel.pending.append(samples[both:])
        self._file.writeframes(np.column_stack((left[:both], right[:both])).astype("<i2").tobytes())


class Recording:
    """The media thread's end of a recording: takes payloads and returns at once."""

    def __init__(self, path: Path, put: Callable[[Recording, _Piece | None], None], clock: Callable[[], float]) -> None:
        self.path = path
        self.codec = Codec.G722
        self._put = put
        self._clock = clock
        self._began = clock()

    def said(self, payload: bytes) -> None:
        """A payload that the leg sent."""
        self._put(self, _Piece(_LEFT, self._clock() - self._began, self.codec, payload))

    def heard(self, payload: bytes) -> None:
        """A payload that the leg was sent."""
        self._put(self, _Piece(_RIGHT, self._clock() - self._began, self.codec, payload))

    def finish(self) -> None:
        """Nothing more will come."""
        self._put(self, None)


class Recorder:
    """The thread that writes every recording of the plane."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._queue: queue.SimpleQueue[tuple[Recording, _Piece | None] | None] = queue.SimpleQueue()
        self._files: dict[Recording, StereoFile | None] = {}
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def new(self, path: Path) -> Recording:
        """A recording that begins now."""
        return Recording(path, self._take, self._clock)

    def stop(self) -> None:
        """Write what is queued, finish every file, end the thread."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _take(self, recording: Recording, piece: _Piece | None) -> None:
        self._queue.put((recording, piece))

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            recording, piece = item
            try:
                self._write(recording, piece)
            except OSError:
                log.exception("recording_failed", path=str(recording.path))
                self._files[recording] = None
            if piece is None:
                self._files.pop(recording, None)
        for recording in list(self._files):
            self._write(recording, None)

    def _write(self, recording: Recording, piece: _Piece | None) -> None:
        if recording not in self._files:
            self._files[recording] = StereoFile(recording.path)
        file = self._files[recording]
        if file is None:
            return  # it could not be written; said once
        if piece is None:
            file.close()
        else:
            file.add(piece)
