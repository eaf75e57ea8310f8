"""How well speech of known words was heard: error rates, and whether confidence can be trusted. Pure.

Error rates: substitutions, deletions and insertions over the length of what was said (Levenshtein), pooled over all
utterances, so that they may pass 1. Before comparing, case, punctuation and width are dropped; digits are not turned
into words, so that "3" for "three" counts as an error. Characters are compared without spaces.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

#: Languages written without spaces: a character is their word.
_UNSPACED = frozenset({"zh", "ja"})
_BINS = 5


@dataclass(frozen=True, slots=True)
class Errors:
    """Of one utterance or of many: what was said, and the edits that make it what was heard."""

    characters: int
    character_edits: int
    words: int
    word_edits: int

    @property
    def cer(self) -> float:
        """Character error rate; 0 of nothing."""
        return self.character_edits / self.characters if self.characters else 0.0

    @property
    def wer(self) -> float:
        """Word error rate; 0 of nothing."""
        return self.word_edits / self.words if self.words else 0.0

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.characters + other.characters,
            self.character_edits + other.character_edits,
            self.words + other.words,
            self.word_edits + other.word_edits,
        )


NO_ERRORS = Errors(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Utterances heard with a confidence from `low` to `high`: how many, their mean confidence, and their mean
    accuracy (1 - character error rate, at least 0)."""

    low: float
    high: float
    utterances: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`bins` are those that hold utterances; `error` is the expected calibration error (Guo et al. 2017): the mean
    distance of confidence from accuracy over the bins, weighted by their utterances."""

    bins: tuple[Bin, ...]
    error: float


def errors_of(said: str, heard: str, language: str) -> Errors:
    """The errors of one utterance."""
    said_words, heard_words = _words(said, language), _words(heard, language)
    said_characters, heard_characters = "".join(said_words), "".join(heard_words)
    return Errors(
        len(said_characters),
        edits(said_characters, heard_characters),
        len(said_words),
        edits(said_words, heard_words),
    )


def edits(said: Sequence[Hashable], heard: Sequence[Hashable]) -> int:
    """The least number of substitutions, deletions and insertions between two sequences."""
    row = list(range(len(heard) + 1))
    for place, one in enumerate(said, 1):
        before, row[0] = row[0], place
        for column, other in enumerate(heard, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (one != other))
    return row[-1]


def calibration(heard: Sequence[tuple[float, Errors]]) -> Calibration:
    """Of confidences from 0 to 1 and the errors made with them."""
    kept: list[list[tuple[float, float]]] = [[] for _ in range(_BINS)]
    for confidence, errors in heard:
        kept[min(_BINS - 1, int(confidence * _BINS))].append((confidence, max(0.0, 1 - errors.cer)))
    bins = tuple(
        Bin(
            number / _BINS,
            (number + 1) / _BINS,
            len(pairs),
            sum(confidence for confidence, _ in pairs) / len(pairs),
            sum(accuracy for _, accuracy in pairs) / len(pairs),
        )
        for number, pairs in enumerate(kept)
        if pairs
    )
    distance = sum(one.utterances * abs(one.confidence - one.accuracy) for one in bins)
    return Calibration(bins, distance / len(heard) if heard else 0.0)


def merged(calibrations: Iterable[Calibration]) -> tuple[Bin, ...]:
    """The bins of several as those of all their utterances."""
    alike: dict[tuple[float, float], list[Bin]] = {}
    for one in (one for several in calibrations for one in several.bins):
        alike.setdefault((one.low, one.high), []).append(one)
    bins = []
    for (low, high), several in sorted(alike.items()):
        count = sum(one.utterances for one in several)
        confidence = sum(one.utterances * one.confidence for one in several) / count
        accuracy = sum(one.utterances * one.accuracy for one in several) / count
        bins.append(Bin(low, high, count, confidence, accuracy))
    return tuple(bins)


def _words(text: str, language: str) -> list[str]:
    """In lower case, with nothing but letters and digits."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    spaced = "".join(character if character.isalnum() else " " for character in plain)
    return list(spaced.replace(" ", "")) if language in _UNSPACED else spaced.split()
