"""Keeping the record of calls."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Protocol, Unpack

from callbacks.calls.model import CallChanges, CallLine, CallPart, CallReader, CallRecord, CallStore, Speaker
from callbacks.events import CallEnded, WorkTransferred
from config.clock import Clock
from config.errors import NotFound

__all__ = ["CallChanges", "CallLine", "CallRecord", "CallRecords", "CallWatch", "Speaker", "node_name"]


def node_name(node: str) -> str:
    """The machine, whichever of its runs it was: what stands before the #."""
    return node.partition("#")[0]


class CallWatch(Protocol):
    """Whoever counts calls; told after the commit."""

    def call_began(self, call: CallRecord) -> None:
        """A call has a record."""

    def call_ended(self, call: CallRecord) -> None:
        """Its record is complete."""


class CallRecords:
    """Unknown calls raise `NotFound`. `node` is ours, where there are several."""

    def __init__(self, store: CallStore, clock: Clock, watch: CallWatch | None = None, node: str = "") -> None:
        self._store = store
        self._clock = clock
        self.node = node
        self._watch = watch

    async def begin(
        self, call_id: str, *, contact: str, dialled: str, tier: str, **known: Unpack[CallChanges]
    ) -> CallRecord:
        """A call arrived, or is about to be dialled, now. Raises `Refused` when the id is known."""
        record = replace(CallRecord(call_id, contact, dialled, tier, self._clock.now(), node=self.node), **known)
        async with self._store.unit_of_work() as unit:
            await unit.add(record)
        if self._watch is not None:
            self._watch.call_began(record)
        return record

    async def line(
        self,
        call_id: str,
        speaker: Speaker,
        text: str,
        confidence: float | None = None,
        heard_by: str = "",
        why: str = "",
    ) -> CallLine:
        """Something was said just now; our own words need no confidence."""
        sure = 1.0 if confidence is None else confidence
        said = CallLine(call_id, self._clock.now(), speaker, text, sure, heard_by, why)
        async with self._store.unit_of_work() as unit:
            await _the_call(unit, call_id)
            await unit.add_line(said)
        return said

    async def update(self, call_id: str, **changes: Unpack[CallChanges]) -> CallRecord:
        """More is known of the call; also after its end."""
        async with self._store.unit_of_work() as unit:
            record = replace(await _the_call(unit, call_id, lock=True), **changes)
            await unit.change(record)
        return record

    async def finish(self, call_id: str, ended_by: str, **changes: Unpack[CallChanges]) -> CallRecord:
        """The call is over now: its record and `CallEnded` commit together. A second time changes nothing."""
        now = self._clock.now()
        async with self._store.unit_of_work() as unit:
            before = await _the_call(unit, call_id, lock=True)
            if before.ended_at is not None:
                return before
            record = replace(replace(before, ended_at=now, ended_by=ended_by), **changes)
            await unit.change(record)
            waited = None if record.bridged_at is None else (record.bridged_at - record.arrived_at).total_seconds()
            await unit.tell(
                CallEnded(
                    subject=call_id,
                    at=now,
                    queue=record.queue,
                    agent=record.agent,
                    category=record.category,
                    ended_by=ended_by,
                    wait=waited,
                    duration=(now - record.arrived_at).total_seconds(),
                )
            )
        if self._watch is not None:
            self._watch.call_ended(record)
        return record

    async def transferred(self, work: str, agent: str) -> None:
        """The agent has just handed on whom they talked with; `work` is the call's id, or that of the promise which the
        call was to keep."""
        async with self._store.unit_of_work() as unit:
            await unit.tell(WorkTransferred(subject=work, at=self._clock.now(), agent=agent))

    async def call(self, call_id: str) -> CallRecord:
        """The call's record."""
        async with self._store.reading() as reader:
            return await _the_call(reader, call_id)

    async def find(self, call_id: str) -> CallRecord | None:
        """The call's record, where there is one."""
        async with self._store.reading() as reader:
            return await reader.call(call_id)

    async def lines(self, call_id: str) -> tuple[CallLine, ...]:
        """The transcript in order; empty for a call of which nothing was heard."""
        async with self._store.reading() as reader:
            return await reader.lines(call_id)

    async def of_contact(self, contact_id: str, limit: int | None = 20) -> tuple[CallRecord, ...]:
        """The contact's calls, newest first."""
        async with self._store.reading() as reader:
            return await reader.calls(contact_id, limit)

    async def ended_before(
        self, before: datetime, tier: str, part: CallPart, after: str, limit: int
    ) -> tuple[CallRecord, ...]:
        """A page of the tier's calls that ended before the moment and of which the part is still there, by id."""
        async with self._store.reading() as reader:
            return await reader.ended_before(before, tier, part, after, limit)

    async def remove(self, records: Iterable[CallRecord], part: CallPart) -> None:
        """The part of these calls is kept no longer. The files of recordings are the caller's to remove, before."""
        async with self._store.unit_of_work() as unit:
            for record in records:
                match part:
                    case CallPart.RECORDING:
                        await unit.change(replace(record, recording=None))
                    case CallPart.TRANSCRIPT:
                        await unit.remove_lines(record.id)
                    case CallPart.RECORD:
                        await unit.remove(record.id)

    async def forget(self, contact_id: str) -> None:
        """What the contact said, and the numbers on which they were called, are gone; that there were calls stays."""
        async with self._store.unit_of_work() as unit:
            for record in await unit.calls(contact_id, None):
                await unit.remove_lines(record.id)
                dialled = "" if record.promise is not None else record.dialled  # who rang in dialled our own number
                await unit.change(replace(record, recording=None, dialled=dialled))

    async def unfinished(self, node: str | None = None) -> tuple[CallRecord, ...]:
        """The calls of a node (None: ours) whose end is not written down: in progress, or their process died."""
        async with self._store.reading() as reader:
            return await reader.unfinished(self.node if node is None else node)


async def _the_call(reader: CallReader, call_id: str, *, lock: bool = False) -> CallRecord:
    found = await reader.call(call_id, lock=lock)
    if found is None:
        raise NotFound("there is no such call", where=f"call {call_id}")
    return found
