"""A call's place on the floor, and how many of them one contact's calls take: who rings again does not wait twice.

The newest call counts: a line that broke is noticed late, and its caller rings again at once. It goes on waiting at the
oldest one's place.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from ivr.flow import effects as do
from ivr.services import Services
from routing.changes import LeftWhy, WorkArrived, WorkLeft
from routing.work import Skills, Work, WorkKind

log = structlog.get_logger(__name__)


class Places:
    """The places of each contact's calls, the oldest first."""

    def __init__(self) -> None:
        self._held: dict[str, list[FloorPlace]] = {}

    def add(self, contact: str, place: FloorPlace) -> None:
        """The contact has one more."""
        self._held.setdefault(contact, []).append(place)

    def remove(self, contact: str, place: FloorPlace) -> None:
        """The contact has it no longer, if they had."""
        held = self._held.get(contact, [])
        if place in held:
            held.remove(place)
        if not held:
            self._held.pop(contact, None)

    def to_give_up(self, contact: str, most: int) -> FloorPlace | None:
        """The contact's place that must go before there is one more, where they may have so many."""
        held = self._held.get(contact, [])
        return held[0] if len(held) >= most else None


class FloorPlace:
    """Where one call waits. `give_way` is called when another call of the contact has taken its place."""

    def __init__(
        self, call: str, contact: str, services: Services, places: Places, give_way: Callable[[], None]
    ) -> None:
        self._call = call
        self._contact = contact
        self._services = services
        self._places = places
        self._give_way = give_way
        self._since: datetime | None = None

    async def take(
        self,
        effect: do.Enqueue,
        tier: str,
        preferred: Skills,
        own_agent: str | None,
        came_at: datetime | None,
        most: int,
    ) -> None:
        """Wait on the floor from now on, or from `came_at`; at the place of the contact's oldest call, where `most` of
        them wait already."""
        since = came_at or self._services.clock.now()
        oldest = self._places.to_give_up(self._contact, most)
        if oldest is not None:
            since = min(since, await oldest.give_up())
        self._since = since
        self._places.add(self._contact, self)
        work = Work(
            id=self._call,
            kind=WorkKind.CALL,
            needs=effect.needs,
            tier=tier,
            urgency=effect.urgency,
            since=since,
            repeat=effect.repeat,
            mood=effect.mood,
            preferred=preferred,
            own_agent=own_agent,
        )
        await self._services.floor.feed(WorkArrived(work))

    async def leave(self, why: LeftWhy) -> None:
        """Wait no longer; nothing happens where there is no place."""
        if self._since is not None:
            self._since = None
            self.served()
            await self._services.floor.feed(WorkLeft(self._call, why))

    def served(self) -> None:
        """Whoever waited talks with an agent: the contact's next call has a place of its own."""
        self._places.remove(self._contact, self)

    async def give_up(self) -> datetime:
        """Let another call of the contact have the place: since when it has been held."""
        since = self._since or self._services.clock.now()
        log.info("place_taken_over", call=self._call)
        await self.leave(LeftWhy.HUNG_UP)
        self._give_way()
        return since
