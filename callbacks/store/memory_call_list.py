"""Looking through the calls in memory."""

from __future__ import annotations

from collections.abc import Sequence

from callbacks.calls.call_list import CallFilter
from callbacks.calls.model import CallRecord
from callbacks.lists import Place
from callbacks.store.memory_calls import MemoryCalls


class MemoryCallList:
    """`CallList` on the calls of a store in memory."""

    def __init__(self, store: MemoryCalls) -> None:
        self._store = store

    async def listed(self, wanted: CallFilter, after: Place | None, limit: int) -> tuple[CallRecord, ...]:
        found = [call for call in await self._all() if _is_wanted(call, wanted)]
        if after is not None and after.at is not None:
            found = [call for call in found if (call.arrived_at, call.id) > (after.at, after.id)]
        return tuple(found[:limit])

    async def named(self, names: Sequence[str]) -> dict[str, CallRecord]:
        return {call.id: call for call in await self._all() if call.id in names}

    async def _all(self) -> list[CallRecord]:
        async with self._store.reading() as reader:
            return sorted(reader.records.values(), key=lambda call: (call.arrived_at, call.id))


def _is_wanted(call: CallRecord, wanted: CallFilter) -> bool:
    return (
        (wanted.since is None or call.arrived_at >= wanted.since)
        and (wanted.until is None or call.arrived_at < wanted.until)
        and wanted.queue in (None, call.queue)
        and wanted.agent in (None, call.agent)
        and wanted.contact in (None, call.contact)
    )
