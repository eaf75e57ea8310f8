"""The events as a stream that a browser or a program reads as it comes (Server-Sent Events, WHATWG HTML 9.2)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from config.clock import Clock
from config.cloud_events import envelope
from config.errors import HotlineError
from config.event_log import EventLog, LogRange
from config.events import Events
from config.outbox import OutboxEntry

log = structlog.get_logger(__name__)

MEDIA = "text/event-stream"

#: Events that are read at once: all that is ever held for a reader, the rest waits in the log.
_PART = 100
#: Of two transactions that end at once, the one that wrote first may be seen last: so far back is looked again.
_LOOK_BACK = 100
#: Seconds: after so long without an event a comment is sent.
HEARTBEAT = 15.0
#: Seconds: another process may fill the same log without waking us, and the reader may have signed out.
_LOOK_AGAIN = 5.0
#: Parts that wait for a reader, and seconds that one more may wait for room among them.
_QUEUED = 8
PATIENCE = 30.0
#: Milliseconds after which a browser is to connect again.
_RETRY = 3000
_TOO_SLOW = b"event: end\ndata: you read too slowly; connect again with Last-Event-ID\n\n"


class Following:
    """What one reader is sent: the events of a kind after a position, in order, as they come."""

    def __init__(self, event_log: EventLog, events: Events, clock: Clock, site: str) -> None:
        self._log = event_log
        self._events = events
        self._clock = clock
        self._site = site

    async def frames(
        self, position: int, wanted: Callable[[OutboxEntry], bool], may_go_on: Callable[[], Awaitable[None]]
    ) -> AsyncGenerator[bytes]:
        """For ever, or until `may_go_on` raises a `HotlineError`: then its words are the last that is sent."""
        woken = asyncio.Event()
        end = self._events.subscribe(lambda _event: woken.set())
        try:
            yield f"retry: {_RETRY}\n: events of {self._site}\n\n".encode()
            last_beat = asked = self._clock.monotonic()
            seen = _Seen(position)
            while True:
                woken.clear()
                if self._clock.monotonic() - asked >= _LOOK_AGAIN:
                    asked = self._clock.monotonic()
                    await may_go_on()
                fresh = await self._fresh(seen)
                frames = b"".join(self._frame(entry) for entry in fresh if wanted(entry))
                if frames:
                    last_beat = self._clock.monotonic()
                    yield frames
                if fresh:
                    continue
                if self._clock.monotonic() - last_beat >= HEARTBEAT:
                    last_beat = self._clock.monotonic()
                    yield b": still here\n\n"
                await self._woken_or_later(woken)
        except HotlineError as fault:
            yield f"event: end\ndata: {fault.what}\n\n".encode()
        finally:
            end()

    async def _fresh(self, seen: _Seen) -> list[OutboxEntry]:
        entries = await self._log.after(seen.look_from, _PART + _LOOK_BACK, LogRange())
        return seen.take(entries)

    def _frame(self, entry: OutboxEntry) -> bytes:
        kind = f"hotline.{entry.noun}.{entry.verb}"
        return f"id: {entry.id}\nevent: {kind}\ndata: ".encode() + envelope(self._site, entry) + b"\n\n"

    async def _woken_or_later(self, woken: asyncio.Event) -> None:
        jobs = [asyncio.ensure_future(woken.wait()), asyncio.ensure_future(self._clock.sleep(_LOOK_AGAIN))]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)


class _Seen:
    """Which events of the last positions were taken: what is seen late is still taken, and nothing is taken twice."""

    def __init__(self, position: int) -> None:
        self._start = self._newest = position
        self._recent: set[int] = set()

    @property
    def look_from(self) -> int:
        return max(self._start, self._newest - _LOOK_BACK)

    def take(self, entries: Sequence[OutboxEntry]) -> list[OutboxEntry]:
        fresh = [entry for entry in entries if entry.position not in self._recent]
        self._newest = max([self._newest, *(entry.position for entry in fresh)])
        self._recent = {p for p in (*self._recent, *(e.position for e in fresh)) if p > self._newest - _LOOK_BACK}
        return fresh


class EventStream(Response):
    """Sends the frames through a queue with a bound. A reader for whom there is no room in it for too long is told so,
    and disconnected: they can go on later where they were, with `Last-Event-ID`."""

    media_type = MEDIA

    def __init__(self, frames: AsyncGenerator[bytes], clock: Clock) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._frames = frames
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        queue: asyncio.Queue[bytes | None] = asyncio.Queue(_QUEUED)
        jobs = [asyncio.ensure_future(job) for job in (self._fill(queue), _empty(queue, send), _left(receive))]
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def _fill(self, queue: asyncio.Queue[bytes | None]) -> None:
        """Ends some time after the last frame, which somebody who reads has taken long before."""
        async with contextlib.aclosing(self._frames) as frames:
            async for frame in frames:
                if not await self._is_taken(queue, frame):
                    log.info("event_reader_too_slow", queued=queue.qsize())
                    while not queue.empty():
                        queue.get_nowait()
                    queue.put_nowait(_TOO_SLOW)
                    break
        await queue.put(None)
        await self._clock.sleep(PATIENCE)

    async def _is_taken(self, queue: asyncio.Queue[bytes | None], frame: bytes) -> bool:
        if not queue.full():
            queue.put_nowait(frame)
            return True
        putting, waiting = asyncio.ensure_future(queue.put(frame)), asyncio.ensure_future(self._clock.sleep(PATIENCE))
        try:
            await asyncio.wait((putting, waiting), return_when=asyncio.FIRST_COMPLETED)
            return putting.done()
        finally:
            putting.cancel()
            waiting.cancel()
            await asyncio.gather(putting, waiting, return_exceptions=True)


async def _empty(queue: asyncio.Queue[bytes | None], send: Send) -> None:
    while (frame := await queue.get()) is not None:
        await send({"type": "http.response.body", "body": frame, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
