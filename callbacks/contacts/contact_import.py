"""Bringing many contacts into the book at once, after showing what would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbacks.contacts.book import ContactBook
from callbacks.contacts.contact_csv import ContactRow, RowFault
from callbacks.model import Contact
from callbacks.ports import BookReader

_PAGE = 500


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What the lines come to: contacts to add and to change (before, after), how many are as they should be already,
    and lines that cannot be used because of what is in the book."""

    new: tuple[Contact, ...]
    changed: tuple[tuple[Contact, Contact], ...]
    unchanged: int
    faults: tuple[RowFault, ...]


class ContactImport(ContactBook):
    """The part of the promise book about many contacts at once."""

    async def plan_import(self, rows: Sequence[ContactRow], default_tier: str) -> ImportPlan:
        """What an import of these lines would do now."""
        async with self.store.reading() as reader:
            return await self._plan(reader, rows, default_tier)

    async def import_contacts(
        self, rows: Sequence[ContactRow], default_tier: str, advance: Callable[[int], None]
    ) -> ImportPlan:
        """Do it, all or nothing; lines that cannot be used are left out. The same lines a second time change nothing.

        `advance` is told of every so many lines that are done. Raises `Refused` when a caller became known by one of
        the numbers at the same moment.
        """
        async with self.store.unit_of_work() as unit:
            plan = await self._plan(unit, rows, default_tier)
            advance(plan.unchanged + len(plan.faults))
            for start in range(0, len(plan.new), _PAGE):
                page = plan.new[start : start + _PAGE]
                await unit.add_contacts(page)
                advance(len(page))
            for before, after in plan.changed:
                await self.the_contact(unit, before.id, lock=True)
                await self.change_contact(unit, before, after)
                advance(1)
        return plan

    async def _plan(self, reader: BookReader, rows: Sequence[ContactRow], default_tier: str) -> ImportPlan:
        new: list[Contact] = []
        changed: list[tuple[Contact, Contact]] = []
        faults: list[RowFault] = []
        taken: dict[str, int] = {}
        for start in range(0, len(rows), _PAGE):
            page = rows[start : start + _PAGE]
            known = await reader.contacts_by_numbers(tuple(number for row in page for number in row.numbers))
            for row in page:
                people = {known[number].id: known[number] for number in row.numbers if number in known}
                if len(people) > 1:
                    faults.append(RowFault(row.line, "its numbers are of different contacts", "leave one of them out"))
                elif not people:
                    new.append(row.applied(Contact(id=self.make_id(), number="", tier=default_tier)))
                else:
                    (before,) = people.values()
                    if before.id in taken:
                        what = f"this is the contact of line {taken[before.id]}"
                        faults.append(RowFault(row.line, what, "one line for each contact"))
                        continue
                    taken[before.id] = row.line
                    after = row.applied(before)
                    if after != before:
                        changed.append((before, after))
        unchanged = len(rows) - len(new) - len(changed) - len(faults)
        return ImportPlan(tuple(new), tuple(changed), unchanged, tuple(faults))
