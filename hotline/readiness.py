"""`console.web.health.Readiness` of a running hotline."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Clock
from config.errors import HotlineError
from console.paced import Paced
from console.web.health import Part, Standing

#: How long a look counts, in seconds: any number of probers costs one look a second.
LOOK_SECONDS = 1.0
#: Seconds that the database has to answer a question that costs it nothing.
DATABASE_SECONDS = 2.0
#: Promises are looked at once a second; so long without a look, and nobody watches them.
WATCHED_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Looks:
    """Where the readiness looks. `ping` asks the database anything and raises `HotlineError` when it does not answer;
    `watched_at` is when the promises were last looked at, here or on the node that leads."""

    ping: Callable[[], Awaitable[None]]
    edge_is_up: Callable[[], bool]
    languages: Callable[[], frozenset[str]]
    is_strained: Callable[[], bool]
    watched_at: Callable[[], datetime | None]
    is_draining: Callable[[], bool]


class LiveReadiness:
    """Looks once a second at most. One question at a time waits for a database that hangs, `DATABASE_SECONDS` long."""

    def __init__(self, looks: Looks, clock: Clock) -> None:
        self._looks = looks
        self._clock = clock
        self._paced = Paced(self._look, LOOK_SECONDS, clock)
        self._asking: asyncio.Task[None] | None = None

    async def look(self) -> tuple[Part, ...]:
        """See `Readiness`."""
        return (await self._paced.value())[1]

    async def close(self) -> None:
        """Ask no more; before the database is closed."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _look(self, now: datetime) -> tuple[Part, ...]:
        looks = self._looks
        return (
            await self._database(),
            _part("telephones", "the edge is not connected" if not looks.edge_is_up() else ""),
            self._ears(),
            _part("promises", "nobody watches them" if self._are_unwatched(now) else ""),
            _part("admission", "draining: no new calls" if looks.is_draining() else ""),
        )

    def _ears(self) -> Part:
        if not self._looks.languages():
            return Part("ears", Standing.DEGRADED, "no speech is heard: callers are offered keys")
        if self._looks.is_strained():
            return Part("ears", Standing.DEGRADED, "overloaded: new callers are offered keys")
        return Part("ears")

    def _are_unwatched(self, now: datetime) -> bool:
        watched = self._looks.watched_at()
        return watched is None or now - watched > WATCHED_WITHIN

    async def _database(self) -> Part:
        if self._asking is not None and not self._asking.done():
            return _part("database", "does not answer")  # nor is another question put to it
        self._asking = asyncio.ensure_future(self._ping())
        limit = asyncio.ensure_future(self._clock.sleep(DATABASE_SECONDS))
        try:
            await asyncio.wait((self._asking, limit), return_when=asyncio.FIRST_COMPLETED)
        finally:
            limit.cancel()
        if not self._asking.done():
            self._asking.cancel()  # and not waited for: the driver may hang in giving up, too
            return _part("database", "does not answer")
        with contextlib.suppress(HotlineError):
            self._asking.result()
            return Part("database")
        return _part("database", "cannot be reached")

    async def _ping(self) -> None:
        await self._looks.ping()


def _part(name: str, why: str) -> Part:
    return Part(name, Standing.MISSING, why) if why else Part(name)
