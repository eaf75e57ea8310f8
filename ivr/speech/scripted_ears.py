"""`Ears` for tests and `hotline talk`: they hear what they are told the caller says, on whatever clock is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from config.clock import Clock
from ivr.messages import (
    AudioChunk,
    EarsCommand,
    EarsEvent,
    EarsUnavailable,
    Heard,
    Listen,
    NothingHeard,
    SpeechStarted,
    Utterance,
)
from ivr.speech.mood import Prosody

CALM_VOICE = Prosody(level=-26.0, pitch=180.0, rate=4.0)
_SECONDS_A_LETTER = 0.08


@dataclass(slots=True)
class _Turn:
    listen: Listen
    over: bool = False
    speaking: bool = False
    waiting: asyncio.Task[None] | None = None


class ScriptedEars:
    """Implements `Ears`. `say` is the caller's mouth; audio is not listened to."""

    def __init__(self, clock: Clock, languages: frozenset[str] = frozenset({"en", "zh", "ko"})) -> None:
        self._clock = clock
        self._languages = languages
        self._on_event: Callable[[EarsEvent], None] | None = None
        self._turns: dict[str, _Turn] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, on_event: Callable[[EarsEvent], None]) -> None:
        """Events go to `on_event`."""
        self._on_event = on_event

    def send(self, command: EarsCommand) -> None:
        """Listen, or leave it."""
        if isinstance(command, Listen):
            self._listen(command)
        else:
            self._leave(command.leg)

    def hear(self, chunk: AudioChunk) -> None:
        """Nothing: what is heard is said by `say`."""

    def languages(self) -> frozenset[str]:
        """Those given at the start."""
        return self._languages

    async def stop(self) -> None:
        """End all listens."""
        self._on_event = None
        for leg in list(self._turns):
            self._leave(leg)

    def say(
        self,
        leg: str,
        text: str,
        *,
        confidence: float = 0.9,
        voice: Prosody = CALM_VOICE,
        seconds: float | None = None,
    ) -> bool:
        """The caller begins to speak now and takes `seconds` (by default what the text's length takes). Empty text is
        noise. False if nobody listened: then it is lost."""
        turn = self._turns.get(leg)
        if turn is None or turn.over or turn.speaking:
            return False
        spoken = len(text) * _SECONDS_A_LETTER if seconds is None else seconds
        turn.speaking = True
        self._emit(SpeechStarted(leg, turn.listen.turn))
        self._wait(
            turn,
            min(spoken + turn.listen.pause, turn.listen.maximum),
            lambda: self._heard(turn, text, confidence, voice, spoken),
        )
        return True

    def _listen(self, listen: Listen) -> None:
        turn = self._turns.get(listen.leg)
        if turn is not None and turn.listen.turn == listen.turn:
            turn.listen = listen
            if not turn.over and not turn.speaking:
                self._await_speech(turn)
            return
        self._leave(listen.leg)
        turn = self._turns[listen.leg] = _Turn(listen)
        if listen.language not in self._languages:
            turn.over = True
            self._emit(EarsUnavailable(listen.leg, listen.turn, f"no recogniser for the language {listen.language}"))
            return
        self._await_speech(turn)

    def _await_speech(self, turn: _Turn) -> None:
        listen = turn.listen
        self._wait(turn, listen.no_input, lambda: self._close(turn, NothingHeard(listen.leg, listen.turn)))

    def _heard(self, turn: _Turn, text: str, confidence: float, voice: Prosody, spoken: float) -> None:
        listen = turn.listen
        if not text:
            self._close(turn, NothingHeard(listen.leg, listen.turn))
            return
        utterance = Utterance(
            text=text,
            language=listen.language,
            words=(),
            confidence=confidence,
            duration=spoken,
            speech=spoken,
            level=voice.level,
            pitch=voice.pitch,
            rate=voice.rate,
            heard_by="script",
        )
        self._close(turn, Heard(listen.leg, listen.turn, utterance))

    def _wait(self, turn: _Turn, seconds: float, then: Callable[[], None]) -> None:
        """After so many seconds, instead of what the turn waited for before."""
        if turn.waiting is not None:
            turn.waiting.cancel()

        async def wait() -> None:
            await self._clock.sleep(seconds)
            then()

        turn.waiting = asyncio.get_running_loop().create_task(wait())
        self._tasks.add(turn.waiting)
        turn.waiting.add_done_callback(self._tasks.discard)

    def _leave(self, leg: str) -> None:
        turn = self._turns.pop(leg, None)
        if turn is not None:
            turn.over = True
            if turn.waiting is not None:
                turn.waiting.cancel()

    def _close(self, turn: _Turn, event: Heard | NothingHeard) -> None:
        turn.over = True
        self._emit(event)

    def _emit(self, event: EarsEvent) -> None:
        if self._on_event is not None:
            self._on_event(event)
