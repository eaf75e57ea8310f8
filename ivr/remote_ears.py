"""`Ears` in another process, behind `ivr.ears_server`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog

from config.clock import Clock
from ivr.audio_way import AudioSender
from ivr.channel import Channel
from ivr.connecting import keep_connected
from ivr.messages import (
    AudioChunk,
    EarsCommand,
    EarsEvent,
    EarsUnavailable,
    Heard,
    Listen,
    NothingHeard,
    StopListening,
)
from ivr.wire import FROM_EARS, VERSION, FromEars, Hello

log = structlog.get_logger(__name__)

#: Seconds that `start` waits for the models to be loaded; callers are offered keys from then on.
PATIENCE_SECONDS = 60.0

_Connection = Channel[FromEars]


class RemoteEars:
    """Implements `Ears`. While the other process is away no language is heard, and every listen is answered with
    `EarsUnavailable`. It connects again by itself."""

    def __init__(self, path: str, audio_path: str, clock: Clock, patience: float = PATIENCE_SECONDS) -> None:
        self._path = path
        self._clock = clock
        self._patience = patience
        self._audio = AudioSender(audio_path, clock)
        self._on_event: Callable[[EarsEvent], None] | None = None
        self._languages: frozenset[str] = frozenset()
        self._listens: dict[str, int] = {}  # leg -> the turn whose answer is awaited
        self._connection: _Connection | None = None
        self._is_ready = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, on_event: Callable[[EarsEvent], None]) -> None:
        """Wait for the other process; without it after a minute, to which callers with keys are the better choice."""
        self._on_event = on_event
        loop = asyncio.get_running_loop()
        connecting = keep_connected(self._path, self._new_channel, self._clock)
        self._tasks = [loop.create_task(connecting), loop.create_task(self._audio.run())]
        try:
            await asyncio.wait_for(self._is_ready.wait(), self._patience)
        except TimeoutError:
            log.error("ears_do_not_come")

    def send(self, command: EarsCommand) -> None:
        """Carry out a command; never blocks."""
        if isinstance(command, Listen):
            self._listens[command.leg] = command.turn
            if self._connection is None:
                self._cannot_hear(command.leg, command.turn)
        else:
            self._listens.pop(command.leg, None)
        if self._connection is not None:
            self._connection.send(command)

    def hear(self, chunk: AudioChunk) -> None:
        """Take audio, from any thread."""
        self._audio.hear(chunk)

    def languages(self) -> frozenset[str]:
        """The languages that can be heard now: none while the other process is away."""
        return self._languages

    async def stop(self) -> None:
        """Part from the other process, which goes on; no event comes after this."""
        self._on_event = None
        for leg in tuple(self._listens):
            self.send(StopListening(leg))
        if self._connection is not None:
            self._connection.close()
            await self._connection.lost.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- the connection ---------------------------------------------------------------------------------------------

    def _new_channel(self) -> _Connection:
        return Channel(FROM_EARS, self._told, self._lost)

    def _told(self, channel: _Connection, message: FromEars) -> None:
        if isinstance(message, Hello):
            if message.version != VERSION:
                log.error("ears_refused", version=message.version, ours=VERSION)
                channel.close()
                return
            self._connection = channel
            self._languages = frozenset(message.languages)
            self._is_ready.set()
            log.info("ears_connected", languages=sorted(self._languages))
            return
        if isinstance(message, Heard | NothingHeard | EarsUnavailable) and (
            self._listens.get(message.leg) == message.turn
        ):
            del self._listens[message.leg]
        self._tell(message)

    def _lost(self, channel: _Connection) -> None:
        if channel is not self._connection:
            return
        self._connection = None
        self._languages = frozenset()
        if self._on_event is not None:
            log.error("ears_lost", listens=len(self._listens))
        for leg, turn in tuple(self._listens.items()):
            self._cannot_hear(leg, turn)

    def _cannot_hear(self, leg: str, turn: int) -> None:
        self._listens.pop(leg, None)
        self._tell(EarsUnavailable(leg, turn, "the ears are away"))

    def _tell(self, event: EarsEvent) -> None:
        if self._on_event is not None:
            asyncio.get_running_loop().call_soon(self._on_event, event)
