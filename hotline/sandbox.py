"""A whole hotline over stores that are gone at the end: the real book, floor, call flow and desk, beside the real one.

Nothing in it knows the database, the broker or the telephones of the hotline that runs: its events go to a bus of its
own, its calls to the `Edge` it is given, its recordings nowhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

from callbacks.calls.records import CallRecords
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from config.clock import Clock
from config.events import EventBus
from config.ids import new_reference
from hotline.engine import Engine
from ivr.live_casedesk import LiveCaseDesk
from ivr.live_conversations import LiveConversations
from ivr.live_desk import LiveDesk
from ivr.ports import Ears, Edge
from ivr.promising import Promising
from ivr.services import Edition, Services
from routing.floor import Floor
from routing.memory_receipts import MemoryReceipts
from routing.service import FloorService


class Sandbox:
    """`under_way` makes it live; `number` is what the called see as ours."""

    def __init__(
        self,
        edition: Edition,
        clock: Clock,
        edge: Edge,
        ears: Ears,
        number: str,
        make_reference: Callable[[], str] = new_reference,
    ) -> None:
        file = edition.file
        self.edition = edition
        self.clock = clock
        self.events = EventBus()
        self.store = MemoryBook(self.events)
        self.book = PromiseBook(self.store, clock, BookRules.of(file), make_reference=make_reference)
        self.calls = CallRecords(MemoryCalls(self.events), clock)
        self.floor = FloorService(Floor(file, edition.version), MemoryReceipts(self.events), clock)
        self._engine = Engine(
            Services(
                clock=clock,
                events=self.events,
                edge=edge,
                ears=ears,
                book=self.book,
                calls=self.calls,
                floor=self.floor,
                promising=Promising(self.book, self.floor, clock, lambda: file),
                edition=lambda: edition,
                recordings=None,
                caller_number=number,
            )
        )
        self.desk: LiveDesk = self._engine.desk
        self.conversations: LiveConversations = self._engine.conversations
        self.cases: LiveCaseDesk = self._engine.cases

    @asynccontextmanager
    async def under_way(self, *jobs: Coroutine[None, None, None]) -> AsyncIterator[None]:
        """The hotline lives for the length of the block; `jobs` run beside its own."""
        await self._engine.recover()
        await self._engine.start()
        try:
            async with asyncio.TaskGroup() as group:
                duties = (duty() for duty in self._engine.duties())
                running = [group.create_task(job) for job in (self.floor.run(), *duties, *jobs)]
                try:
                    yield
                finally:
                    for job in running:
                        job.cancel()
        finally:
            await self._engine.stop()
