"""The ears' end of the connection to the program's main process, and of the audio's way from the edge."""

from __future__ import annotations

import asyncio

import structlog

from ivr.audio_way import AudioReceiver
from ivr.channel import Channel
from ivr.connecting import Entrance
from ivr.messages import EarsEvent, Forget
from ivr.ports import Ears
from ivr.wire import TO_EARS, VERSION, Hello, ToEars

log = structlog.get_logger(__name__)

_Main = Channel[ToEars]


class EarsServer:
    """Puts `ears` at the disposal of whoever connects to the Unix socket at `path`; they hear what comes to
    `audio_path`."""

    def __init__(self, ears: Ears, path: str, audio_path: str) -> None:
        self._ears = ears
        self._path = path
        self._audio = AudioReceiver(audio_path, ears.hear)
        self._main: _Main | None = None
        self._entrance = Entrance(TO_EARS, self._asked, self._lost)
        self._legs: set[str] = set()

    async def start(self) -> None:
        """Load the models, and then take audio and a main process."""
        await self._ears.start(self._told)
        self._audio.open()
        await self._entrance.open(self._path)

    async def stop(self) -> None:
        """End all listens and give the sockets back."""
        self._main = None
        await self._entrance.close()
        self._audio.close()
        await self._ears.stop()

    def _asked(self, channel: _Main, message: ToEars) -> None:
        if isinstance(message, Hello):
            if message.version != VERSION or self._main is not None:
                log.error("main_refused", version=message.version, ours=VERSION, is_served=self._main is not None)
                channel.close()
                return
            self._main = channel
            channel.send(Hello(languages=tuple(sorted(self._ears.languages()))))
        elif channel is self._main:
            if isinstance(message, Forget):
                self._legs.discard(message.leg)
            else:
                self._legs.add(message.leg)
            asyncio.get_running_loop().call_soon(self._ears.send, message)

    def _lost(self, channel: _Main) -> None:
        """Whoever asked is gone: what they listened to is no longer wanted."""
        if channel is not self._main:
            return
        self._main = None
        log.warning("main_lost")
        for leg in self._legs:
            self._ears.send(Forget(leg))
        self._legs.clear()

    def _told(self, event: EarsEvent) -> None:
        if self._main is not None:
            self._main.send(event)
