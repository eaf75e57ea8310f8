"""A thread that hears some of the legs: voice activity, turns and the streaming recogniser, one leg after another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container
from dataclasses import dataclass
from queue import SimpleQueue

import structlog

from ivr.messages import AudioChunk, EarsCommand, EarsStrained, Forget, Listen, StopListening
from ivr.speech.hearing import FirstHearing, RecogniserFailed
from ivr.speech.listener import Listener, Told

log = structlog.get_logger(__name__)

#: Seconds of a leg's audio that may wait. A caller who is heard later than this has long given up on us.
MOST_WAITING = 20.0
#: Seconds of a leg's audio that wait: from here on no further listen is taken, and until it is down to so many.
STRAINED_AT, RELIEVED_AT = 2.0, 0.5


@dataclass(frozen=True, slots=True)
class _Overflowed:
    leg: str


class EarsWorker:
    """Hears the legs it is given. `tell` is called on the worker's thread."""

    def __init__(
        self,
        first: FirstHearing,
        languages: Container[str],
        tell: Callable[[Told | EarsStrained], None],
        most_waiting: float = MOST_WAITING,
        strained_at: float = STRAINED_AT,
    ) -> None:
        self._first = first
        self._languages = languages
        self._tell = tell
        self._most_waiting = most_waiting
        self._strained_at = strained_at
        self._is_strained = False
        self._queue: SimpleQueue[EarsCommand | AudioChunk | _Overflowed | None] = SimpleQueue()
        self._listeners: dict[str, Listener] = {}
        self._lock = threading.Lock()
        self._waiting: dict[str, float] = {}  # seconds of audio in the queue, by leg
        self._overflowed: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="ears", daemon=True)

    @property
    def is_strained(self) -> bool:
        """So much audio waits that a further listen would be answered too late."""
        return self._is_strained

    def start(self) -> None:
        """Begin to work off what comes."""
        self._thread.start()

    def send(self, command: EarsCommand) -> None:
        """Queue a command, behind the audio that came before it."""
        self._queue.put(command)

    def hear(self, chunk: AudioChunk) -> None:
        """Queue audio, or drop it if too much of the leg's waits already. From any thread; never blocks for long."""
        seconds = _seconds(chunk)
        with self._lock:
            waiting = self._waiting.get(chunk.leg, 0.0) + seconds
            if chunk.leg in self._overflowed:
                return
            if waiting > self._most_waiting:
                self._overflowed.add(chunk.leg)
                self._queue.put(_Overflowed(chunk.leg))
                return
            self._waiting[chunk.leg] = waiting
            self._queue.put(chunk)
            if waiting > self._strained_at and not self._is_strained:
                self._strain(True, waiting)

    def stop(self) -> None:
        """Work off nothing more; returns when the thread has ended."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, AudioChunk):
                self._took(item)
            try:
                told = self._work(item)
            except RecogniserFailed as fault:
                log.warning("recogniser_failed", leg=item.leg, reason=str(fault))
                told = self._give_up(item.leg, "the recogniser failed")
            except Exception:  # a leg whose audio meets a fault of ours must not cost the others their ears
                log.exception("ears_failed", leg=item.leg)
                told = self._give_up(item.leg, "the ears failed")
            for one in told:
                self._tell(one)
        for listener in self._listeners.values():
            listener.stop()

    def _work(self, item: EarsCommand | AudioChunk | _Overflowed) -> list[Told]:
        listener = self._listeners.get(item.leg)
        match item:
            case Listen():
                if listener is None:
                    listener = self._listeners[item.leg] = Listener(self._first, self._languages)
                return listener.listen(item)
            case AudioChunk():
                return listener.hear(item) if listener is not None else []
            case StopListening():
                if listener is not None:
                    listener.stop()
            case Forget():
                if listener is not None:
                    listener.stop()
                    del self._listeners[item.leg]
            case _Overflowed():
                with self._lock:
                    self._overflowed.discard(item.leg)
                log.warning("ears_overloaded", leg=item.leg, seconds=self._most_waiting)
                return listener.fail("the ears cannot keep up") if listener is not None else []
        return []

    def _took(self, chunk: AudioChunk) -> None:
        with self._lock:
            left = self._waiting.get(chunk.leg, 0.0) - _seconds(chunk)
            if left > 1e-6:
                self._waiting[chunk.leg] = left
            else:
                self._waiting.pop(chunk.leg, None)
            if self._is_strained and (longest := max(self._waiting.values(), default=0.0)) <= RELIEVED_AT:
                self._strain(False, longest)

    def _strain(self, is_strained: bool, behind: float) -> None:
        self._is_strained = is_strained
        self._tell(EarsStrained(is_strained, behind))

    def _give_up(self, leg: str, reason: str) -> list[Told]:
        listener = self._listeners.get(leg)
        return listener.fail(reason) if listener is not None else []


def _seconds(chunk: AudioChunk) -> float:
    return len(chunk.samples) / 2 / chunk.rate
