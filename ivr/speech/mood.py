"""How a caller sounds now, against how the same caller sounded at first.

Anger and distress raise level, pitch and rate together (Banse & Scherer 1996; Juslin & Laukka 2003). Voices and lines
differ far more than moods do, so only the change against the caller's own first seconds counts: a loud line, a high
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

#: Seconds of speech by which a caller's own voice is known; a first "yes" alone is not.
_FIRST_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Prosody:
    """How one utterance was said: level in dBFS, median pitch in hertz, syllables a second; 0 for pitch and rate
    means not known."""

    level: float
    pitch: float
    rate: float


@dataclass(frozen=True, slots=True)
class Change:
    """How an utterance differs from the caller's own voice: dB louder, semitones higher, and how many times as fast;
    None where it could not be measured."""

    louder: float | None
    higher: float | None
    faster: float | None

    def __str__(self) -> str:
        """What was measured, in units that need no translation; empty for nothing. At most 30 characters."""
        parts = (
            f"{self.louder:+.0f} dB" if self.louder is not None else "",
            f"{self.higher:+.1f} st" if self.higher is not None else "",
            f"×{self.faster:.1f}" if self.faster is not None else "",
        )
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """A caller's voice as it was in the first `seconds` of speech, of which no more than three are taken."""

    voice: Prosody
    seconds: float

    def and_then(self, voice: Prosody, seconds: float) -> OwnVoice:
        """With a further utterance of so many seconds, while the first three are not complete; a measure that is
        missing in one is taken from the other. An utterance without a level adds nothing."""
        if self.seconds >= _FIRST_SECONDS or seconds <= 0 or not math.isfinite(voice.level):
            return self
        if not math.isfinite(self.voice.level):
            return OwnVoice(voice, seconds)
        whole = self.seconds + seconds
        share = seconds / whole
        mean = Prosody(
            level=self.voice.level + share * (voice.level - self.voice.level),
            pitch=_mean(self.voice.pitch, voice.pitch, share),
            rate=_mean(self.voice.rate, voice.rate, share),
        )
        return OwnVoice(mean, whole)


def change_of(own: Prosody, now: Prosody) -> Change:
    """How `now` differs from the caller's `own` voice. A level of silence is no measure."""
    louder = now.level - own.level
    higher, faster = _octaves(own.pitch, now.pitch), _octaves(own.rate, now.rate)
    return Change(
        louder if math.isfinite(louder) else None,
        12 * higher if higher is not None else None,
        2.0**faster if faster is not None else None,
    )


def mood_after(change: Change) -> Mood:
    """The mood that a change tells of."""
    tension = (
        _steps(change.louder, _LEVEL_STEP)
        + _steps(change.higher, _PITCH_STEP)
        + _steps(math.log2(change.faster) if change.faster is not None else None, _RATE_STEP)
    )
    if tension >= _UPSET:
        return Mood.UPSET
    return Mood.TENSE if tension >= _TENSE else Mood.CALM


def mood_of(own: Prosody, now: Prosody) -> Mood:
    """The mood of `now`, measured from the caller's `own` voice."""
    return mood_after(change_of(own, now))


def _steps(change: float | None, step: float) -> float:
    """A change towards tension; quieter, lower and slower count as none, and so does the unknown."""
    return min(max(change / step, 0.0), _MOST_OF_ONE) if change is not None else 0.0


def _octaves(own: float, now: float) -> float | None:
    """How many octaves `now` lies above `own`; None if either is unknown."""
    return math.log2(now / own) if own > 0 and now > 0 else None


def _mean(own: float, now: float, share: float) -> float:
    """The geometric mean, as pitch and rate are heard."""
    return float(own ** (1 - share) * now**share) if own > 0 and now > 0 else max(own, now)
