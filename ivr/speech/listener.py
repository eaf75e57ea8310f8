"""One leg's ears: audio and commands in, in order; what was heard out. Used by one thread, knows no other."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from ivr.messages import (
    AudioChunk,
    EarsUnavailable,
    Listen,
    NothingHeard,
    SpeechStarted,
)
from ivr.speech.hearing import FirstHearing, Hearing, HearingSession
from ivr.speech.mood import Prosody
from ivr.speech.prosody import Samples, prosody_of
from ivr.speech.turn import RATE, Began, Ended, NoInput, Timing, TurnEvent, TurnTaker, WentOn
from ivr.speech.voice_activity import VoiceActivity

_BEFORE = 0.3  # seconds of audio from before a listen, so that a caller who was quicker than we is heard whole
_TAIL = 0.3  # seconds of the closing silence that are left for a second hearing


@dataclass(frozen=True, slots=True)
class Finished:
    """An utterance is complete. `first` is None where no streaming recogniser knows the language; `samples` are mono
    at 16,000 a second, without most of the closing silence, `length` is seconds with it; `voice` is how it was said;
    `wide_band` whether the line carried more than 4 kHz."""

    listen: Listen
    first: Hearing | None
    samples: Samples
    voice: Prosody
    duration: float
    length: float
    speech: float
    wide_band: bool


Told = SpeechStarted | NothingHeard | EarsUnavailable | Finished


class Listener:
    """Hears one leg. A second `Listen` of the same turn only changes the times; one of another turn begins anew."""

    def __init__(self, first: FirstHearing, languages: frozenset[str]) -> None:
        """`languages` are those that anyone here can hear."""
        self._first = first
        self._languages = languages
        self._voice_activity: VoiceActivity | None = None  # built with the first listen: 2 MB and some milliseconds
        self._before: deque[AudioChunk] = deque()
        self._rate = RATE
        self._listen: Listen | None = None
        self._turn: TurnTaker | None = None
        self._session: HearingSession | None = None
        self._audio = bytearray()

    def listen(self, command: Listen) -> list[Told]:
        """Begin to listen, or go on with other times."""
        timing = Timing(command.pause, command.no_input, command.maximum)
        if self._listen is not None and self._listen.turn == command.turn:
            # Of a turn that is over the answer is on its way already.
            if self._turn is not None:
                self._turn.retime(timing)
            return []
        self.stop()
        self._listen = command
        if command.language not in self._languages:
            return [self._unavailable(f"no recogniser for the language {command.language}")]
        self._turn = TurnTaker(timing)
        if self._voice_activity is None:
            self._voice_activity = VoiceActivity()
        self._voice_activity.reset()
        told: list[Told] = []
        before = list(self._before)
        self._before.clear()
        for chunk in before:
            told += self.hear(chunk)
        return told

    def stop(self) -> None:
        """The answer is no longer wanted."""
        self._end()
        self._listen = None

    def hear(self, chunk: AudioChunk) -> list[Told]:
        """Take audio, in a listen or not."""
        self._rate = chunk.rate
        turn, activity = self._turn, self._voice_activity
        if turn is None or activity is None:
            self._keep(chunk)
            return []
        told: list[Told] = []
        for frame, voiced in activity.feed(chunk.rate, chunk.samples):
            for event in turn.feed(frame, voiced):
                told += self._on(event, turn)
        return told

    def fail(self, reason: str) -> list[Told]:
        """Give up the listen in progress."""
        if self._turn is None:
            return []
        return [self._unavailable(reason)]

    def _keep(self, chunk: AudioChunk) -> None:
        self._before.append(chunk)
        kept = sum(len(one.samples) / 2 / one.rate for one in self._before)
        while self._before and kept - len(self._before[0].samples) / 2 / self._before[0].rate >= _BEFORE:
            kept -= len(self._before[0].samples) / 2 / self._before[0].rate
            self._before.popleft()

    def _on(self, event: TurnEvent, turn: TurnTaker) -> list[Told]:
        listen = self._listen
        if listen is None:
            return []
        match event:
            case Began(audio=audio):
                if listen.language in self._first.languages():
                    self._session = self._first.open(listen.language, listen.expecting)
                self._accept(audio)
                return [SpeechStarted(listen.leg, listen.turn)]
            case WentOn(audio=audio):
                self._accept(audio)
                return []
            case Ended(silence=silence):
                finished = self._finish(listen, turn.speech, silence)
                self._end()
                return [finished]
            case NoInput():
                self._end()
                return [NothingHeard(listen.leg, listen.turn)]

    def _accept(self, audio: bytes) -> None:
        self._audio += audio
        if self._session is not None:
            self._session.accept(audio)

    def _finish(self, listen: Listen, speech: float, silence: float) -> Finished:
        session, self._session = self._session, None
        first = session.finish(speech) if session is not None else None
        samples: Samples = np.frombuffer(bytes(self._audio), dtype="<i2").astype(np.int16)
        spoken = samples[: len(samples) - round(max(0.0, silence - _TAIL) * RATE)]
        return Finished(
            listen=listen,
            first=first,
            samples=spoken,
            voice=prosody_of(spoken, RATE, speech),
            duration=len(spoken) / RATE,
            length=len(samples) / RATE,
            speech=speech,
            wide_band=self._rate >= RATE,
        )

    def _unavailable(self, reason: str) -> EarsUnavailable:
        self._end()
        listen = self._listen
        assert listen is not None, "only a listen can fail"
        return EarsUnavailable(listen.leg, listen.turn, reason)

    def _end(self) -> None:
        """No turn, no session, no audio; the turn's number stays known."""
        if self._session is not None:
            self._session.abandon()
        self._session = None
        self._turn = None
        self._audio.clear()
