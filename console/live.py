"""Tells open pages that something happened, at most ten times a second however much happens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from config.clock import Clock
from config.events import Event, Events

log = structlog.get_logger(__name__)

_GATHER_SECONDS = 0.1

Refresh = Callable[[], Awaitable[None]]


class Live:
    """One listener for all pages. Pages redraw what changed; what an event says is not trusted to be all of it."""

    def __init__(self, events: Events, clock: Clock) -> None:
        self._clock = clock
        self._pages: list[Refresh] = []
        self._flush: asyncio.Task[None] | None = None
        self._again = False
        events.subscribe(self._on_event)

    def join(self, refresh: Refresh) -> Callable[[], None]:
        """Call `refresh` after events from now on; the returned function ends that."""
        self._pages.append(refresh)

        def leave() -> None:
            if refresh in self._pages:
                self._pages.remove(refresh)

        return leave

    def _on_event(self, _event: Event) -> None:
        self._again = True
        if self._pages and (self._flush is None or self._flush.done()):
            self._flush = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        while self._again:
            await self._clock.sleep(_GATHER_SECONDS)
            self._again = False
            outcomes = await asyncio.gather(*(refresh() for refresh in tuple(self._pages)), return_exceptions=True)
            for outcome in outcomes:
                if isinstance(outcome, Exception):
                    log.error("page_not_refreshed", exc_info=outcome)
