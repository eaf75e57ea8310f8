"""A scrape: what is read of the running hotline at that moment, beside what has been counted."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from prometheus_client import Gauge
from prometheus_client.exposition import choose_encoder

from config.clock import Clock
from config.errors import DatabaseFault
from console.paced import Paced
from console.web.health import Readiness, Standing, is_ready
from hotline.metrics.catalogue import Metrics
from routing.agents import AgentOnFloor, AgentState
from routing.classes import WaitingWork

#: Reading costs a count of all that is owed: no oftener than so many seconds, whoever scrapes.
_FRESH_SECONDS = 10.0
#: Seconds after which a scrape goes without the figures of the database.
_PATIENCE_SECONDS = 5.0
_SHARES = {Standing.READY: 1.0, Standing.DEGRADED: 0.5, Standing.MISSING: 0.0}


@dataclass(frozen=True, slots=True)
class BookFigures:
    """What the database tells. `promises_open` by state and kind, `overdue` in seconds, `set_aside` by receiver."""

    promises_open: dict[tuple[str, str], int] = field(default_factory=dict)
    overdue: float = 0.0
    outbox_unsent: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    messages_waiting: int = 0


class BookLook(Protocol):
    """Reads them."""

    async def read(self, now: datetime) -> BookFigures:
        """Raises `DatabaseFault`."""


class FloorLook(Protocol):
    """What a scrape asks of the floor."""

    def waiting(self) -> tuple[WaitingWork, ...]:
        """What waits, in serving order."""

    def agents(self) -> tuple[AgentOnFloor, ...]:
        """Every agent and their state."""


class Scrape:
    """`expose` is what the console's route calls."""

    def __init__(
        self,
        metrics: Metrics,
        floor: FloorLook,
        book: BookLook,
        readiness: Readiness,
        languages: Callable[[], frozenset[str]],
        broker_is_connected: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._metrics = metrics
        self._floor = floor
        self._book = Paced(book.read, _FRESH_SECONDS, clock)
        self._readiness = readiness
        self._languages = languages
        self._broker_is_connected = broker_is_connected
        self._clock = clock

    async def expose(self, accepts: str) -> tuple[bytes, str]:
        """Every metric as text, in the form that the scraper accepts, and its media type."""
        await self._look_into_readiness()
        await self._look_into_book()
        self._look_at_floor()
        self._metrics.languages.set(len(self._languages()))
        self._metrics.broker_connected.set(self._broker_is_connected())
        encode, media_type = choose_encoder(accepts)
        return encode(self._metrics.registry), media_type

    async def _look_into_readiness(self) -> None:
        parts = await self._readiness.look()
        self._metrics.ready.set(is_ready(parts))
        for part in parts:
            self._metrics.part_ready.labels(part.name).set(_SHARES[part.standing])

    async def _look_into_book(self) -> None:
        metrics, begun = self._metrics, self._clock.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                _, figures = await self._book.value()
        except (DatabaseFault, TimeoutError):
            metrics.database_up.set(0)  # what was read last stays: the alarm is this one
            return
        metrics.database_up.set(1)
        metrics.database_seconds.set(self._clock.monotonic() - begun)
        _replace(metrics.promises_open, figures.promises_open.items())
        metrics.overdue.set(figures.overdue)
        metrics.outbox_unsent.set(figures.outbox_unsent)
        _replace(metrics.set_aside, [((receiver,), count) for receiver, count in figures.set_aside.items()])
        metrics.messages_waiting.set(figures.messages_waiting)

    def _look_at_floor(self) -> None:
        now = self._clock.now()
        counts: Counter[tuple[str, str]] = Counter()
        longest: defaultdict[tuple[str, str], float] = defaultdict(float)
        for waiting in self._floor.waiting():
            place = waiting.work.needs.queue, waiting.work.kind.value
            counts[place] += 1
            longest[place] = max(longest[place], (now - waiting.work.since).total_seconds())
        _replace(self._metrics.waiting, counts.items())
        _replace(self._metrics.longest_wait, longest.items())
        states = Counter(agent.state for agent in self._floor.agents())
        _replace(self._metrics.agents, [((state.value,), states[state]) for state in AgentState])


def _replace(gauge: Gauge, values: Iterable[tuple[tuple[str, ...], float]]) -> None:
    """What is not among the new values is gone: an empty queue has no line."""
    gauge.clear()
    for labels, value in values:
        gauge.labels(*labels).set(value)
