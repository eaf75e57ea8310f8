"""Contacts: people who call, known by their numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from callbacks.lists import KnownContact
from callbacks.model import Case, CaseException, Channel, Contact, Promise
from console.api.routing import routes
from console.book.contact_form import ContactForm
from console.book.service import BookService
from console.desk.service import need
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.web.api_body import TEXT, Body, Id, Long, Short, Which, Words
from console.web.paging import Cursor, Limit, Page, after, page

_Number = Annotated[str, Field(min_length=2, max_length=40, pattern=r"^[0-9+(). /-]+$", examples=["+821012345678"])]
_Numbers = Annotated[list[_Number], Field(min_length=1, max_length=10)]
_Language = Annotated[str, Field(pattern="^[a-z]{2}$", examples=["ko"])]
_Mail = Annotated[str, Field(max_length=254, pattern=TEXT, examples=["jane@example.org"])]


class NewContact(Body):
    """A person and how to reach them. The first of the numbers is the one that is dialled; numbers may be written as in
    the hotline's country. Without a tier they get the default one."""

    numbers: _Numbers
    name: Short = ""
    tier: Short | None = None
    language: _Language | None = None
    notes: Long = ""
    channel: Channel = Channel.PHONE
    mail: _Mail = ""


class ContactChange(Body):
    """What is to be different; what is left out stays. The do-not-call list has an address of its own."""

    numbers: _Numbers | None = None
    name: Short | None = None
    tier: Short | None = None
    language: _Language | None = None
    notes: Long | None = None
    channel: Channel | None = None
    mail: _Mail | None = None


class Refusal(Body):
    """Whether the contact refuses to be called, and what they said."""

    do_not_call: bool
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=TEXT)]


@dataclass(frozen=True, slots=True)
class ContactSeen:
    """A contact, and when they last rang."""

    contact: Contact
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactStory:
    """A contact, their cases (newest first), what is owed to them (by due time) and what they were granted once."""

    contact: Contact
    cases: tuple[Case, ...]
    owed: tuple[Promise, ...]
    exceptions: tuple[CaseException, ...]


def build_contacts(service: BookService) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("contacts")

    @router.get("/contacts")
    async def list_contacts(
        user: SignedIn,
        request: Request,
        response: Response,
        search: Words = "",
        tier: Which = None,
        do_not_call: Annotated[bool | None, Query()] = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[ContactSeen]:
        """Contacts, who rang last first; `search` is a number, or part of one, of a name or of a mail address."""
        need(user, Action.SEE_CONTACTS)
        book = service.book
        wanted = replace(book.contacts_called(search), tier=tier, do_not_call=do_not_call)
        found = await book.list_contacts(wanted, after("contacts", cursor), limit)
        return page(request, response, "contacts", found, _seen)

    @router.post("/contacts", status_code=201)
    async def add_contact(body: NewContact, user: SignedIn, response: Response) -> Contact:
        """Write down a person none of whose numbers is known yet."""
        form = ContactForm(
            "\n".join(body.numbers),
            body.name.strip(),
            body.tier or service.file.default_tier,
            body.language or "",
            body.channel,
            body.mail.strip(),
            body.notes.strip(),
        )
        contact = await service.add_contact(user, form)
        response.headers["Location"] = f"/api/v1/contacts/{contact.id}"
        return contact

    @router.get("/contacts/{contact}")
    async def get_contact(contact: Id, user: SignedIn) -> ContactStory:
        """A contact with their cases and what is owed to them."""
        card = await service.card(user, contact)
        return ContactStory(card.contact, card.cases, card.owed, card.exceptions)

    @router.patch("/contacts/{contact}")
    async def change_contact(contact: Id, body: ContactChange, user: SignedIn) -> Contact:
        """Change what is known of a contact."""
        need(user, Action.CHANGE_CONTACTS)
        before = await service.book.contact(contact)
        return await service.change_contact(user, contact, _changed(before, body))

    @router.post("/contacts/{contact}/do-not-call")
    async def set_do_not_call(contact: Id, body: Refusal, user: SignedIn) -> Contact:
        """Put the contact on the do-not-call list, which all who handle cases may do, or take them off. The reason
        becomes a line of their notes."""
        change = service.refuse_calls if body.do_not_call else service.allow_calls
        return await change(user, contact, body.reason)

    return router


def _seen(known: KnownContact) -> ContactSeen:
    return ContactSeen(known.contact, known.seen_at)


def _changed(before: Contact, body: ContactChange) -> ContactForm:
    return ContactForm(
        "\n".join(before.numbers if body.numbers is None else body.numbers),
        before.name if body.name is None else body.name.strip(),
        body.tier or before.tier,
        body.language or before.language or "",
        body.channel or before.channel,
        before.mail if body.mail is None else body.mail.strip(),
        before.notes if body.notes is None else body.notes.strip(),
    )
