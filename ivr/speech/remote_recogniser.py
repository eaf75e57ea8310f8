"""A recogniser elsewhere that speaks vosk-server's WebSocket protocol: hears while the caller speaks. The only module
that knows websockets.

The protocol (github.com/alphacep/vosk-server, websocket/asr_server.py): first {"config": {"sample_rate": 16000, …}} as
text, which is not answered; then samples of 16 bits as binary messages, each answered by {"partial": …} or, where the
server ended an utterance of its own accord, by {"result": [{"word", "start", "end", "conf"}, …], "text": …}; the text
{"eof" : 1} brings the last such result, after which the server closes. Each utterance has a connection of its own.

A language whose server failed is not among those heard until the server can be reached again.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from typing import NoReturn

import structlog
from pydantic import TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from config.clock import Clock
from ivr.messages import Expecting, Word
from ivr.speech.hearing import NOTHING, Hearing, HearingSession, RecogniserFailed
from ivr.speech.turn import RATE
from ivr.speech.wording import clean_text, clean_word

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 2.0
#: From the end of an utterance to its result. The thread that waits hears other callers too.
RESULT_SECONDS = 2.0
RETRY_SECONDS = 5.0

_CONFIG = json.dumps({"config": {"sample_rate": RATE, "words": True, "max_alternatives": 0}})
_EOF = '{"eof" : 1}'  # servers of some versions compare it letter by letter
_CHUNK = 2 * RATE // 10  # bytes
_LONGEST_ANSWER = 1 << 20


@dataclass(frozen=True, slots=True)
class _WordJson:
    word: str
    start: float
    end: float
    conf: float


@dataclass(frozen=True, slots=True)
class _Answer:
    partial: str | None = None
    result: tuple[_WordJson, ...] = ()


_ANSWERS = TypeAdapter(_Answer)


class RemoteRecogniser:
    """Implements `FirstHearing` with a server for each language. One thread of its own talks to all of them."""

    def __init__(self, urls: Mapping[str, str], clock: Clock, result_seconds: float = RESULT_SECONDS) -> None:
        """`urls`: language -> ws:// or wss:// address. Returns when each server has been tried once."""
        self._urls = dict(urls)
        self._clock = clock
        self._result_seconds = result_seconds
        self._reached: frozenset[str] = frozenset()
        self._loop = asyncio.new_event_loop()
        self._tries: dict[str, asyncio.Task[None]] = {}
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote-ears", daemon=True)
        self._thread.start()
        tried = [asyncio.run_coroutine_threadsafe(self._try(language), self._loop) for language in self._urls]
        for one in tried:
            one.result()
        for language in self._urls.keys() - self._reached:
            self.lost(language)

    def languages(self) -> frozenset[str]:
        """Those whose server can be reached."""
        return self._reached

    def open(self, language: str, expecting: Expecting, names: tuple[str, ...] = ()) -> HearingSession:
        """A connection for one utterance; it is being made while the first audio is taken."""
        return _RemoteSession(self, language, self._urls[language], self._loop, self._result_seconds)

    def close(self) -> None:
        """Part from all servers."""
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def lost(self, language: str) -> None:
        """Its server failed: hear nothing in it until the server can be reached again. From any thread."""
        self._loop.call_soon_threadsafe(self._lost, language)

    def _lost(self, language: str) -> None:
        self._reached -= {language}
        if language not in self._tries or self._tries[language].done():
            log.warning("remote_ears_lost", language=language)
            self._tries[language] = self._loop.create_task(self._try_again(language))

    async def _try_again(self, language: str) -> None:
        while language not in self._reached:
            await self._clock.sleep(RETRY_SECONDS)
            await self._try(language)

    async def _try(self, language: str) -> None:
        try:
            await check(self._urls[language])
        except RecogniserFailed as fault:
            log.debug("remote_ears_away", language=language, reason=str(fault))
        else:
            self._reached |= {language}
            log.info("remote_ears_reached", language=language)


async def check(url: str) -> None:
    """Raise `RecogniserFailed` unless a server takes connections there."""
    try:
        async with _connection(url):
            pass
    except (OSError, TimeoutError, WebSocketException) as fault:
        raise RecogniserFailed(f"no recogniser answers: {fault}", where=url) from fault


class _RemoteSession:
    """One utterance; implements `HearingSession`."""

    def __init__(
        self, owner: RemoteRecogniser, language: str, url: str, loop: asyncio.AbstractEventLoop, result_seconds: float
    ) -> None:
        self._owner = owner
        self._language = language
        self._loop = loop
        self._result_seconds = result_seconds
        self._pending = bytearray()
        self._outgoing: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._words: list[Word] = []
        self._partial = ""
        self._is_ended = False
        self._talk: Future[None] = asyncio.run_coroutine_threadsafe(self._converse(url), loop)

    def accept(self, audio: bytes) -> None:
        self._check()
        self._pending += audio
        if len(self._pending) >= _CHUNK:
            self._flush()

    def partial(self) -> str:
        self._check()
        self._flush()
        return clean_text(" ".join([*(word.word for word in self._words), self._partial]), self._language)

    def finish(self, speech: float) -> Hearing:
        self._flush()
        self._put(None)
        try:
            self._talk.result(self._result_seconds)
        except TooLate:
            self._talk.cancel()
            self._owner.lost(self._language)
            raise RecogniserFailed("the remote recogniser does not answer in time") from None
        self._check()
        if not self._words:
            return NOTHING
        text = clean_text(" ".join(word.word for word in self._words), self._language)
        return Hearing(text, tuple(self._words), sum(word.confidence for word in self._words) / len(self._words))

    def abandon(self) -> None:
        self._talk.cancel()

    def _check(self) -> None:
        if self._talk.done() and not self._talk.cancelled():
            self._talk.result()

    def _flush(self) -> None:
        if self._pending:
            self._put(bytes(self._pending))
            self._pending.clear()

    def _put(self, item: bytes | None) -> None:
        self._loop.call_soon_threadsafe(self._outgoing.put_nowait, item)

    # --- on the thread that talks to the servers --------------------------------------------------------------------

    async def _converse(self, url: str) -> None:
        try:
            server = await _connection(url)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._send(server))
                    both.create_task(self._receive(server))
            finally:
                server.transport.abort()  # the server has closed, or what it would still say is not wanted
                await server.wait_closed()
        except (OSError, TimeoutError, WebSocketException) as fault:
            self._fail(url, fault)
        except ExceptionGroup as faults:  # of sending and receiving
            self._fail(url, faults.exceptions[0])

    def _fail(self, url: str, fault: Exception) -> NoReturn:
        self._owner.lost(self._language)
        raise RecogniserFailed(f"the remote recogniser failed: {fault}", where=url) from fault

    async def _send(self, server: ClientConnection) -> None:
        await server.send(_CONFIG)
        while (audio := await self._outgoing.get()) is not None:
            await server.send(audio)
        self._is_ended = True
        await server.send(_EOF)

    async def _receive(self, server: ClientConnection) -> None:
        """Until the server closes, which it does after its last result. Raises `EOFError` when it closes before."""
        is_whole = False
        async for message in server:
            answer = _ANSWERS.validate_json(message)
            self._partial = answer.partial or ""
            is_whole = answer.partial is None
            for item in answer.result:
                if word := clean_word(item.word):
                    self._words.append(Word(word, item.start, item.end, min(1.0, item.conf)))
        if not is_whole or not self._is_ended:
            raise EOFError("the server closed before the end")


def _connection(url: str) -> connect:
    # No compression: of speech it saves nothing. No pings: a connection lasts as long as one utterance.
    return connect(
        url,
        open_timeout=CONNECT_SECONDS,
        close_timeout=CONNECT_SECONDS,
        compression=None,
        ping_interval=None,
        max_size=_LONGEST_ANSWER,
        proxy=None,
    )


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
