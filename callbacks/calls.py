"""Keeping the record of calls."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Unpack

import structlog

from callbacks.call_model import CallChanges, CallLine, CallReader, CallRecord, CallStore, Speaker
from callbacks.events import CallEnded
from config.clock import Clock
from config.errors import HotlineError, NotFound

log = structlog.get_logger(__name__)


class CallRecords:
    """Unknown calls raise `NotFound`; a line of one is logged and dropped."""

    def __init__(self, store: CallStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._writing: dict[str, asyncio.Task[None]] = {}

    async def begin(self, call_id: str, contact: str, dialled: str, **known: Unpack[CallChanges]) -> CallRecord:
        """A call arrived, or is about to be dialled, now. Raises `Refused` when the id is known."""
        record = replace(CallRecord(call_id, contact, dialled, self._clock.now()), **known)
        async with self._store.unit_of_work() as unit:
            await unit.add(record)
        return record

    async def line(
        self, call_id: str, speaker: Speaker, text: str, confidence: float = 1.0, heard_by: str = ""
    ) -> None:
        """Something was said; written when this returns."""
        self.line_soon(call_id, speaker, text, confidence, heard_by)
        await self._written(call_id)

    def line_soon(self, call_id: str, speaker: Speaker, text: str, confidence: float = 1.0, heard_by: str = "") -> None:
        """Something was said just now; written in the background, after the call's earlier lines. `lines` and
        `finish` wait for it."""
        said = CallLine(call_id, self._clock.now(), speaker, text, confidence, heard_by)
        earlier = self._writing.get(call_id)
        task = self._writing[call_id] = asyncio.ensure_future(self._write(said, earlier))
        task.add_done_callback(lambda done: self._forget(call_id, done))

    async def bridged(self, call_id: str, agent: str) -> CallRecord:
        """The agent and the caller hear each other now."""
        return await self.update(call_id, agent=agent, bridged_at=self._clock.now())

    async def rated(self, call_id: str, rating: int) -> CallRecord:
        """The caller's answer to the survey, 1 to 5."""
        return await self.update(call_id, rating=rating)

    async def update(self, call_id: str, **changes: Unpack[CallChanges]) -> CallRecord:
        """More is known of the call; also after its end."""
        async with self._store.unit_of_work() as unit:
            record = replace(await _the_call(unit, call_id, lock=True), **changes)
            await unit.change(record)
        return record

    async def finish(self, call_id: str, ended_by: str = "", **changes: Unpack[CallChanges]) -> CallRecord:
        """The call is over now: its record and `CallEnded` commit together. A second time changes nothing."""
        await self._written(call_id)
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
        return record

    async def call(self, call_id: str) -> CallRecord:
        """The call's record."""
        async with self._store.reading() as reader:
            return await _the_call(reader, call_id)

    async def lines(self, call_id: str) -> tuple[CallLine, ...]:
        """The transcript in order; empty for a call of which nothing was heard."""
        await self._written(call_id)
        async with self._store.reading() as reader:
            return await reader.lines(call_id)

    async def of_contact(self, contact_id: str, limit: int = 20) -> tuple[CallRecord, ...]:
        """The contact's calls, newest first."""
        async with self._store.reading() as reader:
            return await reader.calls(contact_id, limit)

    async def _write(self, said: CallLine, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        try:
            async with self._store.unit_of_work() as unit:
                await _the_call(unit, said.call)
                await unit.add_line(said)
        except HotlineError as fault:
            log.warning("line_not_written", call=said.call, fault=str(fault))

    def _forget(self, call_id: str, done: asyncio.Task[None]) -> None:
        if self._writing.get(call_id) is done:
            del self._writing[call_id]

    async def _written(self, call_id: str) -> None:
        task = self._writing.get(call_id)
        if task is not None:
            await asyncio.shield(task)


async def _the_call(reader: CallReader, call_id: str, *, lock: bool = False) -> CallRecord:
    found = await reader.call(call_id, lock=lock)
    if found is None:
        raise NotFound("there is no such call", where=f"call {call_id}")
    return found
