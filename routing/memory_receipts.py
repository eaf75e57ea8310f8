"""Receipts kept in memory: for tests and for trying things out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from config.events import Event, Events
from routing.receipts import Receipt
from routing.replay import FloorOpened, Recorded


class MemoryReceipts:
    """A `ReceiptStore` that forgets at the end of the process."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._kept: list[Receipt] = []
        self._recorded: list[Recorded] = []

    async def save(
        self, receipts: Sequence[Receipt], events: Sequence[Event], recorded: Sequence[Recorded] = ()
    ) -> None:
        self._kept.extend(receipts)
        self._recorded.extend(recorded)
        for event in events:
            await self._events.publish(event)

    async def of_work(self, work_id: str) -> tuple[Receipt, ...]:
        return tuple(receipt for receipt in self._kept if receipt.work == work_id)

    async def latest(self, count: int) -> tuple[Receipt, ...]:
        return tuple(self._kept[: -count - 1 : -1]) if count > 0 else ()

    async def recording(self, until: datetime) -> tuple[Recorded, ...]:
        told = [recorded for recorded in self._recorded if recorded.at <= until]
        openings = [n for n, recorded in enumerate(told) if isinstance(recorded.what, FloorOpened)]
        return tuple(told[openings[-1] :]) if openings else ()
