"""The promise book's part in privacy: forgetting a contact without losing count, and noting who looked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import Withdraw
from callbacks.model import CaseStatus, CaseStep, Contact
from callbacks.ports import BookReader, CaseNote
from callbacks.privacy.personal import Look, Looked
from config.errors import Refused


class PrivacyBook(Bookkeeping):
    """The part of the promise book about what is held on people."""

    async def forget_contact(self, contact_id: str, by: str) -> int:
        """In one transaction: what is still owed is withdrawn, open cases are closed, and everything that says who the
        contact is or what they said is removed. The entries stay, so the identity of the book holds as before.

        Returns how many promises were withdrawn. Raises `Refused` while the contact is on the line.
        """
        now, reason = self.clock.now(), "the contact was erased"
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, contact_id, lock=True)
            await self._must_be_silent(unit, contact_id)
            for case in await unit.cases(contact=contact_id, status=CaseStatus.OPEN):
                await unit.save_case(replace(case, status=CaseStatus.CLOSED, step=CaseStep.DONE, step_due=None))
                await unit.note_case(CaseNote(case.id, now, by, "closed"))
            owed = await unit.promises(contact=contact_id)
            for name in sorted(promise.id for promise in owed):
                promise = await self.the_promise(unit, name, lock=True)
                await self.carry_out(unit, promise, Withdraw(reason, by), now)
            await unit.erase(contact_id)
        return len(owed)

    async def must_be_silent(self, contact_id: str) -> None:
        """Raises `Refused` while the contact is on the line, `NotFound` when there is no such contact."""
        async with self.store.reading() as reader:
            await self.the_contact(reader, contact_id)
            await self._must_be_silent(reader, contact_id)

    async def _must_be_silent(self, reader: BookReader, contact_id: str) -> None:
        if await reader.on_line(contact_id, self.clock.now()):
            where = f"contact {contact_id}"
            raise Refused("the contact is on the line just now", where=where, remedy="try it after the call")

    async def silent_contacts(self, tier: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        """A page of the tier's contacts who last rang before the moment and to whom nothing is open, by id."""
        async with self.store.reading() as reader:
            return await reader.silent_contacts(tier, before, after, limit)

    async def contacts_after(self, contact_id: str, limit: int) -> tuple[Contact, ...]:
        """A page of all contacts by id, beginning after this id."""
        async with self.store.reading() as reader:
            return await reader.contacts_after(contact_id, limit)

    async def note_look(self, by: str, what: Looked, subject: str) -> None:
        """Committed when this returns: what was asked for may be shown then, and not before."""
        async with self.store.unit_of_work() as unit:
            await unit.look(Look(self.clock.now(), by, what, subject))

    async def looks(self, limit: int = 100, subject: str | None = None) -> tuple[Look, ...]:
        """Who looked at recordings and transcripts, the latest first."""
        async with self.store.reading() as reader:
            return await reader.looks(limit, subject)
