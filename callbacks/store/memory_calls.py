"""Calls and their transcripts in memory: for tests and `hotline talk`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from callbacks.calls.model import CallLine, CallPart, CallRecord, known_already
from config.events import Event, Events


class MemoryCallUnit:
    """`CallUnit` on copies that become the truth when the unit commits."""

    def __init__(self, records: dict[str, CallRecord], said: tuple[CallLine, ...]) -> None:
        self.records = dict(records)
        self.said = said
        self.told: list[Event] = []

    async def call(self, call: str, *, lock: bool = False) -> CallRecord | None:
        return self.records.get(call)

    async def calls(self, contact: str, limit: int | None) -> tuple[CallRecord, ...]:
        found = sorted((record for record in self.records.values() if record.contact == contact), key=lambda r: r.id)
        return tuple(sorted(found, key=lambda record: record.arrived_at, reverse=True)[:limit])

    async def unfinished(self, node: str) -> tuple[CallRecord, ...]:
        records = (self.records[name] for name in sorted(self.records))
        return tuple(record for record in records if record.ended_at is None and record.node == node)

    async def lines(self, call: str) -> tuple[CallLine, ...]:
        return tuple(line for line in self.said if line.call == call)

    async def ended_before(
        self, before: datetime, tier: str, part: CallPart, after: str, limit: int
    ) -> tuple[CallRecord, ...]:
        spoken = {line.call for line in self.said}
        found: list[CallRecord] = []
        for record in self.records.values():
            over = record.ended_at is not None and record.ended_at < before
            there = {
                CallPart.RECORDING: record.recording is not None,
                CallPart.TRANSCRIPT: record.id in spoken,
                CallPart.RECORD: True,
            }
            if over and there[part] and record.tier == tier and record.id > after:
                found.append(record)
        return tuple(sorted(found, key=lambda record: record.id)[:limit])

    async def add(self, call: CallRecord) -> None:
        if call.id in self.records:
            raise known_already(call.id)
        self.records[call.id] = call

    async def change(self, call: CallRecord) -> None:
        self.records[call.id] = call

    async def add_line(self, line: CallLine) -> None:
        self.said = (*self.said, line)

    async def remove_lines(self, call: str) -> None:
        self.said = tuple(line for line in self.said if line.call != call)

    async def remove(self, call: str) -> None:
        await self.remove_lines(call)
        self.records.pop(call, None)

    async def tell(self, event: Event) -> None:
        self.told.append(event)


class MemoryCalls:
    """`CallStore` without a disk."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._records: dict[str, CallRecord] = {}
        self._said: tuple[CallLine, ...] = ()
        self._turn = asyncio.Lock()

    def copy(self) -> MemoryCalls:
        """What is committed by now, in a store of its own."""
        copied = MemoryCalls(self._events)
        copied._records, copied._said = dict(self._records), self._said
        return copied

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[MemoryCallUnit]:
        async with self._turn:
            unit = MemoryCallUnit(self._records, self._said)
            yield unit
            self._records, self._said = unit.records, unit.said
        for event in unit.told:
            await self._events.publish(event)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[MemoryCallUnit]:
        yield MemoryCallUnit(self._records, self._said)
