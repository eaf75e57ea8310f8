"""Promises: the list with the balance, and one promise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from nicegui import ui

from callbacks.lists import Place, PromiseFilter
from callbacks.model import PromiseKind, PromiseState
from callbacks.ports import OPEN_STATES
from config.errors import Refused
from console.book.service import BookService
from console.concerns import soon
from console.identity.users import Action, User, may
from console.pages import book_view as book
from console.pages import promises_view as view
from console.pages.book_page import BookPage, asked_for
from console.pages.cases_view import NOBODY
from console.pages.html import Html, el
from console.pages.screen import Screen, local_moment


class PromisesPage(BookPage):
    """The balance of the book, and the list by filters."""

    title = "promises.page"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._head = self.region("panel", "div")
        self._list = self.region("panel")

    async def refresh(self) -> None:
        """Draw the page that the address asks for."""
        screen, query, user, people = self.screen, self.screen.query, self.screen.user, self.service.people()
        show = screen.showing
        identity = await self.service.identity(user)
        page = await self.service.list_promises(
            user, wanted_promises(query, show.now), Place.read(query.get("after", ""))
        )
        narrow = view.promise_filters(show, query, people, all_owners=may(user, Action.SEE_PROMISES))
        head = book.page_head(self.words("promises.page"))
        own = None if may(user, Action.SEE_PROMISES) else el("p", self.words("promises.own_only"), class_="hint")
        self._head.show(el("div", head, el("div", view.balance(show, identity)), own, narrow, class_="stack"))
        self._list.show(view.promise_list(show, page, query, people))


class PromisePage(BookPage):
    """One promise from the first word to the last."""

    title = "promises.promise"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._name = asked_for(screen.query, "ref")
        self._id = ""
        self._card = self.region("panel stack head-card")
        self._actions = self.region("panel", "div")
        self._story = self.region("panel stack")
        self._dialogs = self.region("")
        screen.on(move=self._move, hand_over=self._hand_over, withdraw=self._withdraw)
        screen.refresh_by(self.refresh, soon)

    @classmethod
    async def check(cls, screen: Screen, service: BookService) -> None:
        await service.promise(screen.user, asked_for(screen.query, "ref"))

    async def refresh(self) -> None:
        """Draw what is so now."""
        screen, people, user = self.screen, self.service.people(), self.screen.user
        show = screen.showing
        story = await self.service.promise(user, self._name)
        self._id = story.promise.id
        may_change = may(user, Action.CHANGE_PROMISES, story.promise.owner)
        self._card.show(view.head(show, story, people))
        controls = view.actions(show, story, self.words.language, may_change=may_change)
        self._actions.show(controls or Html())
        self._story.show(view.entries(show, story, people))
        if may_change:
            self._dialogs.show(view.dialogs(show, people, story.promise))

    async def _move(self, user: User, _item: str, form: dict[str, str]) -> None:
        show = self.screen.showing
        try:
            opens, due = local_moment(form["opens"], show), local_moment(form["due"], show)
        except (KeyError, ValueError) as fault:
            raise Refused("this is no date and time", remedy="choose both from the calendar") from fault
        moved = await self.service.renegotiate(user, self._id, opens, due, form.get("reason", ""))
        ui.navigate.to(f"/promise?ref={moved.reference}")

    async def _hand_over(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.hand_over(user, self._id, form.get("agent", ""))
        await self._done()

    async def _withdraw(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.withdraw(user, self._id, form.get("reason", ""))
        await self._done()

    async def _done(self) -> None:
        self.screen.say(self.words("book.saved"))
        await self.refresh()


def wanted_promises(query: Mapping[str, str], now: datetime) -> PromiseFilter:
    """What the list's address asks for: open promises, if it does not say. What nobody knows is left out."""
    state, kind, owner = query.get("state", ""), query.get("kind", ""), query.get("owner", "")
    hours = view.WITHIN.get(query.get("within", ""))
    return PromiseFilter(
        states=frozenset({PromiseState(state)}) if state in tuple(PromiseState) else OPEN_STATES,
        kind=PromiseKind(kind) if kind in tuple(PromiseKind) else None,
        owner="" if owner == NOBODY else owner or None,
        due_by=now + timedelta(hours=hours) if hours else None,
    )
