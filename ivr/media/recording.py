"""Recording legs into stereo WAV files, off the media thread."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path

import structlog

from config.encryption import Key
from ivr.media.codec import Codec
from ivr.media.stereo_file import LEFT, RIGHT, Piece, StereoFile, rescue

log = structlog.get_logger()

#: Pieces that may wait for a slow disk, some 10 MB, before pieces are left out.
_BACKLOG = 50_000


class Recording:
    """The media thread's end of a recording: takes payloads and returns at once."""

    def __init__(self, path: Path, put: Callable[[Recording, Piece | float], None], clock: Callable[[], float]) -> None:
        self.path = path
        self.codec = Codec.G722
        self._put = put
        self._clock = clock
        self._began = clock()
        self._paused = False

    def said(self, payload: bytes) -> None:
        """A payload that the leg sent."""
        if not self._paused:
            self._put(self, Piece(LEFT, self._clock() - self._began, self.codec, payload))

    def heard(self, payload: bytes) -> None:
        """A payload that the leg was sent."""
        if not self._paused:
            self._put(self, Piece(RIGHT, self._clock() - self._began, self.codec, payload))

    def pause(self, on: bool) -> None:
        """Silence in place of both sides, or no longer: what is said meanwhile never leaves the media thread."""
        self._paused = on

    def finish(self) -> None:
        """Nothing more will come."""
        self._put(self, self._clock() - self._began)


class Recorder:
    """The thread that writes every recording of the plane. What a killed process left unfinished in a folder gets its
    name when the first recording there begins. With a key recordings are sealed."""

    def __init__(self, clock: Callable[[], float], key: Key | None = None) -> None:
        self._clock = clock
        self._key = key
        self._queue: queue.SimpleQueue[tuple[Recording, Piece | float] | None] = queue.SimpleQueue()
        self._files: dict[Recording, StereoFile | None] = {}
        self._tidied: set[Path] = set()
        self._left_out = 0
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

    def _take(self, recording: Recording, item: Piece | float) -> None:
        if isinstance(item, Piece) and self._queue.qsize() > _BACKLOG:
            self._left_out += 1
            return
        self._queue.put((recording, item))

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            self._carry_out(*item)
            if self._left_out:
                missing, self._left_out = self._left_out, 0
                log.error("recording_falls_behind", packets=missing)
        for recording in list(self._files):
            self._carry_out(recording, 0.0)

    def _carry_out(self, recording: Recording, item: Piece | float) -> None:
        """A piece, or at what time the recording ends."""
        try:
            file = self._files[recording] if recording in self._files else self._open(recording)
            if file is None:
                pass  # it could not be written; said once
            elif isinstance(item, Piece):
                file.add(item)
            else:
                file.close(item)
        except Exception:  # a full disk, a strange payload: no recording's fault may end the others
            log.exception("recording_failed", path=str(recording.path))
            self._give_up(recording)
        if not isinstance(item, Piece):
            self._files.pop(recording, None)

    def _open(self, recording: Recording) -> StereoFile:
        folder = recording.path.parent
        if folder not in self._tidied:
            self._tidied.add(folder)
            for path in rescue(folder):
                log.warning("recording_rescued", path=str(path))
        file = StereoFile(recording.path, self._key)
        self._files[recording] = file
        return file

    def _give_up(self, recording: Recording) -> None:
        file = self._files.get(recording)
        if file is not None:
            file.abandon()
        self._files[recording] = None
