"""What the ears are given to hear, what they are asked, and what they tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """What a tapped leg said: mono signed 16-bit little-endian samples, 8,000 or 16,000 a second, 20 to 100 ms."""

    leg: str
    rate: int
    samples: bytes


# --- asked of the ears -------------------------------------------------------------------------------------------


class Expecting(StrEnum):
    """What the step hopes to hear; narrows the vocabulary where that helps."""

    SPEECH = "speech"
    YES_NO = "yes-no"
    DIGITS = "digits"
    HOURS = "hours"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear one utterance on this leg. It ends `pause` seconds after the caller fell silent, or after `maximum`;
    `no_input` seconds without speech end in `NothingHeard`. Times are seconds; `pause` is shorter after a whole answer,
    and up to twice as long for a caller who thinks.

    `prompt`: what is being spoken to the caller meanwhile; its echo is not taken for the caller. `names`: the answers
    that a step offers which expects a category."""

    leg: str
    turn: int
    language: str
    expecting: Expecting
    pause: float
    no_input: float
    maximum: float
    prompt: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StopListening:
    """The answer is no longer wanted."""

    leg: str


@dataclass(frozen=True, slots=True)
class Forget:
    """The leg is over: drop its audio and everything known of its voice."""

    leg: str


EarsCommand = Listen | StopListening | Forget

# --- told by the ears --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word: seconds from the start of the utterance, confidence 0 to 1."""

    word: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """What else was heard: by another recogniser, or by the same one without its small vocabulary."""

    text: str
    confidence: float
    heard_by: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was heard and how it was said.

    `confidence` is 0 to 1; `speech` and `duration` seconds; `level` dBFS of the speech; `pitch` its median in hertz,
    0 where none was voiced; `rate` syllables a second. `heard_by` names the recogniser whose text stands, and
    `reason` says why a second hearing was or was not taken; `alternatives` are the hearings that did not stand.
    """

    text: str
    language: str
    words: tuple[Word, ...]
    confidence: float
    duration: float
    speech: float
    level: float
    pitch: float
    rate: float
    heard_by: str
    reason: str = ""
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to speak: the prompt can stop (barge-in)."""

    leg: str
    turn: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The caller's utterance is complete."""

    leg: str
    turn: int
    utterance: Utterance


@dataclass(frozen=True, slots=True)
class NothingHeard:
    """The caller said nothing in time, or nothing that could be understood as speech."""

    leg: str
    turn: int


@dataclass(frozen=True, slots=True)
class EarsUnavailable:
    """Speech cannot be heard now: the caller must be offered keys."""

    leg: str
    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class EarsStrained:
    """The machine hears so many that `behind` seconds of audio wait (`is_strained`), or it has caught up again. New
    listens are `EarsUnavailable` in between. About no leg: `leg` is empty."""

    is_strained: bool
    behind: float
    leg: str = ""


EarsEvent = SpeechStarted | Heard | NothingHeard | EarsUnavailable | EarsStrained
