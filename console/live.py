"""Tells open pages that something happened: those whom it concerns at once, and none oftener than they can be read."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from config.clock import Clock
from config.events import Event, Events
from console.concerns import Concern, everything

log = structlog.get_logger(__name__)

_GATHER_SECONDS = 0.02
_APART = timedelta(seconds=0.1)
_LATER = timedelta(seconds=1)

#: Pages that are drawn at the same time; each asks the book, which answers one after the other anyway.
_AT_ONCE = 4

Refresh = Callable[[], Awaitable[None]]


@dataclass(slots=True, eq=False)
class _Page:
    refresh: Refresh
    concern: Callable[[Event], Concern]
    free: datetime  # before this it was drawn too recently
    due: datetime | None = None  # when it is to be drawn; None: it shows what is so
    can_wait: bool = True
    drawing: bool = False


class Live:
    """One listener for all pages. Pages redraw what changed; what an event says is not trusted to be all of it.

    A page that an event concerns `NOW` is drawn within some hundredths of a second, at most ten times a second, before
    pages that can wait; one that it concerns `LATER` within a second, once for all that happened in it.
    """

    def __init__(self, events: Events, clock: Clock) -> None:
        self._clock = clock
        self._pages: list[_Page] = []
        self._watch: asyncio.Task[None] | None = None
        self._drawings: set[asyncio.Task[None]] = set()
        self._deaf = events.subscribe(self._on_event)

    def join(self, refresh: Refresh, concern: Callable[[Event], Concern] = everything) -> Callable[[], None]:
        """Call `refresh` after events that concern the page from now on; the returned function ends that."""
        page = _Page(refresh, concern, self._clock.now())
        self._pages.append(page)

        def leave() -> None:
            if page in self._pages:
                self._pages.remove(page)

        return leave

    async def close(self) -> None:
        """Hear nothing more, and leave off what is being drawn."""
        self._deaf()
        self._pages.clear()
        tasks = [task for task in (self._watch, *self._drawings) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_event(self, event: Event) -> None:
        now = self._clock.now()
        for page in self._pages:
            match page.concern(event):
                case Concern.NOW:
                    wanted, page.can_wait = max(now, page.free), False
                case Concern.LATER:
                    wanted = max(now + _LATER, page.free)
                case Concern.NONE:
                    continue
            page.due = wanted if page.due is None else min(page.due, wanted)
        if self._is_stale() and (self._watch is None or self._watch.done()):
            self._watch = asyncio.get_running_loop().create_task(self._keep_fresh())

    def _is_stale(self) -> bool:
        return any(page.due is not None for page in self._pages)

    async def _keep_fresh(self) -> None:
        while self._is_stale():
            await self._clock.sleep(_GATHER_SECONDS)
            self._draw_due()

    def _draw_due(self) -> None:
        """Begin with those that cannot wait, of these with those who have waited longest."""
        now = self._clock.now()
        waiting = [
            (page.can_wait, page.due, page)
            for page in self._pages
            if page.due is not None and page.due <= now and not page.drawing
        ]
        for _, _, page in sorted(waiting, key=lambda one: one[:2])[: max(0, _AT_ONCE - len(self._drawings))]:
            page.due, page.can_wait, page.drawing = None, True, True
            drawing = asyncio.get_running_loop().create_task(self._draw(page))
            self._drawings.add(drawing)
            drawing.add_done_callback(self._drawn)

    async def _draw(self, page: _Page) -> None:
        try:
            await page.refresh()
        except Exception:  # one page's fault must not keep the others from news
            log.exception("page_not_refreshed")
        finally:
            page.drawing = False
            page.free = self._clock.now() + _APART

    def _drawn(self, drawing: asyncio.Task[None]) -> None:
        self._drawings.discard(drawing)
        self._draw_due()
