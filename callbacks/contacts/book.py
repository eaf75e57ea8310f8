"""Contacts: who calls, known by their number."""

from __future__ import annotations

from dataclasses import replace

import structlog

from callbacks.bookkeeping import Bookkeeping
from callbacks.contacts.do_not_call import IMMINENT, instead_of_calling
from callbacks.contacts.numbers import normal_number
from callbacks.model import Contact
from callbacks.ports import BookUnit

log = structlog.get_logger(__name__)


class ContactBook(Bookkeeping):
    """The part of the promise book about people."""

    async def contact_by_number(self, number: str, default_tier: str, *, is_verified: bool = True) -> Contact:
        """The contact with this number, created when new. A withheld number is a new person every time: nobody must
        hear what is owed to somebody else. So is the number of somebody whom we know, if only the caller says that it
        is theirs."""
        normal = normal_number(number, self.rules.country)
        async with self.store.reading() as reader:
            known = await reader.contact_by_number(normal)
        if known is not None and is_verified:
            return known
        if known is not None:
            log.info("number_not_believed", contact=known.id)
            normal = ""
        async with self.store.unit_of_work() as unit:
            return await unit.add_contact(Contact(id=self.make_id(), number=normal, tier=default_tier))

    async def contact(self, contact_id: str) -> Contact:
        """The contact. Raises `NotFound`."""
        async with self.store.reading() as reader:
            return await self.the_contact(reader, contact_id)

    async def find_contact(self, who: str) -> Contact | None:
        """The contact with this number, however it is written, or this id."""
        async with self.store.reading() as reader:
            by_number = await reader.contact_by_number(normal_number(who, self.rules.country))
            return by_number or await reader.contact(who)

    async def save_contact(self, contact: Contact) -> Contact:
        """Save changes; the numbers are brought into their normal form. Raises `NotFound`, or `Refused` when one of
        them is another contact's."""
        changed = self.normal(contact)
        async with self.store.unit_of_work() as unit:
            await self.change_contact(unit, await self.the_contact(unit, contact.id, lock=True), changed)
        return changed

    async def change_contact(self, unit: BookUnit, before: Contact, after: Contact) -> None:
        """Save a contact that is locked. Nobody dials one who has just asked not to be called."""
        await unit.save_contact(after)
        if after.do_not_call and not before.do_not_call:
            now = self.clock.now()
            for imminent in await unit.promises(contact=after.id, states=IMMINENT):
                promise = await self.the_promise(unit, imminent.id, lock=True)
                await self.write(unit, promise, instead_of_calling(promise, after, now))

    def normal(self, contact: Contact) -> Contact:
        """The contact with every number in its normal form, none of them twice."""
        numbers = [normal_number(number, self.rules.country) for number in contact.numbers]
        first, *others = dict.fromkeys(number for number in numbers if number) or ("",)
        return replace(contact, number=first, other_numbers=tuple(others))
