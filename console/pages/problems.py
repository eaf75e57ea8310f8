"""Problems: what is suspected, what is known, and one problem until it is solved."""

from __future__ import annotations

from typing import cast, get_args

from nicegui import ui

from callbacks.model import ProblemState
from callbacks.problems.book import Statement
from callbacks.problems.preview import SolutionPreview
from config.errors import Refused
from console.book.service import BookService
from console.concerns import soon
from console.identity.users import Action, User, may
from console.pages import book_view as book
from console.pages import problems_view as view
from console.pages.book_page import BookPage, asked_for
from console.pages.html import Html, el, together
from console.pages.screen import Screen


class ProblemsPage(BookPage):
    """Proposed, open and past problems."""

    title = "problems.page"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._head = self.region("panel", "div")
        self._proposed = self.region("panel stack")
        self._open = self.region("panel stack")
        self._past = self.region("panel stack")
        dialogs = self.region("")
        if may(screen.user, Action.OPEN_PROBLEM):
            show = screen.showing
            dialogs.show(together(view.open_dialog(show), view.judge_dialogs(show)))
        screen.on(open_problem=self._opened, confirm_problem=self._confirm, dismiss_problem=self._dismiss)
        screen.refresh_by(self.refresh, soon)

    async def refresh(self) -> None:
        """Draw what is so now."""
        screen, words, user = self.screen, self.words, self.screen.user
        show, may_judge = screen.showing, may(user, Action.OPEN_PROBLEM)
        suspected = await self.service.problems(user, frozenset({ProblemState.PROPOSED}))
        found = [(one, await self.service.evidence(user, one)) for one in suspected]
        known = await self.service.problems(user, frozenset({ProblemState.OPEN}))
        past = await self.service.problems(user, frozenset({ProblemState.SOLVED, ProblemState.DISMISSED}))
        opening = book.opener(words("problems.open"), "open-problem", kind="main", key="N")
        self._head.show(book.page_head(words("problems.page"), opening if may_judge else None))
        self._proposed.show(view.proposed(show, found, may_judge=may_judge))
        self._open.show(view.problem_list(show, words("problems.known_now"), known, words("problems.none_open")))
        self._past.show(view.problem_list(show, words("problems.past"), past, words("problems.none_past")))

    async def _opened(self, user: User, _item: str, form: dict[str, str]) -> None:
        opened = await self.service.open_problem(
            user,
            form.get("title", ""),
            form.get("category", ""),
            form.get("product") or None,
            form.get("workaround", ""),
        )
        ui.navigate.to(f"/problem?id={opened.id}")

    async def _confirm(self, user: User, item: str, form: dict[str, str]) -> None:
        await self.service.confirm(user, item, form.get("title", ""))
        await self.refresh()

    async def _dismiss(self, user: User, item: str, form: dict[str, str]) -> None:
        await self.service.dismiss(user, item, form.get("reason", ""))
        await self.refresh()


class ProblemPage(BookPage):
    """One problem. *Solved* is pressed twice: once to see what it brings, once to do it."""

    title = "problems.one"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._id = asked_for(screen.query, "id")
        self._preview: SolutionPreview | None = None
        self._card = self.region("panel stack head-card")
        self._actions = self.region("panel", "div")
        self._solution = self.region("panel stack solution")
        self._evidence = self.region("panel stack")
        self._cases = self.region("panel stack")
        self._history = self.region("panel stack")
        dialogs = self.region("")
        if may(screen.user, Action.OPEN_PROBLEM):
            dialogs.show(together(view.judge_dialogs(screen.showing), view.work_dialogs(screen.showing)))
        screen.on(
            confirm_problem=self._confirm,
            dismiss_problem=self._dismiss,
            state=self._state,
            link_case=self._link,
            link_this=self._link_this,
            unlink_case=self._unlink,
            preview=self._look,
            close_preview=self._close,
            solve_problem=self._solve,
        )
        screen.refresh_by(self.refresh, soon)

    @classmethod
    async def check(cls, screen: Screen, service: BookService) -> None:
        await service.problem(screen.user, asked_for(screen.query, "id"))

    async def refresh(self) -> None:
        """Draw what is so now."""
        screen, words, user = self.screen, self.words, self.screen.user
        show, people = screen.showing, self.service.people()
        story = await self.service.problem(user, self._id)
        may_judge = may(user, Action.OPEN_PROBLEM)
        controls = view.actions(show, story.problem, may_judge=may_judge, may_solve=may(user, Action.SOLVE_PROBLEM))
        self._card.show(view.head(show, story.problem))
        self._actions.show(controls or Html())
        self._solution.show(view.preview(show, self._preview, story.problem) if self._preview else Html())
        heading = el("h2", words("problems.counts"))
        self._evidence.show(together(heading, view.chart(show, story.evidence)))
        self._cases.show(view.linked(show, story, may_judge=may_judge))
        self._history.show(view.history(show, story, people))

    async def _confirm(self, user: User, item: str, form: dict[str, str]) -> None:
        await self.service.confirm(user, item or self._id, form.get("title", ""))
        await self.refresh()

    async def _dismiss(self, user: User, item: str, form: dict[str, str]) -> None:
        await self.service.dismiss(user, item or self._id, form.get("reason", ""))
        await self.refresh()

    async def _state(self, user: User, _item: str, form: dict[str, str]) -> None:
        what = form.get("what", "")
        if what not in get_args(Statement):
            raise Refused("it is not said what was found out", remedy="choose one of the list")
        await self.service.state(user, self._id, cast("Statement", what), form.get("text", ""))
        await self.refresh()

    async def _link(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.link(user, self._id, form.get("reference", ""))
        await self.refresh()

    async def _link_this(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self.service.link(user, self._id, item)
        await self.refresh()

    async def _unlink(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self.service.unlink(user, self._id, item)
        await self.refresh()

    async def _look(self, user: User, _item: str, _form: dict[str, str]) -> None:
        self._preview = await self.service.preview(user, self._id)
        await self.refresh()

    async def _close(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._preview = None
        await self.refresh()

    async def _solve(self, user: User, _item: str, _form: dict[str, str]) -> None:
        due = await self.service.solve_problem(user, self._id)
        self._preview = None
        self.screen.say(self.words("wall.solved_note", count=due))
        await self.refresh()
