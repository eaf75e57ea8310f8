"""Vosk: hears while the caller speaks. The only module that knows it.

Vosk 0.3.45 aborts the process when a recogniser is used by two threads at once, reads freed memory when a grammar is
not valid JSON, and ends utterances late or never; so recognisers are lent to one user at a time, grammars are only
built here from words the model has, and when to stop is decided by `ivr.speech.turn`.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol, TypedDict

import numpy as np
import vosk

from config.errors import ModelMissing
from ivr.messages import Expecting, Word
from ivr.speech.hearing import NOTHING, Hearing, HearingSession, RecogniserFailed
from ivr.speech.turn import RATE
from ivr.speech.vocabulary import Vocabulary, narrowed_stands, vocabulary_of
from ivr.speech.vosk_pool import Pool
from ivr.speech.wording import clean_text, clean_word

_BYTES_A_SECOND = 2 * RATE
_CHUNK = _BYTES_A_SECOND // 10  # shorter pieces cost more calls for the same result
_WORN_AFTER = 120.0  # seconds of audio; the decoder's memory grows with what it has heard
_NAMES_KEPT = 4  # sets of category names: a hotline file and the one before it, in the languages' own words
_WARMING = 0.5  # seconds of noise, so faint that the recogniser does not adapt to it (error rate as when cold)


class _Model(Protocol):
    """What we use of `vosk.Model`."""

    def vosk_model_find_word(self, word: str) -> int:
        """The word's number, -1 if the model does not have it."""


class _Kaldi(Protocol):
    """What we use of `vosk.KaldiRecognizer`."""

    def SetWords(self, enable_words: bool) -> None: ...

    def AcceptWaveform(self, data: bytes) -> int: ...

    def PartialResult(self) -> str: ...

    def FinalResult(self) -> str: ...

    def Reset(self) -> None: ...


class _WordJson(TypedDict):
    word: str
    start: float
    end: float
    conf: float


class _ResultJson(TypedDict, total=False):
    text: str
    result: list[_WordJson]


class _PartialJson(TypedDict, total=False):
    partial: str


class VoskRecogniser:
    """The models of all languages that are here; implements `FirstHearing`."""

    def __init__(self, spare: int = 2) -> None:
        """Nothing is loaded yet; `spare` warm recognisers will wait for each language."""
        vosk.SetLogLevel(-1)
        self._spare = spare
        self._languages: dict[str, _Language] = {}

    def load(self, language: str, folder: Path) -> None:
        """Load a language's model and warm its recognisers; seconds of work. Raises `ModelMissing`."""
        self._languages[language] = _Language(language, folder, self._spare)

    def languages(self) -> frozenset[str]:
        """Those whose models were loaded."""
        return frozenset(self._languages)

    def open(self, language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> HearingSession:
        """A session on a warm recogniser."""
        return _Session(self._languages[language], expecting, names)

    def close(self) -> None:
        """Make no more recognisers."""
        for language in self._languages.values():
            language.close()


class _Recogniser:
    """One KaldiRecognizer with the account of what it has heard."""

    def __init__(self, model: _Model, language: str, phrases: tuple[str, ...] = ()) -> None:
        grammar = (json.dumps(phrases, ensure_ascii=False),) if phrases else ()
        self._kaldi: _Kaldi = vosk.KaldiRecognizer(model, float(RATE), *grammar)
        self._kaldi.SetWords(True)
        self._language = language
        self._heard = 0  # bytes since it was made: its word times run on from one utterance to the next
        self._began = 0
        self._failed = False
        noise = np.random.default_rng(1).normal(0, 3, int(_WARMING * RATE)).astype("<i2")
        self.accept(noise.tobytes())
        self.reset()

    @property
    def worn(self) -> bool:
        return self._failed or self._heard / _BYTES_A_SECOND > _WORN_AFTER

    def accept(self, audio: bytes) -> None:
        try:
            self._kaldi.AcceptWaveform(audio)
        except Exception as fault:  # Vosk raises nothing narrower
            self._failed = True
            raise RecogniserFailed(f"Vosk: {fault}") from fault
        self._heard += len(audio)

    def partial(self) -> str:
        """The words since the last result, as far as they are known: 0.1 ms."""
        raw: _PartialJson = json.loads(self._kaldi.PartialResult())
        words = (clean_word(word) for word in raw.get("partial", "").split())
        return clean_text(" ".join(word for word in words if word), self._language)

    def result(self) -> Hearing:
        """What was heard since the last result; ready for the next utterance."""
        raw: _ResultJson = json.loads(self._kaldi.FinalResult())
        items = raw.get("result", [])
        offset = self._began / _BYTES_A_SECOND
        words = tuple(
            Word(word, max(0.0, item["start"] - offset), max(0.0, item["end"] - offset), min(1.0, item["conf"]))
            for item in items
            if (word := clean_word(item["word"]))
        )
        self.reset()
        if not words:
            return NOTHING
        text = clean_text(" ".join(word.word for word in words), self._language)
        # A word that was not understood counts as one without confidence.
        return Hearing(text, words, sum(word.confidence for word in words) / len(items))

    def reset(self) -> None:
        self._kaldi.Reset()
        self._began = self._heard


_Narrow = tuple[Vocabulary, Pool[_Recogniser]]


class _Language:
    """One model, and the recognisers that work on it."""

    def __init__(self, language: str, folder: Path, spare: int) -> None:
        try:
            self._model: _Model = vosk.Model(str(folder))
        except Exception as fault:  # Vosk raises nothing narrower
            raise ModelMissing(
                "the model cannot be loaded",
                where=str(folder),
                remedy=f"fetch it again: hotline models fetch {language}",
            ) from fault
        self.name = language
        self.free = Pool(lambda: _Recogniser(self._model, language), spare)
        self._narrow: dict[Expecting, _Narrow] = {}
        self._named: OrderedDict[tuple[str, ...], _Narrow | None] = OrderedDict()
        self._lock = threading.Lock()
        for expecting in Expecting:
            narrow = self._narrowed(vocabulary_of(language, expecting), spare=1)
            if narrow:
                self._narrow[expecting] = narrow

    def narrow(self, expecting: Expecting, names: tuple[str, ...]) -> _Narrow | None:
        """The small vocabulary for what is expected, with its recognisers. Those for names are made when first needed,
        while the caller speaks."""
        if expecting is not Expecting.CATEGORY:
            return self._narrow.get(expecting)
        with self._lock:
            if names not in self._named:
                self._named[names] = self._narrowed(vocabulary_of(self.name, expecting, names), spare=0)
                if len(self._named) > _NAMES_KEPT:
                    _, old = self._named.popitem(last=False)
                    if old:
                        old[1].close()
            self._named.move_to_end(names)
            return self._named[names]

    def close(self) -> None:
        narrow = (*self._narrow.values(), *self._named.values())
        for pool in (self.free, *(one[1] for one in narrow if one)):
            pool.close()

    def _known(self, vocabulary: Vocabulary | None) -> Vocabulary | None:
        """Only phrases all of whose words the model has: Vosk drops others without a word. None if a group of
        answers cannot be said any more."""
        if vocabulary is None:
            return None
        groups = tuple(
            tuple(phrase for phrase in group if all(self._has(word) for word in phrase.split()))
            for group in vocabulary.groups
        )
        return Vocabulary(groups) if all(groups) else None

    def _narrowed(self, wanted: Vocabulary | None, spare: int) -> _Narrow | None:
        vocabulary = self._known(wanted)
        return (vocabulary, self._narrow_pool(vocabulary, spare)) if vocabulary else None

    def _narrow_pool(self, vocabulary: Vocabulary, spare: int) -> Pool[_Recogniser]:
        # The way out for other words, where the model knows it (the Korean one does not).
        phrases = (*vocabulary.phrases, "[unk]") if self._has("[unk]") else vocabulary.phrases
        pool = Pool(lambda: _Recogniser(self._model, self.name, phrases), spare)
        if not spare:
            pool.prepare()
        return pool

    def _has(self, word: str) -> bool:
        return self._model.vosk_model_find_word(word) >= 0


class _Session:
    """One utterance; implements `HearingSession`."""

    def __init__(self, language: _Language, expecting: Expecting, names: tuple[str, ...]) -> None:
        self._language = language
        self._expecting = expecting
        self._narrow = language.narrow(expecting, names)
        self._recogniser = language.free.take()
        self._pending = bytearray()
        self._whole = bytearray()  # for the small vocabulary, which hears the finished utterance: 2 % of its length

    def accept(self, audio: bytes) -> None:
        self._pending += audio
        if self._narrow:
            self._whole += audio
        while len(self._pending) >= _CHUNK:
            self._recogniser.accept(bytes(self._pending[:_CHUNK]))
            del self._pending[:_CHUNK]

    def partial(self) -> str:
        self._flush()
        return self._recogniser.partial()

    def finish(self, speech: float) -> Hearing:
        try:
            self._flush()
            free = self._recogniser.result()
        finally:
            self._language.free.give_back(self._recogniser)
        return self._narrowed(free, speech) or free

    def abandon(self) -> None:
        self._recogniser.reset()
        self._language.free.give_back(self._recogniser)

    def _flush(self) -> None:
        if self._pending:
            self._recogniser.accept(bytes(self._pending))
            self._pending.clear()

    def _narrowed(self, free: Hearing, speech: float) -> Hearing | None:
        """The small vocabulary's result, if it stands."""
        if self._narrow is None:
            return None
        vocabulary, pool = self._narrow
        recogniser = pool.take()
        try:
            recogniser.accept(bytes(self._whole))
            heard = recogniser.result()
        finally:
            pool.give_back(recogniser)
        if not narrowed_stands(heard, free, vocabulary, self._expecting, speech):
            return None
        return Hearing(heard.text, heard.words, heard.confidence, narrowed=True, freely=free.text)
