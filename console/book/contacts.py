"""Contacts behind the table of rights: looking them up, changing them, bringing many in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from callbacks.contacts.contact_csv import ContactRow, RowFault, read_contacts_csv
from callbacks.contacts.contact_import import ImportPlan
from callbacks.contacts.numbers import is_number, normal_number
from callbacks.lists import KnownContact, Listed, Place
from callbacks.model import Case, CaseException, Contact, Promise
from config.errors import Refused
from console.audit import Did
from console.book.contact_form import ContactForm
from console.book.ground import PAGE, BookGround
from console.desk.service import need, person
from console.identity.users import Action, User

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact with what they have with us."""

    contact: Contact
    cases: tuple[Case, ...]
    owed: tuple[Promise, ...]
    exceptions: tuple[CaseException, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a table comes to: the lines that can be used, what they would do, and every fault by line."""

    rows: Sequence[ContactRow]
    plan: ImportPlan
    faults: Sequence[RowFault]


class ContactService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def list_contacts(
        self,
        user: User,
        text: str,
        tier: str | None = None,
        do_not_call: bool | None = None,
        after: Place | None = None,
    ) -> Listed[KnownContact]:
        """A page of contacts who agree, who rang last first."""
        need(user, Action.SEE_CONTACTS)
        wanted = replace(self.book.contacts_called(text), tier=tier, do_not_call=do_not_call)
        return await self.book.list_contacts(wanted, after, PAGE)

    async def card(self, user: User, contact: str) -> ContactCard:
        """One contact. Raises `NotFound`."""
        need(user, Action.SEE_CONTACTS)
        found = await self.book.contact(contact)
        return ContactCard(
            found,
            await self.book.cases_of(contact),
            await self.book.owed_to(contact),
            await self.book.exceptions_of(contact),
        )

    async def add_contact(self, user: User, form: ContactForm) -> Contact:
        """A contact whom nobody knew. Raises `Refused` with what is wrong in the form."""
        need(user, Action.CHANGE_CONTACTS)
        blank = Contact(id="", number="", tier=self.file.default_tier)
        added = await self.book.add_contact(form.applied(blank, self.file))
        await self.keep_note(user, Did.CONTACT_CHANGED, added.id, "added")
        return added

    async def change_contact(self, user: User, contact: str, form: ContactForm) -> Contact:
        """What is known of the contact is this now. Raises `Refused` with what is wrong in the form."""
        need(user, Action.CHANGE_CONTACTS)
        before = await self.book.contact(contact)
        changed = await self.book.save_contact(form.applied(before, self.file))
        await self.keep_note(user, Did.CONTACT_CHANGED, contact)
        return changed

    async def refuse_calls(self, user: User, contact: str, reason: str) -> Contact:
        """The contact is not to be called. Whoever speaks with contacts may note that."""
        need(user, Action.HANDLE_CASES)
        return await self._set_do_not_call(user, contact, True, reason)

    async def refuse_number(self, user: User, number: str, reason: str) -> Contact:
        """Whoever has this number is not to be called, known to us or not. Raises `Refused` for what is no number."""
        need(user, Action.CHANGE_CONTACTS)
        normal = normal_number(number, self.file.hotline.country)
        if not is_number(normal):
            raise Refused("this is no telephone number", remedy="write it as +COUNTRY NUMBER")
        contact = await self.book.contact_by_number(normal, self.file.default_tier)
        return await self._set_do_not_call(user, contact.id, True, reason)

    async def allow_calls(self, user: User, contact: str, reason: str) -> Contact:
        """The contact may be called again."""
        need(user, Action.CHANGE_CONTACTS)
        return await self._set_do_not_call(user, contact, False, reason)

    async def _set_do_not_call(self, user: User, contact: str, refuses: bool, reason: str) -> Contact:
        changed = await self.book.set_do_not_call(contact, refuses, reason, person(user))
        await self.keep_note(
            user, Did.CONTACT_CHANGED, contact, "not to be called" if refuses else "may be called again"
        )
        return changed

    async def preview_import(self, user: User, text: str) -> ImportPreview:
        """What importing the table would do; nothing is changed."""
        need(user, Action.IMPORT_CONTACTS)
        rows, faults = read_contacts_csv(text, self.file)
        plan = await self.book.plan_import(rows, self.file.default_tier)
        return ImportPreview(rows, plan, sorted([*faults, *plan.faults], key=lambda fault: fault.line))

    async def import_contacts(
        self, user: User, rows: Sequence[ContactRow], advance: Callable[[int], None]
    ) -> ImportPlan:
        """Do it, all or nothing; `advance` is told of so many lines that are done."""
        need(user, Action.IMPORT_CONTACTS)
        if not rows:
            raise Refused("there is no line to import", remedy="mend the table and look at it again")
        plan = await self.book.import_contacts(rows, self.file.default_tier, advance)
        counts = f"new {len(plan.new)}, changed {len(plan.changed)}"
        await self.keep_note(user, Did.CONTACTS_IMPORTED, "contacts", counts)
        log.info("contacts_imported", new=len(plan.new), changed=len(plan.changed), by=user.id)
        return plan
