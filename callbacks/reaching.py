"""Which number of a contact is dialled, and by which rules it is dialled again."""

from __future__ import annotations

from collections.abc import Iterable

from callbacks.bookkeeping import Bookkeeping
from callbacks.entries import AttemptEnded, Corrected, Entry
from callbacks.model import AttemptOutcome, Promise
from callbacks.ports import BookReader
from callbacks.retry import RetryRules, number_to_dial


def found_wrong(ledger: Iterable[Entry]) -> int:
    """How many numbers were found wrong in the attempts so far: each attempt dials one, in the contact's order."""
    wrong = AttemptOutcome.WRONG_NUMBER
    return sum(1 for entry in ledger if isinstance(entry, AttemptEnded | Corrected) and entry.outcome is wrong)


class Reaching(Bookkeeping):
    """The part of the promise book that knows how a contact is reached."""

    async def number_of(self, promise: Promise) -> str:
        """The number to dial for the promise now, in E.164; empty when the contact has none. Raises `NotFound`."""
        async with self.store.reading() as reader:
            contact = await self.the_contact(reader, promise.contact)
            return number_to_dial(contact, found_wrong(await reader.entries(promise.id)))

    async def retry_rules(self, reader: BookReader, promise: Promise) -> RetryRules:
        """The rules of the hotline file, by the clocks of where the contact may be."""
        contact = await self.the_contact(reader, promise.contact)
        return self.rules.retry.for_contact(contact, found_wrong(await reader.entries(promise.id)))
