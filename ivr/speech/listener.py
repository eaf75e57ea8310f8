"""One leg's ears: audio and commands in, in order; what was heard out. Used by one thread, knows no other."""

from __future__ import annotations

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from ivr.messages import (
    AudioChunk,
    EarsUnavailable,
    Listen,
    NothingHeard,
    SpeechStarted,
)
from ivr.speech.barge_in import Voice, whose_voice
from ivr.speech.doubt import on_a_narrow_line
from ivr.speech.finished import Finished, joined
from ivr.speech.gaps import GapFilter
from ivr.speech.hearing import FirstHearing, Hearing, HearingSession
from ivr.speech.pause import pause_for
from ivr.speech.prosody import Samples, prosody_of
from ivr.speech.turn import RATE, Began, Ended, NoInput, Timing, TurnEvent, TurnTaker, WentOn
from ivr.speech.upper_band import UpperBand, helps
from ivr.speech.voice_activity import VoiceActivity

_BEFORE = 0.3  # seconds of audio from before a listen, so that a caller who was quicker than we is heard whole
_TAIL = 0.3  # seconds of the closing silence that are left for a second hearing
_ASK_AFTER = 0.3  # seconds of a pause after which the words so far decide how long it may last
_ASK_EVERY = 0.2  # seconds of voice into a prompt after which the words so far decide whose they are
_OWN_PAUSE = 0.3  # seconds; shorter ones are between words
_OWN_PAUSES = 6  # of a caller that are remembered
_MORE = 0.3  # seconds of voice after an utterance that are more of it, and no cough


@dataclass(frozen=True, slots=True)
class GoesOn:
    """After `Finished` the caller goes on, before they were answered: a `Finished` that holds both follows."""

    listen: Listen


Told = SpeechStarted | NothingHeard | EarsUnavailable | Finished | GoesOn


class Listener:
    """Hears one leg. A second `Listen` of the same turn only changes the times; one of another turn begins anew."""

    def __init__(self, first: FirstHearing, languages: Container[str]) -> None:
        """`languages` are those that anyone here can hear at the moment."""
        self._first = first
        self._languages = languages
        self._voice_activity: VoiceActivity | None = None  # built with the first listen: 2 MB and some milliseconds
        self._before: deque[AudioChunk] = deque()
        self._rate = RATE
        self._listen: Listen | None = None
        self._turn: TurnTaker | None = None
        self._session: HearingSession | None = None
        self._gaps = GapFilter()
        self._upper_band: UpperBand | None = None
        self._audio = bytearray()
        self._own_pauses: deque[float] = deque(maxlen=_OWN_PAUSES)
        self._is_told = False  # that speech started
        self._asked_at = 0.0  # seconds of voice
        self._prompt = ""  # what was spoken when the voice began
        self._said_before: Finished | None = None  # in this turn; its answer has not come yet
        self._goes_on = False  # after that

    def listen(self, command: Listen) -> list[Told]:
        """Begin to listen, or go on with other times."""
        timing = Timing(command.pause, command.no_input, command.maximum)
        if self._listen is not None and self._listen.turn == command.turn:
            # Of a turn that is over the answer is on its way already.
            self._listen = command
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
        activity = self._voice_activity
        if self._turn is None or activity is None or self._said_before is not None:
            self._keep(chunk)
        if self._turn is None or activity is None:
            return []
        told: list[Told] = []
        for frame, voiced in activity.feed(chunk.rate, chunk.samples):
            turn = self._turn  # an echo begins it anew
            if turn is None:
                break
            for event in turn.feed(frame, voiced):
                told += self._on(event, turn)
        return told

    def fail(self, reason: str) -> list[Told]:
        """Give up the listen in progress."""
        before, goes_on = self._said_before, self._goes_on
        if before is not None:
            self._end()
            return [before] if goes_on else []
        return [self._unavailable(reason)] if self._turn is not None else []

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
                    self._session = self._first.open(listen.language, listen.expecting, listen.names)
                self._gaps = GapFilter()
                self._upper_band = UpperBand() if helps(listen.language, self._rate) else None
                self._is_told, self._asked_at, self._prompt = False, 0.0, listen.prompt
                turn.wait_for(self._pause(listen, None))
                self._accept(audio, voiced=True)
                return [] if listen.prompt or self._said_before is not None else self._started(listen)
            case WentOn():
                return self._went_on(event, listen, turn)
            case Ended(silence=silence):
                return self._ended(listen, turn, silence)
            case NoInput():
                is_answered = self._said_before is not None
                self._end()
                return [] if is_answered else [NothingHeard(listen.leg, listen.turn)]

    def _went_on(self, event: WentOn, listen: Listen, turn: TurnTaker) -> list[Told]:
        if turn.over:  # what ends it follows
            self._audio += event.audio
            return []
        self._accept(event.audio, event.voiced)
        if event.resumed >= _OWN_PAUSE:
            self._own_pauses.append(event.resumed)
            turn.wait_for(self._pause(listen, None))
        frame = len(event.audio) / 2 / RATE
        fell_silent = event.gap - frame < _ASK_AFTER <= event.gap
        if fell_silent:
            turn.wait_for(self._pause(listen, self._said()))
        if self._said_before is not None:
            return self._more(listen, turn)
        if self._is_told or not (fell_silent or (event.voiced and turn.speech >= self._asked_at + _ASK_EVERY)):
            return []
        self._asked_at = turn.speech
        return self._judge(listen, turn.speech, self._said(), fell_silent)

    def _judge(self, listen: Listen, speech: float, said: str | None, fell_silent: bool) -> list[Told]:
        """Somebody speaks into the prompt: the caller, or the prompt itself?"""
        match whose_voice(speech, said, self._prompt, listen.language, fell_silent):
            case Voice.CALLER:
                return self._started(listen)
            case Voice.ECHO:
                self._begin_anew(listen)
        return []

    def _more(self, listen: Listen, turn: TurnTaker) -> list[Told]:
        """The caller was taken to have finished, and speaks again."""
        if self._goes_on or turn.speech < _MORE:
            return []
        self._goes_on = True
        return [GoesOn(listen)]

    def _ended(self, listen: Listen, turn: TurnTaker, silence: float) -> list[Told]:
        finished = self._finish(listen, turn.speech, silence)
        before, goes_on = self._said_before, self._goes_on
        if before is not None:
            self._end()
            finished = joined(before, finished) if goes_on else before
            self._await_more(finished)
            return [finished] if goes_on else []
        told: list[Told] = []
        if not self._is_told:
            told = self._judge(listen, turn.speech, finished.first.text if finished.first else None, fell_silent=True)
            if not told:  # a noise or an echo
                self._begin_anew(listen)
                return []
        self._end()
        self._await_more(finished)
        return [*told, finished]

    def _await_more(self, finished: Finished) -> None:
        """Until the answer is there, which the next command tells, more may be said."""
        listen = finished.listen
        self._said_before = finished
        if finished.length < listen.maximum:
            self._turn = TurnTaker(Timing(listen.pause, inf, listen.maximum - finished.length))

    def _started(self, listen: Listen) -> list[Told]:
        self._is_told = True
        return [SpeechStarted(listen.leg, listen.turn)]

    def _begin_anew(self, listen: Listen) -> None:
        """What was heard was not the caller."""
        self._end()
        self._turn = TurnTaker(Timing(listen.pause, listen.no_input, listen.maximum))

    def _pause(self, listen: Listen, said: str | None) -> float:
        return pause_for(listen.pause, listen.language, listen.expecting, said, self._own_pauses, listen.names)

    def _said(self) -> str | None:
        return self._session.partial() if self._session is not None else None

    def _accept(self, audio: bytes, voiced: bool) -> None:
        self._audio += audio
        if self._session is not None and (given := self._gaps.feed(audio, voiced)):
            self._session.accept(self._upper_band.fill(given) if self._upper_band else given)

    def _finish(self, listen: Listen, speech: float, silence: float) -> Finished:
        session, self._session = self._session, None
        first = self._placed(session.finish(speech)) if session is not None else None
        if first is not None and self._upper_band is not None:
            first = on_a_narrow_line(first)
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

    def _placed(self, heard: Hearing) -> Hearing:
        """With the words where they are in what the caller said."""
        words = (
            replace(word, start=self._gaps.placed(word.start), end=self._gaps.placed(word.end)) for word in heard.words
        )
        return replace(heard, words=tuple(words))

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
        self._said_before, self._goes_on = None, False
        self._audio.clear()
