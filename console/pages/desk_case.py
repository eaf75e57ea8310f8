"""The desk's forms about the case in hand: promising, moving a promise, correcting what it is about."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from nicegui import ui

from callbacks.model import PromiseKind
from config.urgency import Urgency
from console.desk.case_service import CaseDeskService
from console.identity.users import User
from console.pages import desk_case_view
from console.pages.screen import Screen
from routing.windows import Window


class CaseForms:
    """Does what these forms ask. Windows are checked while they are typed, and again when they are promised."""

    def __init__(
        self, screen: Screen, agent: str, cases: CaseDeskService, refresh: Callable[[], Awaitable[None]]
    ) -> None:
        self._screen = screen
        self._agent = agent
        self._cases = cases
        self._refresh = refresh
        screen.on(correct=self._correct)
        screen.while_typing(check_promise=self._check, check_move=self._check)
        screen.while_typing(promise=self._promise, renegotiate=self._move)  # they stay open for another window

    async def _check(self, user: User, item: str, form: dict[str, str]) -> None:
        """Say whether the window can be kept; without one, propose the first that can."""
        window = _window(form) or await self._cases.proposed_window(user, self._agent, item or None)
        await self._answer(user, item, window)

    async def _answer(self, user: User, item: str, window: Window) -> bool:
        """Show whether the window can be kept; whether it can."""
        checked = await self._cases.check_window(user, self._agent, item or None, window)
        shown = desk_case_view.answer(self._screen.showing, window, checked)
        ui.run_javascript(f"window.hotlineDesk.answer({json.dumps(shown)})")
        return checked.why_not is None

    async def _promise(self, user: User, _item: str, form: dict[str, str]) -> None:
        kind, window = PromiseKind(form["kind"]), None
        if kind is not PromiseKind.WHEN_FIXED:
            window = _window(form)
            if window is None or not await self._answer(user, "", window):
                return
        made = await self._cases.promise(user, self._agent, kind, window, form["note"])
        await self._done("promise", self._screen.words("making.made", reference=made.reference))

    async def _move(self, user: User, item: str, form: dict[str, str]) -> None:
        window = _window(form)
        if window is None or not await self._answer(user, item, window):
            return
        await self._cases.move(user, self._agent, item, window, form["reason"])
        await self._done("move", self._screen.words("desk.moved"))

    async def _correct(self, user: User, _item: str, form: dict[str, str]) -> None:
        urgency = Urgency(form["urgency"])
        await self._cases.correct(
            user, self._agent, form["category"], form.get("product", ""), urgency, form.get("reason", "")
        )
        await self._done("correct", self._screen.words("correct.saved"))

    async def _done(self, dialog: str, said: str) -> None:
        ui.run_javascript(f"window.hotline.done('{dialog}')")
        self._screen.say(said)
        await self._refresh()


def _window(form: dict[str, str]) -> Window | None:
    """The moments that the browser sends, in UTC; None before both are filled in."""
    if not form.get("opens") or not form.get("due"):
        return None
    return Window(datetime.fromisoformat(form["opens"]), datetime.fromisoformat(form["due"]))
