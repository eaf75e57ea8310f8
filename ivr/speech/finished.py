"""A complete utterance, and what becomes of it when the caller goes on after all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ivr.messages import Listen, Word
from ivr.speech.hearing import Hearing
from ivr.speech.mood import Prosody
from ivr.speech.prosody import Samples, prosody_of
from ivr.speech.turn import RATE


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


def joined(before: Finished, after: Finished) -> Finished:
    """Both as one utterance; `after` was said while `before` was still being heard."""
    samples: Samples = np.concatenate((before.samples, after.samples))
    speech = before.speech + after.speech
    return replace(
        after,
        first=_both(before.first, after.first, before.duration),
        samples=samples,
        voice=prosody_of(samples, RATE, speech),
        duration=before.duration + after.duration,
        length=before.duration + after.length,
        speech=speech,
    )


def _both(before: Hearing | None, after: Hearing | None, later: float) -> Hearing | None:
    """What was heard of both, `after` so many seconds later. An answer of the small vocabulary was not the whole
    answer: what was heard without it counts."""
    if before is None or after is None:
        return None
    words = (*before.words, *(replace(word, start=word.start + later, end=word.end + later) for word in after.words))
    text = " ".join(filter(None, (hearing.freely or hearing.text for hearing in (before, after))))
    return Hearing(text, words, _confidence(words, before, after))


def _confidence(words: tuple[Word, ...], before: Hearing, after: Hearing) -> float:
    """Mean of both, each counting by its words."""
    share = len(before.words) / len(words) if words else 0.5
    return share * before.confidence + (1 - share) * after.confidence
