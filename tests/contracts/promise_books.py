"""A promise book on each of its stores, for contract tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from callbacks.calls.records import CallRecords
from callbacks.model import Case, Promise, PromiseKind, Wish
from callbacks.service import PromiseBook
from callbacks.store.memory_book import MemoryBook
from callbacks.store.memory_calls import MemoryCalls
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.clock import VirtualClock
from config.database import Database
from config.events import Event, EventBus
from config.urgency import Urgency
from tests.callbacks.samples import HOUR, NOON, RULES
from tests.servers import DATABASES

STORES = ("memory", *DATABASES)


@dataclass(slots=True)
class House:
    """A book, the call records beside it, their clock, and what they told."""

    book: PromiseBook
    calls: CallRecords
    clock: VirtualClock
    told: list[Event] = field(default_factory=list)
    database: Database | None = None

    def heard(self, verb: str) -> list[Event]:
        """The events told with this verb."""
        return [event for event in self.told if event.verb == verb]

    async def pass_time(self, time: timedelta) -> tuple[Promise, ...]:
        """Move the clock on and let the book notice."""
        await self.clock.advance(time.total_seconds())
        return await self.book.fall_due(self.clock.now())

    async def caller(self, number: str = "010-1234-5678", tier: str = "standard") -> str:
        """The id of a contact."""
        return (await self.book.contact_by_number(number, tier)).id

    async def complaint(
        self,
        contact: str,
        *,
        category: str = "product-fault",
        urgency: Urgency = Urgency.SERVICE,
        product: str | None = None,
    ) -> Case:
        """A case opened in a call."""
        return await self.book.open_case(
            contact=contact,
            category=category,
            urgency=urgency,
            wish=Wish.REPAIR,
            language="ko",
            summary="the washing machine stands still",
            product=product,
            call="call-0",
        )

    async def callback(self, contact: str, case: str | None = None, *, urgency: Urgency = Urgency.SERVICE) -> Promise:
        """A callback promised for one to three hours from now."""
        now = self.clock.now()
        return await self.book.make(
            kind=PromiseKind.CALLBACK,
            contact=contact,
            case=case,
            problem=None,
            tier=(await self.book.contact(contact)).tier,
            urgency=urgency,
            language="ko",
            queue="service",
            skills=(("repair", 2),),
            opens=now + HOUR,
            due=now + 3 * HOUR,
        )


@asynccontextmanager
async def house_on(store: str, empty_database: Callable[[str], str]) -> AsyncIterator[House]:
    """A house whose book is kept in `store`: memory, sqlite or postgresql."""
    clock, bus = VirtualClock(NOON), EventBus()
    told: list[Event] = []
    bus.subscribe(told.append)
    if store == "memory":
        yield House(PromiseBook(MemoryBook(bus), clock, RULES), CallRecords(MemoryCalls(bus), clock), clock, told)
        return
    database = Database(empty_database(store), bus, clock)
    await database.create_tables()
    try:
        book = PromiseBook(SqlBook(database), clock, RULES)
        yield House(book, CallRecords(SqlCalls(database), clock), clock, told, database)
    finally:
        await database.close()
