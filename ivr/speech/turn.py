"""Turn taking: frames marked as voice or not go in; where an utterance begins and ends comes out.

No clock: time is counted in samples, so the same audio always gives the same turns, however fast it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass

RATE = 16_000  # samples a second of all audio behind the voice activity detection
_SAMPLE_BYTES = 2
#: Voice must last so long before it counts as speech: a click or a cough does not stop the prompt, a short "yes" does.
_ONSET = 0.09
#: Kept from before the onset: the soft start of a word, which the detection notices late.
_LEAD_IN = 0.3


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: the silence that ends an utterance, the silence that ends the listen, the longest utterance."""

    pause: float
    no_input: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Began:
    """Speech began; `audio` starts shortly before it."""

    audio: bytes


@dataclass(frozen=True, slots=True)
class WentOn:
    """More of the utterance, pauses included. `gap`: in a pause, the seconds it lasts so far; `resumed`: with this
    frame the caller went on after a pause of so many seconds."""

    audio: bytes
    voiced: bool
    gap: float = 0.0
    resumed: float = 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The utterance is over: `silence` seconds at its end hold no voice (none if it was cut at the maximum)."""

    silence: float


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nobody spoke in time."""


TurnEvent = Began | WentOn | Ended | NoInput


class TurnTaker:
    """One listen, from its start to the end of one utterance or to `NoInput`; after that nothing comes out."""

    def __init__(self, timing: Timing, rate: int = RATE) -> None:
        self.speech = 0.0  # seconds of voice in the utterance
        self._timing = timing
        self._pause = timing.pause
        self._rate = rate
        self._lead = bytearray()
        self._run = 0.0  # seconds of voice without a gap, before speech
        self._silence = 0.0  # seconds since the listen began, or since the last voice
        self._length = 0.0  # seconds since speech began
        self._speaking = False
        self._over = False

    @property
    def speaking(self) -> bool:
        """Speech began and has not ended."""
        return self._speaking and not self._over

    @property
    def over(self) -> bool:
        """`Ended` or `NoInput` was given."""
        return self._over

    def wait_for(self, pause: float) -> None:
        """So many seconds of silence end the utterance in progress."""
        self._pause = pause

    def retime(self, timing: Timing) -> None:
        """Go on with other times; the silence before speech is counted anew, speech in progress goes on."""
        self._timing = timing
        self._pause = timing.pause
        if not self._speaking:
            self._silence = 0.0

    def feed(self, audio: bytes, voiced: bool) -> tuple[TurnEvent, ...]:
        """Take one frame of 16-bit samples."""
        if self._over:
            return ()
        seconds = len(audio) / _SAMPLE_BYTES / self._rate
        return self._go_on(audio, seconds, voiced) if self._speaking else self._wait(audio, seconds, voiced)

    def _wait(self, audio: bytes, seconds: float, voiced: bool) -> tuple[TurnEvent, ...]:
        self._lead += audio
        self._run = self._run + seconds if voiced else 0.0
        self._silence += seconds
        if self._run >= _ONSET:
            self._speaking = True
            self.speech = self._length = self._run
            self._silence = 0.0
            return (Began(bytes(self._lead)),)
        if not voiced and self._silence >= self._timing.no_input:
            self._over = True
            return (NoInput(),)
        excess = len(self._lead) - _SAMPLE_BYTES * round((_LEAD_IN + self._run) * self._rate)
        if excess > 0:
            del self._lead[:excess]
        return ()

    def _go_on(self, audio: bytes, seconds: float, voiced: bool) -> tuple[TurnEvent, ...]:
        self._length += seconds
        gap = 0.0 if voiced else self._silence + seconds
        resumed = self._silence if voiced else 0.0
        if voiced:
            self.speech += seconds
        self._silence = gap
        went_on = WentOn(audio, voiced, gap, resumed)
        if gap >= self._pause or self._length >= self._timing.maximum:
            self._over = True
            return went_on, Ended(gap)
        return (went_on,)
