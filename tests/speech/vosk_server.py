"""A server that speaks vosk-server's WebSocket protocol, and hears what it is told to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

_WORD_SECONDS = 0.5


@dataclass
class VoskServer:
    """Hears `said`, a word each half second of audio, and ends an utterance by itself after `ends_after` words.
    `misbehaves`: closes at the first audio ("closes"), answers no JSON ("babbles"), or never ("sleeps")."""

    said: str = "환불해 주세요 빨리"
    ends_after: int = 100
    misbehaves: str = ""
    host: str = "127.0.0.1"
    configs: list[dict[str, object]] = field(default_factory=list)
    audio: bytearray = field(default_factory=bytearray)
    _server: Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    @property
    def url(self) -> str:
        return f"ws://{self.host}:{self.port}"

    async def start(self, port: int = 0) -> None:
        self._server = await serve(self._recognise, self.host, port)

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _recognise(self, client: ServerConnection) -> None:
        words, heard, ended = self.said.split(), 0, 0
        try:
            async for message in client:
                if isinstance(message, str) and "config" in message:
                    self.configs.append(json.loads(message)["config"])
                    continue
                if self.misbehaves == "closes":
                    return
                if self.misbehaves == "sleeps":
                    continue
                if self.misbehaves == "babbles":
                    await client.send("what?")
                    continue
                if message == '{"eof" : 1}':
                    await client.send(_result(words[ended:], ended))
                    return
                assert isinstance(message, bytes)
                self.audio += message
                heard += len(message)
                known = min(len(words), int(heard / 32_000 / _WORD_SECONDS))
                if known - ended >= self.ends_after:
                    await client.send(_result(words[ended:known], ended))
                    ended = known
                else:
                    await client.send(json.dumps({"partial": " ".join(words[ended:known])}))
        except ConnectionClosed:  # the other side wants no result any more
            return


def _result(words: list[str], first: int) -> str:
    places = [
        {"word": word, "start": _WORD_SECONDS * number, "end": _WORD_SECONDS * (number + 1), "conf": 0.9}
        for number, word in enumerate(words, first)
    ]
    return json.dumps({"result": places, "text": " ".join(words)} if words else {"text": ""})
