"""Cases: the list, and one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from callbacks.calls.model import CallLine
from callbacks.lists import CaseFilter, Place
from callbacks.model import CaseStatus
from config.urgency import Urgency
from console.book.service import BookService
from console.concerns import soon
from console.identity.users import Action, User, may
from console.pages import book_view as book
from console.pages import case_view, cases_view
from console.pages.book_page import BookPage, asked_for
from console.pages.html import el
from console.pages.screen import Screen


class CasesPage(BookPage):
    """The list, by filters."""

    title = "cases.page"
    here = cases_view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._head = self.region("panel", "div")
        self._list = self.region("panel")

    async def refresh(self) -> None:
        """Draw the page that the address asks for."""
        screen, query, people = self.screen, self.screen.query, self.service.people()
        show = screen.showing
        page = await self.service.list_cases(
            screen.user, wanted_cases(query, show.now), Place.read(query.get("after", ""))
        )
        head = book.page_head(self.words("cases.page"))
        self._head.show(el("div", head, cases_view.case_filters(show, query, people), class_="stack"))
        self._list.show(cases_view.case_list(show, page, query, people))


class CasePage(BookPage):
    """One case: everything about it, and what can be done."""

    title = "cases.case"
    here = cases_view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._name = asked_for(screen.query, "ref")
        self._id = ""
        self._said: dict[str, tuple[CallLine, ...]] = {}
        self._card = self.region("panel stack head-card")
        self._actions = self.region("panel", "div")
        left, right = self.columns()
        self._promises = self.region("panel stack", beside=left)
        self._calls = self.region("panel stack", beside=left)
        self._history = self.region("panel stack", beside=right)
        self._dialogs = self.region("")
        screen.on(
            solve_case=self._solve,
            classify=self._classify,
            set_urgency=self._set_urgency,
            assign=self._assign,
            reopen=self._reopen,
            add_note=self._note,
            grant=self._grant,
            transcript=self._transcript,
        )
        screen.refresh_by(self.refresh, soon)

    @classmethod
    async def check(cls, screen: Screen, service: BookService) -> None:
        await service.case(screen.user, asked_for(screen.query, "ref"))

    async def refresh(self) -> None:
        """Draw what is so now."""
        screen, people = self.screen, self.service.people()
        user, show = screen.user, screen.showing
        story = await self.service.case(user, self._name)
        case, self._id = story.file.case, story.file.case.id
        may_handle = may(user, Action.HANDLE_CASES)
        may_listen = may(user, Action.SEE_CALLS)
        self._card.show(case_view.case_head(show, story.file, people))
        assignable = {name: text for name, text in people.items() if may(user, Action.ASSIGN_CASES, name)}
        controls = case_view.case_actions(
            show, case, may_handle=may_handle, may_assign=bool(assignable), language=self.words.language
        )
        self._actions.show(controls)
        self._promises.show(case_view.promised(show, story, people))
        self._calls.show(case_view.calls(show, story.calls, people, self._said, may_listen=may_listen))
        self._history.show(case_view.history(show, story.file.notes, people))
        if may_handle:
            self._dialogs.show(case_view.dialogs(show, case, assignable))

    async def _solve(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.solve_case(user, self._id, form.get("note", ""))
        await self._done("cases.is_solved")

    async def _classify(self, user: User, _item: str, form: dict[str, str]) -> None:
        product = form.get("product") or None
        await self.service.classify(user, self._id, form.get("category", ""), product, form.get("reason", ""))
        await self._done("book.saved")

    async def _set_urgency(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.set_urgency(user, self._id, Urgency(form["urgency"]), form.get("reason", ""))
        await self._done("book.saved")

    async def _assign(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.assign(user, self._id, form.get("agent", ""))
        await self._done("book.saved")

    async def _reopen(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.reopen(user, self._id, form.get("reason", ""))
        await self._done("cases.is_open")

    async def _note(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.note_case(user, self._id, form.get("text", ""))
        await self._done("book.saved")

    async def _grant(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.grant(user, self._id, form.get("what", ""), form.get("reason", ""))
        await self._done("book.saved")

    async def _transcript(self, user: User, item: str, _form: dict[str, str]) -> None:
        self._said[item] = await self.service.transcript(user, item)
        await self.refresh()

    async def _done(self, said: str) -> None:
        self.screen.say(self.words(said))
        await self.refresh()


def wanted_cases(query: Mapping[str, str], now: datetime) -> CaseFilter:
    """What the list's address asks for: open cases, if it does not say. What it says and nobody knows is left out."""
    status = query.get("status") or CaseStatus.OPEN.value
    urgency, owner, mark = query.get("urgency", ""), query.get("owner", ""), query.get("mark", "")
    return CaseFilter(
        status=CaseStatus(status) if status in tuple(CaseStatus) else None,
        category=query.get("category") or None,
        urgency=Urgency(urgency) if urgency in tuple(Urgency) else None,
        overdue_at=now if mark in ("late", "both") else None,
        repeat=True if mark in ("repeat", "both") else None,
        owner="" if owner == cases_view.NOBODY else owner or None,
    )
