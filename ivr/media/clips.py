"""Audio files, made ready to be sent: loaded and encoded away from the media thread, kept while they are used."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path

import numpy as np
import soundfile
import structlog

from ivr.media.codec import FRAME_BYTES, SILENCE, Codec, Samples, settled_encoder
from ivr.media.resample import resample

log = structlog.get_logger()

#: Encoding a frame of G.722 takes 20 microseconds and holds the interpreter lock: after so many frames the media
#: thread gets its turn.
_FRAMES_A_TURN = 20
_TURN_SECONDS = 0.0005
#: 8,000 bytes are a second of audio, so this is about an hour and three quarters.
_CACHE_BYTES = 50_000_000
_WORKERS = 2

#: A clip's path, its time of change in nanoseconds, and the codec.
_Key = tuple[Path, int, Codec]
#: A clip in payloads of 20 ms.
Frames = tuple[bytes, ...]


def read_clip(path: Path, rate: int) -> Samples:
    """The samples of an audio file (WAV, FLAC, Ogg Vorbis or Opus) as mono at `rate`.

    Raises OSError if it cannot be opened and soundfile.SoundFileError if it is no audio.
    """
    with path.open("rb") as file:
        samples, own_rate = soundfile.read(file, dtype="int16", always_2d=True)
    mono: Samples = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).astype(np.int16)
    return resample(mono, own_rate, rate)


def encode_clip(samples: Samples, codec: Codec, pause: Callable[[], None] = lambda: None) -> bytes:
    """Whole frames of payload, the last one filled up with silence. Calls `pause` every few frames."""
    frame = codec.frame_samples
    padded = np.pad(samples, (0, -len(samples) % frame))
    encoder, _ = settled_encoder(codec)
    parts: list[bytes] = []
    for start in range(0, len(padded), frame * _FRAMES_A_TURN):
        parts.append(encoder.encode(padded[start : start + frame * _FRAMES_A_TURN]))
        pause()
    return b"".join(parts)


def packets(clips: tuple[Frames, ...], codec: Codec, ptime: int) -> tuple[bytes, ...]:
    """The clips one after another in payloads of `ptime` milliseconds, a multiple of 10; the last one is filled up
    with silence. A single clip at 20 ms is given back as it is, for all who play it to share."""
    if ptime == 20:
        return clips[0] if len(clips) == 1 else tuple(chain.from_iterable(clips))
    payload = b"".join(chain.from_iterable(clips))
    size = FRAME_BYTES * ptime // 20
    payload += (SILENCE[codec] * 3)[: -len(payload) % size]
    return tuple(payload[start : start + size] for start in range(0, len(payload), size))


class ClipLibrary:
    """Finds clips in its folders and keeps their encodings, the least recently used going first."""

    def __init__(self, folders: tuple[Path, ...], cache_bytes: int = _CACHE_BYTES) -> None:
        self._folders = folders
        self._cache_bytes = cache_bytes
        self._lock = threading.Lock()
        self._cache: OrderedDict[_Key, Frames] = OrderedDict()
        self._size = 0
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="clips")

    def request(
        self, clips: tuple[str, ...], codec: Codec, ptime: int, ready: Callable[[tuple[bytes, ...]], None]
    ) -> None:
        """Load the clips and call `ready` from a worker thread with their packets; unreadable ones are left out."""
        self._workers.submit(self._serve, clips, codec, ptime, ready)

    def close(self) -> None:
        """Load nothing more."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def load(self, clips: tuple[str, ...], codec: Codec) -> tuple[Frames, ...]:
        """The frames of the clips that can be read, in order; the others are logged."""
        loaded: list[Frames] = []
        for clip in clips:
            try:
                loaded.append(self._frames(clip, codec))
            except (OSError, soundfile.SoundFileError, ValueError) as fault:
                log.warning("clip_unreadable", clip=clip, reason=str(fault))
        return tuple(loaded)

    def _serve(
        self, clips: tuple[str, ...], codec: Codec, ptime: int, ready: Callable[[tuple[bytes, ...]], None]
    ) -> None:
        try:
            cut = packets(self.load(clips, codec), codec, ptime)
        except Exception:  # whatever is wrong with a file, no caller may wait for ever for the end of its prompt
            log.exception("clips_failed", clips=clips)
            cut = ()
        ready(cut)

    def _frames(self, clip: str, codec: Codec) -> Frames:
        path = self._find(clip)
        key = (path, path.stat().st_mtime_ns, codec)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        payload = encode_clip(read_clip(path, codec.sample_rate), codec, lambda: time.sleep(_TURN_SECONDS))
        frames = tuple(payload[start : start + FRAME_BYTES] for start in range(0, len(payload), FRAME_BYTES))
        self._keep(key, frames)
        return frames

    def _find(self, clip: str) -> Path:
        """An absolute path stands for itself; raises FileNotFoundError."""
        path = Path(clip)
        for candidate in (path,) if path.is_absolute() else (folder / path for folder in self._folders):
            if candidate.is_file():
                return candidate
        raise FileNotFoundError(f"no such clip in {', '.join(map(str, self._folders))}")

    def _keep(self, key: _Key, frames: Frames) -> None:
        with self._lock:
            self._size += FRAME_BYTES * (len(frames) - len(self._cache.pop(key, ())))
            self._cache[key] = frames
            while self._size > self._cache_bytes and len(self._cache) > 1:
                _, oldest = self._cache.popitem(last=False)
                self._size -= FRAME_BYTES * len(oldest)
