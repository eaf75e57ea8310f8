"""Is it the caller who speaks into our prompt, or a noise, or the line giving the prompt back? Pure.

A click or a cough is short. An echo says what we say: only text tells it from a caller, who may well answer with a
word or two of the prompt ("billing"), but does not read us half a sentence of it.
"""

from __future__ import annotations

from enum import Enum

from ivr.speech.vocabulary import letters, likeness_within

#: Seconds of voice that pass for the caller's when no recogniser hears along, and when it understands nothing.
_UNHEARD, _NOT_UNDERSTOOD = 0.25, 0.7
_ALIKE = 0.75  # share of what was heard that stands in the prompt
_FEW = {"zh": 4, "ja": 5, "ko": 10}  # letters as `vocabulary.letters` counts them: Korean ones two or three a syllable
_FEW_OTHERS = 12


class Voice(Enum):
    """Whose it is."""

    CALLER = "caller"
    ECHO = "echo"
    UNKNOWN = "unknown yet"


def whose_voice(speech: float, said: str | None, prompt: str, language: str, fell_silent: bool = False) -> Voice:
    """After `speech` seconds of voice of which `said` was understood so far (None: nobody hears along) while we said
    `prompt`. `fell_silent`: a pause followed."""
    if said is None:
        return Voice.CALLER if speech >= _UNHEARD else Voice.UNKNOWN
    heard = letters(said)
    if not heard:
        return Voice.CALLER if speech >= _NOT_UNDERSTOOD else Voice.UNKNOWN
    if likeness_within(said, prompt) < _ALIKE:
        return Voice.CALLER
    if len(heard) > _FEW.get(language, _FEW_OTHERS):
        return Voice.ECHO
    return Voice.CALLER if fell_silent else Voice.UNKNOWN
