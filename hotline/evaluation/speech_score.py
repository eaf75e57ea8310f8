"""Hears sound files of known words at full and at telephone band, once and again, and scores each hearing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from hotline.commands.transcribe import UnreadableSound, read_sound, utterances
from hotline.evaluation.speech_manifest import Spoken, UnreadableManifest
from hotline.evaluation.telephone_band import NARROW, telephone_band
from ivr.messages import Expecting
from ivr.speech.doubt import needs_second, which_stands, why_again
from ivr.speech.hearing import NOTHING, Hearing
from ivr.speech.prosody import Samples
from ivr.speech.recognisers import Recognisers
from ivr.speech.scoring import NO_ERRORS, Calibration, Errors, calibration, errors_of


class Band(StrEnum):
    """What the line carried."""

    WIDE = "wide"
    NARROW = "narrow"


class Which(StrEnum):
    """The hearings that are scored: each by itself on everything, and what the ears would let stand of the two."""

    FIRST = "first"
    SECOND = "second"
    STOOD = "stood"


@dataclass(frozen=True, slots=True)
class Taken:
    """One hearing of one file: what was heard, how sure (0 to 1), its errors, and the processor's seconds it took
    for `of` seconds of sound. `STOOD` took the first hearing's, and the second's where the ears would have asked."""

    which: Which
    language: str
    band: Band
    text: str
    confidence: float
    errors: Errors
    took: float
    of: float


@dataclass(frozen=True, slots=True)
class SpeechScore:
    """All hearings of a kind. `real_time_factor` is seconds of one core for a second of sound."""

    which: Which
    language: str
    band: Band
    files: int
    errors: Errors
    calibration: Calibration
    real_time_factor: float


class Evaluation:
    """Hears with these recognisers; `spent` tells the processor's seconds up to now."""

    def __init__(self, recognisers: Recognisers, spent: Callable[[], float]) -> None:
        self._recognisers = recognisers
        self._spent = spent

    def hear(self, spoken: Spoken) -> Iterator[Taken]:
        """Every hearing of a file, in each band, by those who know the language. Raises `UnreadableManifest` for what
        is no sound, and `RecogniserFailed`."""
        for band, rate, samples in bands_of(spoken):
            yield from self._hear(spoken, band, rate, samples)

    def _hear(self, spoken: Spoken, band: Band, rate: int, samples: Samples) -> Iterator[Taken]:
        language, second = spoken.language, self._recognisers.second
        began = self._spent()
        parts = [finished for _, finished in utterances(samples, rate, language, self._recognisers)]
        took, of = self._spent() - began, len(samples) / rate

        def taken(which: Which, heard: Sequence[Hearing], took: float) -> Taken:
            text = " ".join(hearing.text for hearing in heard if hearing.text)
            sure = [hearing.confidence for hearing in heard if hearing.text]
            confidence = sum(sure) / len(sure) if sure else 0.0
            errors = errors_of(spoken.transcript, text, language)
            return Taken(which, language, band, text, confidence, errors, took, of)

        firsts = [part.first for part in parts]
        if language in self._recognisers.first.languages():
            yield taken(Which.FIRST, [first or NOTHING for first in firsts], took)
        if second is None or language not in second.languages():
            yield taken(Which.STOOD, [first or NOTHING for first in firsts], took)
            return
        seconds, stood, all_took, stood_took = [], [], 0.0, took
        for part in parts:
            began = self._spent()
            again = second.transcribe(part.samples, language, Expecting.SPEECH)
            lasted = self._spent() - began
            seconds.append(again)
            all_took += lasted
            if needs_second(why_again(part.first, part.wide_band)):
                stood.append(which_stands(part.first, again)[0])
                stood_took += lasted
            else:
                stood.append(part.first or NOTHING)
        yield taken(Which.SECOND, seconds, all_took)
        yield taken(Which.STOOD, stood, stood_took)


def bands_of(spoken: Spoken) -> tuple[tuple[Band, int, Samples], ...]:
    """The file as it is, with its samples a second; where that is wide band, also what the telephone band leaves.
    Raises `UnreadableManifest`."""
    try:
        samples, rate = read_sound(spoken.path)
    except UnreadableSound as fault:
        raise UnreadableManifest(f"{spoken.path}: {fault.what}", where=spoken.where, remedy=fault.remedy) from fault
    if rate == NARROW:
        return ((Band.NARROW, rate, samples),)
    return (Band.WIDE, rate, samples), (Band.NARROW, NARROW, telephone_band(samples))


def scores_of(hearings: Sequence[Taken]) -> tuple[SpeechScore, ...]:
    """A score for each language (in the order they come), band and hearing of which there are any."""
    languages = dict.fromkeys(taken.language for taken in hearings)
    scores = []
    for language, band, which in product(languages, Band, Which):
        chosen = [one for one in hearings if (one.language, one.band, one.which) == (language, band, which)]
        if chosen:
            sound = sum(one.of for one in chosen)
            scores.append(
                SpeechScore(
                    which,
                    language,
                    band,
                    len(chosen),
                    sum((one.errors for one in chosen), NO_ERRORS),
                    calibration([(one.confidence, one.errors) for one in chosen]),
                    sum(one.took for one in chosen) / sound if sound else 0.0,
                )
            )
    return tuple(scores)
