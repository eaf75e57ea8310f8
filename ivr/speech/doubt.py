"""When a second hearing is worth its time, and which of two hearings stands. Pure."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from ivr.speech.hearing import NOTHING, Hearing

VOSK = "vosk"
WHISPER = "whisper"

#: Vosk's mean word confidence; it correlates -0.68 with the character error rate (people's voices, Korean).
_SURE = 0.85
#: The second hearing's own confidence (e to its mean log probability per token) under which a sure first one stands.
_SECOND_DOUBTFUL = 0.3
#: On a narrow line the Korean model is .55 to .86 sure and .19 to .24 right (docs/evaluation.md).
_NARROW_SHARE = 0.3


class Why(StrEnum):
    """Why a second hearing was asked for, or that it was not."""

    SURE = "first hearing is sure"
    NARROWED = "one of the expected answers"
    NO_FIRST = "no streaming model for the language"
    NOTHING = "first hearing found no words"
    NARROW_BAND = "narrow band"
    UNSURE = "first hearing is unsure"


def why_again(first: Hearing | None, wide_band: bool) -> Why:
    """Whether `first` needs a second hearing; `SURE` and `NARROWED` say no."""
    if first is None:
        return Why.NO_FIRST
    if not first.text:
        return Why.NOTHING
    if first.narrowed:
        return Why.NARROWED
    if not wide_band:
        return Why.NARROW_BAND
    return Why.SURE if first.confidence >= _SURE else Why.UNSURE


def needs_second(why: Why) -> bool:
    """Whether the reason asks for a second hearing."""
    return why not in (Why.SURE, Why.NARROWED)


def on_a_narrow_line(first: Hearing) -> Hearing:
    """With a confidence that a model of full band deserves there. A small vocabulary has conditions of its own."""
    return first if first.narrowed else replace(first, confidence=_NARROW_SHARE * first.confidence)


def which_stands(first: Hearing | None, second: Hearing) -> tuple[Hearing, str]:
    """The hearing that stands and who heard it, when both are there. Empty text: nobody understood anything."""
    if first is None or not first.text:
        return second, WHISPER
    if not second.text:
        # What the second one, which hears the whole, takes for noise must have been heard clearly to count.
        return (first, VOSK) if first.confidence >= _SURE else (NOTHING, WHISPER)
    if second.confidence < _SECOND_DOUBTFUL and first.confidence >= _SURE:
        return first, VOSK
    return second, WHISPER
