"""The book, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from callbacks.bookkeeping import Bookkeeping
from callbacks.contacts.numbers import normal_number
from callbacks.lists import (
    CaseFilter,
    ContactFilter,
    KnownContact,
    Listed,
    Place,
    PromiseFilter,
    page_of,
    place_of_case,
    place_of_contact,
    place_of_promise,
)
from callbacks.model import Case, Contact, Promise

#: Fewer digits are in everybody's number.
_LEAST_DIGITS = 3


class ListBook(Bookkeeping):
    """The part of the promise book that is looked through."""

    def contacts_called(self, text: str) -> ContactFilter:
        """What a person types to find a contact: a number as they write it or part of one, or part of a name or mail
        address. A leading zero is left out where the number is not whole: it is not part of what we keep."""
        wanted = text.strip()
        written = normal_number(wanted, self.rules.country)
        bare = "".join(sign for sign in written if sign not in " +-()./")
        if bare.isdecimal() and len(bare) >= _LEAST_DIGITS:
            return ContactFilter(digits=bare if written.startswith("+") else bare.lstrip("0") or bare)
        return ContactFilter(text=wanted)

    async def list_contacts(self, wanted: ContactFilter, after: Place | None, limit: int) -> Listed[KnownContact]:
        """A page of contacts, who rang last first."""
        async with self.store.reading() as reader:
            found = await reader.contacts_listed(wanted, after, limit + 1)
        return page_of(found, limit, place_of_contact)

    async def list_cases(self, wanted: CaseFilter, after: Place | None, limit: int) -> Listed[Case]:
        """A page of cases, the latest opened first."""
        async with self.store.reading() as reader:
            found = await reader.cases_listed(wanted, after, limit + 1)
        return page_of(found, limit, place_of_case)

    async def list_promises(self, wanted: PromiseFilter, after: Place | None, limit: int) -> Listed[Promise]:
        """A page of open promises by due time, or of closed ones, the latest first."""
        async with self.store.reading() as reader:
            found = await reader.promises_listed(wanted, after, limit + 1)
        return page_of(found, limit, place_of_promise)

    async def contacts_named(self, names: Sequence[str]) -> dict[str, Contact]:
        """The contacts with these ids, by id."""
        async with self.store.reading() as reader:
            return await reader.contacts_named(names)

    async def cases_per_step(
        self, category: str, product: str | None, *, step: timedelta, steps: int, until: datetime
    ) -> tuple[int, ...]:
        """How many cases of the kind were opened in each of the last `steps` steps before `until`, oldest first."""
        start = until - step * steps
        counts = [0] * steps
        async with self.store.reading() as reader:
            for at in await reader.case_times(category, product, start):
                if at < until:
                    counts[(at - start) // step] += 1
        return tuple(counts)
