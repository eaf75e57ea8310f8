"""What a recogniser makes of an utterance, and what the ears need of a recogniser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from config.errors import HotlineError
from ivr.messages import Expecting, Word
from ivr.speech.prosody import Samples


@dataclass(frozen=True, slots=True)
class Hearing:
    """One recogniser's result. Empty text: it heard nothing that is speech. `confidence` is 0 to 1; the scales of two
    recognisers are not the same. `narrowed`: heard with a small vocabulary that fits what the step expected; `freely`
    is what was heard without it."""

    text: str
    words: tuple[Word, ...]
    confidence: float
    narrowed: bool = False
    freely: str = ""


NOTHING = Hearing(text="", words=(), confidence=0.0)


class RecogniserFailed(HotlineError):
    """A recogniser could not work on what it was given."""


class HearingSession(Protocol):
    """One utterance on its way through a streaming recogniser. Used by one thread."""

    def accept(self, audio: bytes) -> None:
        """More of the utterance: mono 16-bit samples, 16,000 a second. Raises `RecogniserFailed`."""

    def partial(self) -> str:
        """The words so far; they may still change. Raises `RecogniserFailed`."""

    def finish(self, speech: float) -> Hearing:
        """The result; `speech` is how many seconds of voice it holds. The session is used up. Raises
        `RecogniserFailed`."""

    def abandon(self) -> None:
        """The result is not wanted; the session is used up."""


class FirstHearing(Protocol):
    """Hears while the caller speaks."""

    def languages(self) -> frozenset[str]:
        """What it can hear."""

    def open(self, language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> HearingSession:
        """Begin an utterance; `names` are the answers where a category is expected. May be called from any thread."""


class SecondHearing(Protocol):
    """Takes a finished utterance as a whole; slower, and often better."""

    def languages(self) -> frozenset[str]:
        """What it can hear."""

    def transcribe(self, samples: Samples, language: str, expecting: Expecting) -> Hearing:
        """Hear mono samples, 16,000 a second. Not to be called by two threads at once. Raises `RecogniserFailed`."""
