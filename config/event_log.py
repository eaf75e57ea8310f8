"""What has happened, to be read again: every event in the order in which it was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from config.events import Event, Events
from config.ids import new_id
from config.outbox import OutboxEntry


@dataclass(frozen=True, slots=True)
class LogRange:
    """Which events: of these nouns (none: of all), from `since` on and before `until` (None: without an end)."""

    nouns: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def has(self, entry: OutboxEntry) -> bool:
        """Whether the event is among them."""
        return (
            (not self.nouns or entry.noun in self.nouns)
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


class EventLog(Protocol):
    """Reading what the outbox has kept, whether it was sent or not."""

    async def newest(self) -> int:
        """The position of the latest event; 0 when there is none."""

    async def position_of(self, event: str) -> int | None:
        """The position of the event with this id."""

    async def after(self, position: int, limit: int, wanted: LogRange) -> Sequence[OutboxEntry]:
        """The first events after the position, in order."""

    async def before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        """Of each of the subjects all events of the noun before the position, in order."""

    async def last_before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        """Of each of the subjects the last event of the noun before the position, where there is one, in order."""


class MemoryEventLog:
    """An `EventLog` of what it was told since it began; for tests and sample consoles."""

    def __init__(self, events: Events) -> None:
        self.entries: list[OutboxEntry] = []
        events.subscribe(self.add)

    def add(self, event: Event) -> None:
        """Keep an event."""
        position = len(self.entries) + 1
        self.entries.append(
            OutboxEntry(position, new_id(), event.noun, event.verb, event.subject, event.at, event.data())
        )

    async def newest(self) -> int:
        return len(self.entries)

    async def position_of(self, event: str) -> int | None:
        return next((entry.position for entry in self.entries if entry.id == event), None)

    async def after(self, position: int, limit: int, wanted: LogRange) -> Sequence[OutboxEntry]:
        return [entry for entry in self.entries[max(0, position) :] if wanted.has(entry)][:limit]

    async def before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        return [e for e in self.entries[: max(0, position - 1)] if e.noun == noun and e.subject in subjects]

    async def last_before(self, position: int, noun: str, subjects: Collection[str]) -> Sequence[OutboxEntry]:
        last = {entry.subject: entry for entry in await self.before(position, noun, subjects)}
        return sorted(last.values(), key=lambda entry: entry.position)
