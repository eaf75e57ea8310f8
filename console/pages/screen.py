"""One open page: who looks at it, in which language, and how what they press reaches the desk."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request
from nicegui import ui
from nicegui.events import GenericEventArguments

from config.clock import Clock
from config.errors import HotlineError
from config.events import Event
from console.concerns import Concern, everything
from console.desk.service import DeskService
from console.errors import NotSignedIn
from console.faults import in_words, sentence
from console.identity.cookies import token_of
from console.identity.preferences import theme_for, words_for
from console.identity.sessions import OpenSession
from console.identity.sign_in import SignIn
from console.identity.users import User
from console.live import Live
from console.pages import frame_view
from console.pages.desk_view import Showing
from console.pages.html import Html, el
from console.places import Place
from console.ports import Site
from console.words import Words

#: What a pressed control asks: the item it is about, and the values of the form around it.
Act = Callable[[User, str, dict[str, str]], Awaitable[None]]

#: Sends `data-do` of the control that was pressed, with its item and its form's values; a form with faults says so.
_PRESSED = """(event) => {
  const control = event.target.closest('[data-do]');
  if (control) { const asked = window.hotline.asked(control); if (asked) emit(asked); }
}"""


@dataclass(frozen=True, slots=True)
class Console:
    """What pages work with."""

    service: DeskService
    sign_in: SignIn
    live: Live
    site: Callable[[], Site]
    clock: Clock
    places: tuple[Place, ...]


class Region:
    """A part of the page that is drawn by the server; drawing the same again costs nothing."""

    def __init__(self, class_: str = "", tag: str = "div", label: str = "") -> None:
        self._element = ui.html(sanitize=False, tag=tag).classes(class_)
        if label:
            self._element.props["aria-label"] = label

    def show(self, content: Html) -> None:
        """Replace what is drawn."""
        if self._element.content != content:
            self._element.content = content

    def on_press(self, handler: Callable[[GenericEventArguments], Awaitable[None]]) -> Region:
        """Tell `handler` of controls that are pressed."""
        self._element.on("click", handler, js_handler=_PRESSED)
        return self


class Screen:
    """What all pages share."""

    def __init__(self, console: Console, request: Request, token: str, user: User) -> None:
        self.console = console
        self.user = user
        self.words: Words = words_for(request)
        self.theme = theme_for(request)
        #: What the page's address asks for.
        self.query: Mapping[str, str] = dict(request.query_params)
        self._token = token
        self._nonce: str = request.state.nonce
        self._acts: dict[str, Act] = {}
        self._stays_open: set[str] = set()

    @classmethod
    async def open(cls, console: Console, request: Request) -> Screen:
        """The screen of whoever is signed in; `NotSignedIn` otherwise."""
        token = token_of(request)
        return cls(console, request, token, await console.sign_in.user_of(token))

    @property
    def showing(self) -> Showing:
        """What views need, at this moment."""
        return Showing(self.words, self.console.site(), self.console.clock.now())

    def frame(self, title: str, here: str) -> ui.element:
        """Draw the top bar; the returned element holds the page's content."""
        site = self.console.site()
        ui.page_title(f"{title} · {site.name}")
        ui.add_head_html(frame_view.head())
        told = {
            "now": round(self.console.clock.now().timestamp() * 1000),
            "language": self.words.language,
            "theme": self.theme,
            "zone": str(site.zone),
            "lost": self.words("app.lost"),
        }
        page = json.dumps(told).replace("</", "<\\/")
        ui.add_head_html(f'<script nonce="{self._nonce}">window.hotlinePage = {page}</script>')
        bar = Region("top-bar", "header")
        bar.show(frame_view.top_bar(self.words, site, self.user, self.theme, here, self.console.places))
        return ui.element("main").props("id=content tabindex=-1")

    def apologise(self, error: HotlineError) -> None:
        """Show what is wrong in place of the page."""
        what, remedy = in_words(error, self.words.language)
        with self.frame(self.words("app.not_possible"), ""):
            Region("panel").show(el("div", el("h1", what), el("p", remedy, class_="muted")))

    def is_of(self, session: OpenSession) -> bool:
        """Whether the page was opened in this session."""
        return self.console.sign_in.is_of(self._token, session)

    def on(self, **acts: Act) -> None:
        """What to do when a control asks for it; underscores in names stand for hyphens."""
        self._acts.update({name.replace("_", "-"): act for name, act in acts.items()})

    def while_typing(self, **acts: Act) -> None:
        """Like `on`, for what is asked of a form that may stay open after it."""
        self.on(**acts)
        self._stays_open.update(name.replace("_", "-") for name in acts)

    async def pressed(self, event: GenericEventArguments) -> None:
        """A control was pressed. Sessions may have ended since the page was opened: look the person up again."""
        asked = event.args
        act = self._acts.get(str(asked.get("do")))
        form, dialog = asked.get("form"), json.dumps(str(asked.get("dialog") or ""))
        if act is None or not isinstance(form, dict):
            return
        try:
            user = await self.console.sign_in.user_of(self._token)
            await act(user, str(asked.get("item") or ""), {str(key): str(value) for key, value in form.items()})
        except NotSignedIn:
            ui.navigate.to("/sign-in")
        except HotlineError as error:
            text = sentence(error, self.words.language)
            self.say(text, fault=True)
            ui.run_javascript(f"window.hotline.refused({dialog}, {json.dumps(text)})")
        else:
            if asked.get("do") not in self._stays_open:
                ui.run_javascript(f"window.hotline.done({dialog})")

    async def whoever(self) -> User:
        """Who looks at the page now. Raises `NotSignedIn`: sessions may have ended since it was opened."""
        return await self.console.sign_in.user_of(self._token)

    def say(self, text: str, *, fault: bool = False) -> None:
        """A short message at the foot of the page."""
        ui.notify(text, type="negative" if fault else "positive", position="bottom", multi_line=len(text) > 80)

    def refresh_by(
        self, refresh: Callable[[], Awaitable[None]], concern: Callable[[Event], Concern] = everything
    ) -> None:
        """Call `refresh` after events that concern the page, as long as it is open and its session lasts."""
        client = ui.context.client

        async def again() -> None:
            with client:
                try:
                    self.user = await self.console.sign_in.user_of(self._token)
                except NotSignedIn:
                    leave()
                    ui.navigate.to("/sign-in")
                    return
                await refresh()

        leave = self.console.live.join(again, concern)
        client.on_delete(leave)


def local_moment(text: str, showing: Showing) -> datetime:
    """What a date and time field says, in the site's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=showing.site.zone)
