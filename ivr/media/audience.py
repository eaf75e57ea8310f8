"""Those who listen to one leg: ears, mixers, a transcoding relay, key and answerer detectors."""

from __future__ import annotations

from collections.abc import Callable

from ivr.media.codec import Codec
from ivr.media.hearing import Hearing, Listener
from ivr.media.listeners import AnswererListener, KeyListener, Report
from ivr.media.tap import Tap
from ivr.ports import AudioSink


class Audience:
    """Decodes what the leg says as long as anybody listens, once for all of them. `changed` is called when there may be
    the first listener, or none any longer."""

    __slots__ = (
        "_answerer",
        "_changed",
        "_codec",
        "_hearing",
        "_inband_keys",
        "_leg",
        "_listeners",
        "_report",
        "_tap",
    )

    def __init__(self, leg: str, report: Report, sink: AudioSink, changed: Callable[[], None]) -> None:
        self._leg = leg
        self._report = report
        self._changed = changed
        self._tap = Tap(leg, sink)
        self._inband_keys = KeyListener(leg, report)
        self._answerer: AnswererListener | None = None
        self._codec: Codec | None = None
        self._listeners: tuple[Listener, ...] = ()
        self._hearing: Hearing | None = None

    @property
    def present(self) -> bool:
        """Whether packets are wanted."""
        return self._hearing is not None

    def speak(self, codec: Codec) -> None:
        """The leg's codec from now on: a stream begins for all who listen."""
        if self._hearing is not None:
            self._hearing.finish()
        self._codec = codec
        self._hearing = None
        self._attend()

    def listen(self, listener: Listener) -> None:
        """Give the listener what the leg says, from now on."""
        if listener not in self._listeners:
            self._listeners += (listener,)
            self._attend()

    def unlisten(self, listener: Listener) -> None:
        """Give it no more."""
        if listener in self._listeners:
            self._listeners = tuple(other for other in self._listeners if other is not listener)
            self._attend()

    def tap(self, on: bool) -> None:
        """Send what the leg says to the ears, or no longer."""
        if on:
            self.listen(self._tap)
        elif self.tapped:
            if self._hearing is not None:
                self._hearing.finish()
            self.unlisten(self._tap)
            self._tap.flush()

    @property
    def tapped(self) -> bool:
        """Whether what the leg says is sent to the ears."""
        return self._tap in self._listeners

    def hear_keys(self, on: bool) -> None:
        """Listen for keys in the audio, or no longer."""
        (self.listen if on else self.unlisten)(self._inband_keys)

    def detect_answerer(self) -> None:
        """Guess from now on who answered."""
        if self._answerer is not None:
            self.unlisten(self._answerer)
        self._answerer = AnswererListener(self._leg, self._report)
        self.listen(self._answerer)

    def sweep(self) -> None:
        """About a second has passed: let go of those who have heard enough."""
        if self._answerer is not None and self._answerer.guessed:
            self.unlisten(self._answerer)
            self._answerer = None

    def packet(self, marker: bool, sequence: int, timestamp: int, ssrc: int, payload: bytes, now: float) -> None:
        """A packet came; `payload` is empty if it was no voice. Of a new source a stream begins."""
        hearing = self._hearing
        if hearing is None or self._codec is None:
            return
        if hearing.ssrc != ssrc:
            if hearing.ssrc >= 0:
                hearing.finish()
                hearing = self._hearing = Hearing(self._codec, ssrc, self._listeners)
            hearing.ssrc = ssrc
        hearing.packet(marker, sequence, timestamp, payload, now)

    def noise(self, payload: bytes) -> None:
        """A comfort noise packet came."""
        if self._hearing is not None:
            self._hearing.noise(payload)

    def due(self, now: float) -> None:
        """Time has passed."""
        if self._hearing is not None:
            self._hearing.due(now)

    def _attend(self) -> None:
        if self._codec is None or not self._listeners:
            self._hearing = None
        elif self._hearing is None:
            self._hearing = Hearing(self._codec, -1, self._listeners)
        else:
            self._hearing.attend(self._listeners)
        self._changed()
