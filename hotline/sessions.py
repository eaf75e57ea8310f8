"""What people have open for a while: one each, not too many, closed when nobody touches it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from config.clock import Clock
from config.errors import Refused


class Closable(Protocol):
    """What a session can be asked at its end."""

    async def close(self) -> None:
        """Let go of everything."""


S = TypeVar("S", bound=Closable)


class Sessions(Generic[S]):
    """Sessions by person. Whoever asks for theirs touches it; the untouched go when anybody opens another."""

    def __init__(self, clock: Clock, most: int, idle: timedelta) -> None:
        self._clock = clock
        self._most = most
        self._idle = idle
        self._open: dict[str, tuple[S, datetime]] = {}

    async def make_room(self, who: str) -> None:
        """To be called before a session is made: the person's earlier one is closed, and those forgotten. Raises
        `Refused` when there are too many."""
        before = self._clock.now() - self._idle
        for other in [name for name, (_, touched) in self._open.items() if name == who or touched <= before]:
            await self.close(other)
        if len(self._open) >= self._most:
            what = f"{self._most} people do this just now; more the machine has no room for"
            raise Refused(what, remedy="try again in a while")

    def keep(self, who: str, session: S) -> None:
        """The person's session from now on."""
        self._open[who] = session, self._clock.now()

    def of(self, who: str) -> S | None:
        """The person's session, or None when there is none any more."""
        found = self._open.get(who)
        now = self._clock.now()
        if found is None or now - found[1] >= self._idle:
            return None
        self._open[who] = found[0], now
        return found[0]

    async def close(self, who: str) -> None:
        """End the person's session; nothing when there is none."""
        found = self._open.pop(who, None)
        if found is not None:
            await found[0].close()

    async def close_all(self) -> None:
        """End every session."""
        for who in tuple(self._open):
            await self.close(who)
