"""Those who listen to a leg and report what they make of it; each is a `hearing.Listener`."""

from __future__ import annotations

from collections.abc import Callable

from ivr.media.answerer import AnswererDetector
from ivr.media.codec import Samples
from ivr.media.inband_dtmf import InbandKeyReceiver
from ivr.messages import AnswererGuessed, DigitPressed, MediaEvent

Report = Callable[[MediaEvent], None]


class KeyListener:
    """Hears keys in the audio, for a leg with which no telephone-event was agreed."""

    def __init__(self, leg: str, report: Report) -> None:
        self._leg = leg
        self._report = report
        self._receiver: InbandKeyReceiver | None = None

    def begin(self, rate: int) -> None:
        """A stream of so many samples a second begins."""
        self._receiver = InbandKeyReceiver(rate)

    def feed(self, samples: Samples) -> None:
        """The next samples of it."""
        if self._receiver is not None:
            for key in self._receiver.feed(samples):
                self._report(DigitPressed(self._leg, key))


class AnswererListener:
    """Guesses once who answered. `guessed` says that it has, and need not listen any longer."""

    def __init__(self, leg: str, report: Report) -> None:
        self._leg = leg
        self._report = report
        self._detector: AnswererDetector | None = None
        self.guessed = False

    def begin(self, rate: int) -> None:
        """A stream of so many samples a second begins: what was heard of another one is no part of it."""
        self._detector = AnswererDetector(rate)

    def feed(self, samples: Samples) -> None:
        """The next samples of it."""
        if self._detector is None or self.guessed:
            return
        guess = self._detector.feed(samples)
        if guess is not None:
            self.guessed = True
            self._report(AnswererGuessed(self._leg, guess.answerer, guess.reason))
