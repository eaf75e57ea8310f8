"""How a caller sounds now, against how the same caller sounded at first.

Anger and distress raise level, pitch and rate together (Banse & Scherer 1996; Juslin & Laukka 2003). Voices and lines
differ far more than moods do, so only the change against the caller's own first utterance counts: a loud line, a high
voice or a fast talker is calm as long as it stays as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from routing.work import Mood

_LEVEL_STEP = 6.0  # dB louder than at first that count as one step of tension
_PITCH_STEP = 4.0  # semitones higher
_RATE_STEP = 0.4  # octaves of syllable rate faster: a third more syllables a second

#: One measure alone cannot make a caller upset: a moved handset raises the level, a pitch tracker may jump an octave.
_MOST_OF_ONE = 1.2
_TENSE = 1.0
_UPSET = 2.0


@dataclass(frozen=True, slots=True)
class Prosody:
    """How one utterance was said: level in dBFS, median pitch in hertz, syllables a second; 0 for pitch and rate
    means not known."""

    level: float
    pitch: float
    rate: float


def mood_of(own: Prosody, now: Prosody) -> Mood:
    """The mood of `now`, measured from the caller's `own` first utterance."""
    tension = (
        _steps((now.level - own.level) / _LEVEL_STEP)
        + _steps(12 * _octaves(own.pitch, now.pitch) / _PITCH_STEP)
        + _steps(_octaves(own.rate, now.rate) / _RATE_STEP)
    )
    if tension >= _UPSET:
        return Mood.UPSET
    return Mood.TENSE if tension >= _TENSE else Mood.CALM


def _steps(change: float) -> float:
    """A change towards tension; quieter, lower and slower count as none. A level of silence is no measure."""
    return min(max(change, 0.0), _MOST_OF_ONE) if math.isfinite(change) else 0.0


def _octaves(own: float, now: float) -> float:
    """How many octaves `now` lies above `own`; none if either is unknown."""
    return math.log2(now / own) if own > 0 and now > 0 else 0.0
