"""Audio files, made ready to be sent: loaded and encoded away from the media thread, kept while they are used."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import soundfile
import structlog

from ivr.media.codec import Codec, Samples, settled_encoder
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


class ClipLibrary:
    """Finds clips in its folders and keeps their encodings, the least recently used going first."""

    def __init__(self, folders: tuple[Path, ...], cache_bytes: int = _CACHE_BYTES) -> None:
        self._folders = folders
        self._cache_bytes = cache_bytes
        self._lock = threading.Lock()
        self._cache: OrderedDict[_Key, bytes] = OrderedDict()
        self._size = 0
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="clips")

    def request(self, clips: tuple[str, ...], codec: Codec, ready: Callable[[tuple[bytes, ...]], None]) -> None:
        """Load the clips and call `ready` from a worker thread with the payloads; unreadable ones are left out."""
        self._workers.submit(self._serve, clips, codec, ready)

    def close(self) -> None:
        """Load nothing more."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def load(self, clips: tuple[str, ...], codec: Codec) -> tuple[bytes, ...]:
        """The payloads of the clips that can be read, in order; the others are logged."""
        payloads: list[bytes] = []
        for clip in clips:
            try:
                payloads.append(self._payload(clip, codec))
            except (OSError, soundfile.SoundFileError, ValueError) as fault:
                log.warning("clip_unreadable", clip=clip, reason=str(fault))
        return tuple(payloads)

    def _serve(self, clips: tuple[str, ...], codec: Codec, ready: Callable[[tuple[bytes, ...]], None]) -> None:
        try:
            payloads = self.load(clips, codec)
        except Exception:
            # Whatever is wrong with a file, the caller must not wait for ever for a prompt that never ends.
            log.exception("clips_failed", clips=clips)
            payloads = ()
        ready(payloads)

    def _payload(self, clip: str, codec: Codec) -> bytes:
        path = self._find(clip)
        key = (path, path.stat().st_mtime_ns, codec)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        payload = encode_clip(read_clip(path, codec.sample_rate), codec, lambda: time.sleep(_TURN_SECONDS))
        self._keep(key, payload)
        return payload

    def _find(self, clip: str) -> Path:
        """An absolute path stands for itself; raises FileNotFoundError."""
        path = Path(clip)
        for candidate in (path,) if path.is_absolute() else (folder / path for folder in self._folders):
            if candidate.is_file():
                return candidate
        raise FileNotFoundError(f"no such clip in {', '.join(map(str, self._folders))}")

    def _keep(self, key: _Key, payload: bytes) -> None:
        with self._lock:
            self._size += len(payload) - len(self._cache.pop(key, b""))
            self._cache[key] = payload
            while self._size > self._cache_bytes and len(self._cache) > 1:
                _, oldest = self._cache.popitem(last=False)
                self._size -= len(oldest)
