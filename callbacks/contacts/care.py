"""What people note about a contact: that they are not to be called, and why; that they may be called again."""

from __future__ import annotations

from dataclasses import replace

from callbacks.contacts.book import ContactBook
from callbacks.model import Contact
from config.errors import Refused


class ContactCare(ContactBook):
    """The part of the promise book that keeps the do-not-call list."""

    async def set_do_not_call(self, contact_id: str, refuses: bool, reason: str, by: str) -> Contact:
        """The contact is not to be called, or may be called again. The reason becomes a line of their notes, which go
        when the contact is erased. Raises `Refused` without a reason, or when it is so already."""
        if not reason.strip():
            raise Refused("a reason is needed", where=f"contact {contact_id}", remedy="say what the contact asked for")
        async with self.store.unit_of_work() as unit:
            before = await self.the_contact(unit, contact_id, lock=True)
            if before.do_not_call == refuses:
                already = "the contact is not to be called already" if refuses else "the contact may be called already"
                raise Refused(already, where=f"contact {contact_id}")
            what = "not to be called" if refuses else "may be called again"
            line = f"{self.clock.now():%Y-%m-%d} {what} ({by}): {reason.strip()}"
            after = replace(before, do_not_call=refuses, notes=f"{before.notes}\n{line}".strip())
            await self.change_contact(unit, before, after)
        return after

    async def add_contact(self, contact: Contact) -> Contact:
        """A contact whom a person enters; the id is given here. Raises `Refused` when one of the numbers, of which
        there must be one, is known."""
        new = self.normal(replace(contact, id=self.make_id()))
        if not new.numbers:
            raise Refused("there is no number", remedy="a contact is known by a telephone number")
        async with self.store.unit_of_work() as unit:
            if await unit.contacts_by_numbers(new.numbers):
                raise Refused(
                    "this number is another contact's", remedy="search for the number and change that contact"
                )
            await unit.add_contacts((new,))
        return new
