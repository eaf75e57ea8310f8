"""The promise book as the public status page sees it."""

from __future__ import annotations

import hmac

from callbacks.contacts.numbers import normal_number
from callbacks.letters.telling import address_of
from callbacks.model import Contact
from callbacks.service import PromiseBook
from callbacks.status.standing import Standing
from callbacks.status.status_codes import StatusCodes
from prompts.letters import Template


class PublicStatus:
    """Nobody has signed in: a contact is known by their own number, or by a code sent to where they read."""

    def __init__(self, book: PromiseBook, codes: StatusCodes) -> None:
        self._book = book
        self._codes = codes

    async def standing(self, reference: str, number: str, code: str) -> Standing | None:
        """Where the matter stands, with its details where the number is the contact's or the code is right."""
        asked = normal_number(number, self._book.rules.country)
        proven = self._codes.is_right(reference, code, self._book.clock.now())

        def is_theirs(contact: Contact) -> bool:
            theirs = [hmac.compare_digest(known.encode(), asked.encode()) for known in contact.numbers]
            return proven or (bool(asked) and any(theirs))

        return await self._book.standing(reference, is_theirs)

    async def send_code(self, reference: str) -> None:
        """Write a code to the contact; nothing happens, and nobody is told so, where there is no such reference or
        they are not written to."""
        contact = await self._book.contact_behind(reference)
        if contact is None or not address_of(contact):
            return
        fields = {"reference": reference, "code": self._codes.code(reference, self._book.clock.now())}
        async with self._book.store.unit_of_work() as unit:
            await self._book.tell(unit, contact, Template.STATUS_CODE, fields)
