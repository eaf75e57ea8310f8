"""Recognisers that hear what they are told to, and note what they were given."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ivr.messages import Expecting
from ivr.speech.hearing import NOTHING, Hearing, HearingSession, RecogniserFailed
from ivr.speech.prosody import Samples


def heard(text: str, confidence: float = 0.95) -> Hearing:
    return Hearing(text, (), confidence)


@dataclass
class FakeFirst:
    """Hears `result` in the languages of `known`, and `so_far` while it is said. `fails`: breaks at the first audio.
    `held`: waits for it with each piece of audio."""

    result: Hearing = field(default_factory=lambda: heard("환불해 주세요"))
    known: frozenset[str] = frozenset({"ko"})
    fails: bool = False
    held: threading.Event | None = None
    so_far: str = ""
    sessions: list[FakeSession] = field(default_factory=list)

    def languages(self) -> frozenset[str]:
        return self.known

    def open(self, language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> HearingSession:
        session = FakeSession(self, expecting)
        self.sessions.append(session)
        return session


@dataclass
class FakeSession:
    owner: FakeFirst
    expecting: Expecting
    audio: bytearray = field(default_factory=bytearray)
    ended: str = ""

    def accept(self, audio: bytes) -> None:
        assert not self.ended, "a session that is used up gets no more audio"
        if self.owner.held is not None:
            self.owner.held.wait(20)
        if self.owner.fails:
            raise RecogniserFailed("the fake fails")
        self.audio += audio

    def partial(self) -> str:
        assert not self.ended
        return self.owner.so_far

    def finish(self, speech: float) -> Hearing:
        assert not self.ended
        self.ended = "finished"
        return self.owner.result

    def abandon(self) -> None:
        assert not self.ended
        self.ended = "abandoned"


@dataclass
class FakeSecond:
    """Hears `result`, or raises `fault`; waits for `held` first, and sets `began` before that."""

    result: Hearing = NOTHING
    known: frozenset[str] = frozenset({"ko", "en"})
    fault: Exception | None = None
    held: threading.Event | None = None
    began: threading.Event = field(default_factory=threading.Event)
    given: list[tuple[int, str, Expecting]] = field(default_factory=list)

    def languages(self) -> frozenset[str]:
        return self.known

    def transcribe(self, samples: Samples, language: str, expecting: Expecting) -> Hearing:
        self.given.append((len(samples), language, expecting))
        self.began.set()
        if self.held is not None:
            self.held.wait(20)
        if self.fault is not None:
            raise self.fault
        return self.result
