"""The outbox: committed events on their way out, in the order in which they were told."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Events that others have still to be told."""

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        """The oldest entries not sent yet, in order."""

    async def mark_sent(self, position: int, now: datetime) -> None:
        """The entry was taken by the broker; marking twice changes nothing."""

    async def count_unsent(self) -> int:
        """How many entries wait."""


class MemoryOutbox:
    """An `Outbox` that is gone with the process; `add` plays the unit of work."""

    def __init__(self) -> None:
        self._entries: list[OutboxEntry] = []
        self._sent: dict[int, datetime] = {}

    def add(self, event: Event) -> None:
        """Save an event."""
        position = len(self._entries) + 1
        self._entries.append(
            OutboxEntry(position, new_id(), event.noun, event.verb, event.subject, event.at, event.data())
        )

    async def unsent(self, at_most: int) -> Sequence[OutboxEntry]:
        return [entry for entry in self._entries if entry.position not in self._sent][:at_most]

    async def mark_sent(self, position: int, now: datetime) -> None:
        self._sent.setdefault(position, now)

    async def count_unsent(self) -> int:
        return len(self._entries) - len(self._sent)
