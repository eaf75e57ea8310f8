"""The list of calls: what came of each, its recording and transcript, and who looked at them."""

from __future__ import annotations

from nicegui import ui

from callbacks.calls.lookback import FoundCall
from callbacks.lists import Listed, Place
from config.errors import NotFound
from console.book.call_log import CallLog
from console.identity.users import Action, User, may
from console.pages import calls_view
from console.pages.calls_view import Asked
from console.pages.screen import Region, Screen


class CallsPage:
    """Draws a page of the calls that its address asks for, and the one that is chosen."""

    def __init__(self, screen: Screen, log: CallLog, asked: Asked) -> None:
        self._screen = screen
        self._log = log
        self._asked = asked
        self._page: Listed[FoundCall] = Listed(())
        self._sees_looks = may(screen.user, Action.SEE_LOOKS)
        words = screen.words
        ui.add_head_html('<link rel="stylesheet" href="/assets/calls.css">')
        ui.add_head_html('<script src="/assets/calls.js" defer></script>')
        with screen.frame(words("calls.title"), "/calls").classes("calls"):
            Region("page-head").show(calls_view.heading(screen.showing))
            Region("panel").show(calls_view.filters(screen.showing, asked))
            with ui.element("div").classes("columns"):
                self._list = Region("panel", "section", words("calls.title")).on_press(screen.pressed)
                with ui.element("section").classes("panel detail stack"):
                    self._head = Region()
                    self._sound = Region()
                    self._said = Region().on_press(screen.pressed)
                    self._facts = Region()
                    self._audit = Region().on_press(screen.pressed)
        screen.on(show=self._show, transcript=self._transcript, looks=self._looks)

    async def find(self) -> None:
        """Draw the list."""
        show = self._screen.showing
        self._page = await self._log.find(self._screen.user, self._asked.wanted(show), Place.read(self._asked.after))
        self._list.show(calls_view.found(show, self._asked, self._page, None))
        self._head.show(calls_view.nothing_chosen(show))

    async def _show(self, user: User, item: str, _form: dict[str, str]) -> None:
        chosen = next((each for each in self._page.rows if each.call.id == item), None)
        if chosen is None:
            raise NotFound(self._screen.words("calls.gone"))
        show = self._screen.showing
        self._list.show(calls_view.found(show, self._asked, self._page, item))
        self._head.show(calls_view.heading_of(show, chosen))
        self._facts.show(calls_view.facts(show, chosen))
        self._sound.show(calls_view.recording(show, chosen.call))
        self._said.show(calls_view.transcript_button(show, chosen.call))
        await self._looks(user, item, {})
        ui.run_javascript("window.calls.chosen()")

    async def _transcript(self, user: User, item: str, _form: dict[str, str]) -> None:
        lines = await self._log.transcript(user, item)
        self._said.show(calls_view.transcript(self._screen.showing, lines))
        await self._looks(user, item, {})

    async def _looks(self, user: User, item: str, _form: dict[str, str]) -> None:
        if self._sees_looks:
            looks = await self._log.looked_at(user, item)
            self._audit.show(calls_view.looked_at(self._screen.showing, looks, item))
