"""Contacts: who calls, known by their number."""

from __future__ import annotations

from dataclasses import replace

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Contact
from callbacks.numbers import normal_number


class ContactBook(Bookkeeping):
    """The part of the promise book about people."""

    async def contact_by_number(self, number: str, default_tier: str) -> Contact:
        """The contact with this number, created when new. A withheld number is a new person every time: nobody must
        hear what is owed to somebody else."""
        normal = normal_number(number, self.rules.country)
        async with self.store.reading() as reader:
            known = await reader.contact_by_number(normal)
        if known is not None:
            return known
        async with self.store.unit_of_work() as unit:
            return await unit.add_contact(Contact(id=self.make_id(), number=normal, tier=default_tier))

    async def contact(self, contact_id: str) -> Contact:
        """The contact. Raises `NotFound`."""
        async with self.store.reading() as reader:
            return await self.the_contact(reader, contact_id)

    async def save_contact(self, contact: Contact) -> Contact:
        """Save changes; the number is brought into its normal form. Raises `NotFound`, or `Refused` when the number
        is another contact's."""
        changed = replace(contact, number=normal_number(contact.number, self.rules.country))
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, contact.id, lock=True)
            await unit.save_contact(changed)
        return changed
