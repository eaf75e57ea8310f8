"""What the database says of calls, promises and events: the only witness that outlives a node."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from callbacks.audit import AuditReport
from callbacks.calls.records import CallRecord, CallRecords
from callbacks.entries import AttemptStarted, Entry
from callbacks.model import Promise, PromiseState
from callbacks.rules import BookRules
from callbacks.service import PromiseBook
from callbacks.store.sql_book import SqlBook
from callbacks.store.sql_calls import SqlCalls
from config.database import Database, outbox
from config.hotline_file import HotlineFile
from tests.callbacks.promised import promise_callback


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise, and what was done about it."""

    promise: Promise
    entries: tuple[Entry, ...]

    @property
    def attempts(self) -> int:
        """How often its contact was to be rung."""
        return sum(isinstance(entry, AttemptStarted) for entry in self.entries)


class Witness:
    """Reads what all nodes write, and makes promises as an agent would."""

    def __init__(self, database: Database, file: HotlineFile) -> None:
        self._database = database
        self._file = file
        self._book = PromiseBook(SqlBook(database), database.clock, BookRules.of(file))
        self._calls = CallRecords(SqlCalls(database), database.clock)

    async def calls(self, number: str) -> list[CallRecord]:
        """Those of a contact, the oldest first."""
        contact = await self._book.contact_by_number(number, self._file.default_tier)
        return list(reversed(await self._calls.of_contact(contact.id)))

    async def served_at(self, number: str) -> datetime | None:
        """When the contact was last brought together with an agent."""
        return max((call.bridged_at for call in await self.calls(number) if call.bridged_at), default=None)

    async def is_queued(self, number: str) -> bool:
        """Whether the contact's last call is understood, and waits or has waited for an agent."""
        calls = await self.calls(number)
        return bool(calls) and calls[-1].queue is not None

    async def owe(self, number: str, category: str) -> Promise:
        """A callback is promised, due in a second."""
        contact = await self._book.contact_by_number(number, self._file.default_tier)
        opens = self._database.clock.now() + timedelta(seconds=1)
        return await promise_callback(
            self._book, contact, category, self._file.categories[category].urgency, opens, 600
        )

    async def owed(self, number: str) -> list[Owed]:
        """All promises to the contact, the oldest first."""
        contact = await self._book.contact_by_number(number, self._file.default_tier)
        async with self._book.store.reading() as reader:
            found = await reader.promises(contact=contact.id, states=frozenset(PromiseState))
        promises = sorted(found, key=lambda promise: promise.made_at)
        return [Owed(promise, await self._book.entries(promise.id)) for promise in promises]

    async def audit(self) -> AuditReport:
        """Count the book anew."""
        return await self._book.audit()

    async def event_ids(self) -> list[str]:
        """Of all events that were told, in order."""
        async with self._database.reading() as connection:
            return list(await connection.scalars(sa.select(outbox.c.id).order_by(outbox.c.position)))
