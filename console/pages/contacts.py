"""Contacts: the list, and one contact's card."""

from __future__ import annotations

import json

from nicegui import ui

from callbacks.lists import Place
from callbacks.model import Contact
from console.book.contact_form import ContactForm
from console.book.service import BookService
from console.concerns import soon
from console.identity.users import Action, User, may
from console.pages import book_view as book
from console.pages import contacts_view as view
from console.pages.book_page import BookPage, asked_for
from console.pages.html import Html, el, together
from console.pages.screen import Screen

_REFUSED = {"yes": True, "no": False}


class ContactsPage(BookPage):
    """The list, by search and filters; a new contact can be entered."""

    title = "contacts.page"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._head = self.region("panel", "div")
        self._list = self.region("panel")
        self._dialogs = self.region("")
        screen.on(add_contact=self._add)

    async def refresh(self) -> None:
        """Draw the page that the address asks for."""
        screen, query, file = self.screen, self.screen.query, self.service.file
        found = await self.service.list_contacts(
            screen.user,
            query.get("q", ""),
            query.get("tier") or None,
            _REFUSED.get(query.get("dnc", "")),
            Place.read(query.get("after", "")),
        )
        show, words = screen.showing, self.words
        bring = el("a", words("contacts.import"), href="/contacts/import", class_="button")
        add = book.opener(words("contacts.add"), "add-contact", kind="main", key="N")
        controls = (
            bring if may(screen.user, Action.IMPORT_CONTACTS) else None,
            add if may(screen.user, Action.CHANGE_CONTACTS) else None,
        )
        head = book.page_head(words("contacts.page"), *controls)
        self._head.show(el("div", head, view.contact_filters(show, query, tuple(file.tiers)), class_="stack"))
        self._list.show(view.contact_list(show, found, query))
        if controls[1] is not None:
            form = view.contact_dialog(
                show,
                "add-contact",
                words("contacts.add"),
                tuple(file.tiers),
                file.languages,
                Contact("", "", file.default_tier),
            )
            self._dialogs.show(form)

    async def _add(self, user: User, _item: str, form: dict[str, str]) -> None:
        added = await self.service.add_contact(user, ContactForm.of(form))
        ui.navigate.to(f"/contact?id={added.id}")


class ContactPage(BookPage):
    """One contact: who they are, what they have with us, and what can be done."""

    title = "contacts.one"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._id = asked_for(screen.query, "id")
        self._card = self.region("panel stack head-card")
        self._actions = self.region("panel", "div")
        left, right = self.columns()
        self._owed = self.region("panel stack", beside=left)
        self._exceptions = self.region("panel stack", beside=left)
        self._cases = self.region("panel stack", beside=right)
        self._dialogs = self.region("")
        screen.on(
            change_contact=self._change,
            refuse_calls=self._refuse,
            allow_calls=self._allow,
            export=self._export,
            erase=self._erase,
        )
        screen.refresh_by(self.refresh, soon)

    @classmethod
    async def check(cls, screen: Screen, service: BookService) -> None:
        await service.card(screen.user, asked_for(screen.query, "id"))

    async def refresh(self) -> None:
        """Draw what is so now."""
        screen, file = self.screen, self.service.file
        show, user = screen.showing, screen.user
        card = await self.service.card(user, self._id)
        may_change, may_erase = may(user, Action.CHANGE_CONTACTS), may(user, Action.MANAGE_PRIVACY)
        self._card.show(view.card(show, card))
        controls = view.actions(
            show, card.contact, may_handle=may(user, Action.HANDLE_CASES), may_change=may_change, may_erase=may_erase
        )
        self._actions.show(controls or Html())
        self._owed.show(view.owed(show, card.owed))
        self._exceptions.show(view.exceptions(show, card.exceptions))
        self._cases.show(view.cases(show, card.cases))
        dialogs = view.dialogs(show)
        if may_change:
            change = view.contact_dialog(
                show, "change-contact", self.words("contacts.change"), tuple(file.tiers), file.languages, card.contact
            )
            dialogs = together(dialogs, change)
        self._dialogs.show(dialogs)

    async def _change(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.change_contact(user, self._id, ContactForm.of(form))
        await self._done("contacts.saved")

    async def _refuse(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.refuse_calls(user, self._id, form.get("reason", ""))
        await self._done("contacts.saved")

    async def _allow(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.allow_calls(user, self._id, form.get("reason", ""))
        await self._done("contacts.saved")

    async def _export(self, user: User, _item: str, _form: dict[str, str]) -> None:
        held = await self.service.export(user, self._id)
        text = json.dumps(held, ensure_ascii=False, indent=2)
        ui.download.content(text, f"contact-{self._id}.json", "application/json")

    async def _erase(self, user: User, _item: str, form: dict[str, str]) -> None:
        withdrawn = await self.service.erase(user, self._id, form.get("typed", ""))
        self.screen.say(self.words("contacts.erased", count=withdrawn))
        await self.refresh()

    async def _done(self, said: str) -> None:
        self.screen.say(self.words(said))
        await self.refresh()
