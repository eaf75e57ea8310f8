"""The recognisers that this machine's models give."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

import structlog

from config.clock import SystemClock
from config.errors import HotlineError
from ivr.messages import Expecting
from ivr.speech.hearing import FirstHearing, HearingSession, RecogniserFailed, SecondHearing
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


class HeardNow(Container[str]):
    """The languages that can be heard at the moment of asking: a server may come and go."""

    def __init__(self, recognisers: Recognisers) -> None:
        self._recognisers = recognisers

    def __contains__(self, language: object) -> bool:
        return language in self._recognisers.languages()


class FirstOf:
    """Implements `FirstHearing` by the first of several that hears the language."""

    def __init__(self, *choices: FirstHearing) -> None:
        self._choices = choices

    def languages(self) -> frozenset[str]:
        """All of theirs."""
        return frozenset().union(*(choice.languages() for choice in self._choices))

    def open(self, language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> HearingSession:
        """Raises `RecogniserFailed` where the only one that heard the language was lost just now."""
        for choice in self._choices:
            if language in choice.languages():
                return choice.open(language, expecting, names)
        raise RecogniserFailed(f"no recogniser for the language {language} any more")


def load_recognisers(
    models: ModelStore, second_hearing: bool, word_times: bool = False, servers: Mapping[str, str] | None = None
) -> Recognisers:
    """Load and warm everything; seconds of work, for a thread other than the event loop's. What cannot be loaded is
    logged and left out: callers are offered keys in the languages that lack it. `word_times`: the second hearing
    tells each word's place, at twice the work. `servers`: addresses of recognisers elsewhere, by language; they are
    preferred to a model here."""
    from ivr.speech.vosk_recogniser import VoskRecogniser  # 0.3 s to import; `hotline --help` need not wait for it

    first = VoskRecogniser()
    for language, folder in models.vosk().items():
        try:
            first.load(language, folder)
        except HotlineError as fault:
            log.error("model_unusable", language=language, reason=str(fault))
    second = _second(models, word_times) if second_hearing else None
    if not servers:
        return Recognisers(first, second, first.close)
    from ivr.speech.remote_recogniser import RemoteRecogniser

    remote = RemoteRecogniser(servers, SystemClock())

    def close() -> None:
        remote.close()
        first.close()

    return Recognisers(FirstOf(remote, first), second, close)


def _second(models: ModelStore, word_times: bool) -> SecondHearing | None:
    if not models.has_second_hearing():
        return None
    from ivr.speech.whisper_recogniser import WhisperRecogniser

    try:
        return WhisperRecogniser(models.second_hearing(), word_times)
    except HotlineError as fault:
        log.error("second_hearing_unusable", reason=str(fault))
        return None
