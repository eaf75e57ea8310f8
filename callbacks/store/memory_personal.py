"""What is held on people, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callbacks.model import CaseStatus, Contact
from callbacks.privacy.erasing import erased
from callbacks.privacy.free_texts import without_text
from callbacks.privacy.personal import Look
from callbacks.store.memory_pages import Pages


class MemoryPersonalReader:
    """`PersonalReader` on such pages."""

    pages: Pages

    async def contacts_after(self, contact: str, limit: int) -> tuple[Contact, ...]:
        names = sorted(name for name in self.pages.contacts if name > contact)
        return tuple(self.pages.contacts[name] for name in names[:limit])

    async def contacts_by_numbers(self, numbers: tuple[str, ...]) -> dict[str, Contact]:
        known = self.pages.contacts.values()
        return {number: contact for contact in known for number in contact.numbers if number in numbers}

    async def silent_contacts(self, tier: str, before: datetime, after: str, limit: int) -> tuple[str, ...]:
        busy = {case.contact for case in self.pages.cases.values() if case.status is CaseStatus.OPEN}
        busy |= {promise.contact for promise in self.pages.promises.values() if promise.state.is_open}
        silent = (name for name, at in self.pages.personal.seen.items() if at < before and name > after)
        found = sorted(name for name in silent if name not in busy and self.pages.contacts[name].tier == tier)
        return tuple(found[:limit])

    async def looks(self, limit: int, subject: str | None = None) -> tuple[Look, ...]:
        found = [look for look in self.pages.personal.looks if subject in (None, look.subject)]
        return tuple(found[::-1][:limit])


class MemoryPersonalUnit(MemoryPersonalReader):
    """`PersonalUnit` on such pages."""

    async def seen(self, contact: str, at: datetime) -> None:
        self.pages.personal.seen[contact] = at

    async def erase(self, contact: str) -> None:
        pages = self.pages
        own_cases = {case.id for case in pages.cases.values() if case.contact == contact}
        pages.notes = tuple(replace(note, text="") if note.case in own_cases else note for note in pages.notes)
        pages.exceptions = tuple(e for e in pages.exceptions if e.case not in own_cases)
        for name in own_cases:
            pages.cases[name] = replace(pages.cases[name], summary="")
            pages.aftercare.silences.pop(name, None)
        for promise in [promise for promise in pages.promises.values() if promise.contact == contact]:
            pages.promises[promise.id] = replace(promise, note="")
            pages.entries[promise.id] = tuple(without_text(entry)[0] for entry in pages.entries[promise.id])
        written = [message.id for message in pages.aftercare.messages.values() if message.contact == contact]
        for message in written:
            del pages.aftercare.messages[message]
        for hold in [hold for hold in pages.holds if hold[0] == contact]:
            del pages.holds[hold]
        pages.contacts[contact] = erased(pages.contacts[contact])
        pages.personal.seen.pop(contact, None)

    async def add_contacts(self, contacts: Sequence[Contact]) -> None:
        self.pages.contacts |= {contact.id: contact for contact in contacts}

    async def look(self, look: Look) -> None:
        self.pages.personal.looks = (*self.pages.personal.looks, look)
