"""`callbacks.calls.lookback.Lookback` over stores in memory: for tests and pictures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from callbacks.calls.lookback import CallsWanted, FoundCall, KeptRate
from callbacks.calls.model import CallRecord
from callbacks.lists import Place
from callbacks.model import PromiseState
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.wait_spread import CallWait


class MemoryLookback:
    """What the two stores hold when it is asked."""

    def __init__(self, book: MemoryBook, calls: MemoryCalls) -> None:
        self._book = book
        self._calls = calls

    async def calls(self, wanted: CallsWanted, after: Place | None, limit: int) -> tuple[FoundCall, ...]:
        found = [call for call in await self._all() if wanted.agrees(call)]
        found.sort(key=_place, reverse=True)
        if after is not None and after.at is not None:
            before = after.at, after.id
            found = [call for call in found if _place(call) < before]
        page = []
        async with self._book.reading() as reader:
            for call in found[:limit]:
                contact = await reader.contact(call.contact)
                case = await reader.case(call.case) if call.case is not None else None
                name, number = (contact.name, contact.number) if contact is not None else ("", "")
                page.append(FoundCall(call, name, number, case.reference if case is not None else ""))
        return tuple(page)

    async def waits(self, since: datetime) -> tuple[CallWait, ...]:
        return tuple(
            CallWait(call.arrived_at, call.tier, (call.bridged_at - call.arrived_at).total_seconds())
            for call in await self._all()
            if call.arrived_at >= since and call.bridged_at is not None and call.promise is None
        )

    async def kept_rate(self, since: datetime) -> KeptRate:
        async with self._book.reading() as reader:
            ended = await reader.promises(states=frozenset({PromiseState.KEPT, PromiseState.BROKEN}))
        lately = [promise.state for promise in ended if promise.closed_at is not None and promise.closed_at >= since]
        return KeptRate(lately.count(PromiseState.KEPT), lately.count(PromiseState.BROKEN))

    async def _all(self) -> Collection[CallRecord]:
        async with self._calls.reading() as reader:
            return tuple(reader.records.values())


def _place(call: CallRecord) -> tuple[datetime, str]:
    return call.arrived_at, call.id
