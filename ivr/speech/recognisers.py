"""The recognisers that this machine's models give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from config.errors import HotlineError
from ivr.speech.hearing import FirstHearing, SecondHearing
from ivr.speech.models import ModelStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Recognisers:
    """Who hears first, and who hears again; `close` gives their threads back."""

    first: FirstHearing
    second: SecondHearing | None
    close: Callable[[], None]

    def languages(self) -> frozenset[str]:
        """What anyone of them can hear."""
        return self.first.languages() | (self.second.languages() if self.second else frozenset())


def load_recognisers(models: ModelStore, second_hearing: bool, word_times: bool = False) -> Recognisers:
    """Load and warm everything; seconds of work, for a thread other than the event loop's. What cannot be loaded is
    logged and left out: callers are offered keys in the languages that lack it. `word_times`: the second hearing
    tells each word's place, at twice the work."""
    from ivr.speech.vosk_recogniser import VoskRecogniser  # 0.3 s to import; `hotline --help` need not wait for it

    first = VoskRecogniser()
    for language, folder in models.vosk().items():
        try:
            first.load(language, folder)
        except HotlineError as fault:
            log.error("model_unusable", language=language, reason=str(fault))
    return Recognisers(first, _second(models, word_times) if second_hearing else None, first.close)


def _second(models: ModelStore, word_times: bool) -> SecondHearing | None:
    if not models.has_second_hearing():
        return None
    from ivr.speech.whisper_recogniser import WhisperRecogniser

    try:
        return WhisperRecogniser(models.second_hearing(), word_times)
    except HotlineError as fault:
        log.error("second_hearing_unusable", reason=str(fault))
        return None
