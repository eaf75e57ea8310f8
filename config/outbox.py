"""The outbox: committed events on their way out, in the order in which they were told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from config.events import Event
from config.ids import new_id


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One event as it was saved. `position` rises; `id` is the same each time the event is sent."""

    position: int
    id: str
    noun: str
    verb: str
    subject: str
    at: datetime
    data: dict[str, Any]


class Outbox(Protocol):
    """Events that the broker has still to be told."""

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        """The oldest entries neither sent yet nor set aside, in order."""

    async def mark_sent(self, positions: Collection[int], now: datetime) -> None:
        """The entries were taken by the broker; marking twice changes nothing."""

    async def count_unsent(self) -> int:
        """How many entries wait."""

    async def oldest_unsent(self) -> datetime | None:
        """When the event happened that waits longest; None when none waits."""


class MemoryOutbox:
    """An `Outbox` that is gone with the process; `add` plays the unit of work, `set_aside` whoever sets aside."""

    def __init__(self) -> None:
        self.entries: list[OutboxEntry] = []
        self.set_aside: set[int] = set()
        self._sent: dict[int, datetime] = {}

    def add(self, event: Event) -> None:
        """Save an event."""
        position = len(self.entries) + 1
        self.entries.append(
            OutboxEntry(position, new_id(), event.noun, event.verb, event.subject, event.at, event.data())
        )

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        return self._waiting()[:at_most]

    async def mark_sent(self, positions: Collection[int], now: datetime) -> None:
        for position in positions:
            self._sent.setdefault(position, now)

    async def count_unsent(self) -> int:
        return len(self._waiting())

    async def oldest_unsent(self) -> datetime | None:
        waiting = self._waiting()
        return waiting[0].at if waiting else None

    def _waiting(self) -> list[OutboxEntry]:
        gone = self._sent.keys() | self.set_aside
        return [entry for entry in self.entries if entry.position not in gone]
