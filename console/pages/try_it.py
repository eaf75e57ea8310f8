"""Trying the hotline out: a call typed instead of spoken, and all that comes of it beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from nicegui import ui

from callbacks.model import AttemptOutcome
from config.errors import Refused
from console.identity.users import User
from console.pages import try_it_view
from console.pages.html import Html
from console.pages.screen import Region, Screen
from console.workshop.trying import Choices, Trial, TryingService

#: A trial waits no longer than this for something to happen.
_UNTIL_SOMETHING_SECONDS = 3 * 86_400.0


class TryItPage:
    """Draws the trial of whoever looks, or the form that begins one."""

    def __init__(self, screen: Screen, service: TryingService) -> None:
        self._screen = screen
        self._service = service
        self._choices: Choices | None = None
        words = screen.words
        ui.add_head_html(
            '<link rel="stylesheet" href="/assets/try_it.css"><script src="/assets/sounds.js" defer></script>'
        )
        ui.add_head_html('<script src="/assets/try_it.js" defer></script>')
        with screen.frame(words("try_it.title"), "/try-it").classes("try-it"):
            self._head = Region("panel").on_press(screen.pressed)
            self._begin = Region("begin").on_press(screen.pressed)
            with ui.element("div").classes("columns try-columns") as self._columns:
                with ui.element("section").classes("panel phone") as phone:
                    self._talk = Region("talk")
                    self._controls = Region("phone-controls").on_press(screen.pressed)
                with ui.element("section").classes("panel happened") as happened:
                    self._happened = Region()
                with ui.element("div").classes("side"):
                    self._agents = Region("panel", "section", words("try_it.agents")).on_press(screen.pressed)
                    self._promises = Region("panel", "section", words("try_it.promises"))
        phone.props["aria-label"] = words("try_it.phone")
        happened.props["aria-label"] = words("try_it.happened")
        screen.on(
            ring=self._ring,
            line=self._line,
            key=self._key,
            pick_up=self._pick_up,
            turn_down=self._turn_down,
            put_down=self._put_down,
            again=self._again,
            wait=self._wait,
            agent_ready=self._agent_ready,
            agent_pauses=self._agent_pauses,
            agent_acts=self._agent_acts,
            agent_finishes=self._agent_finishes,
            end_trial=self._end,
            live_text=self._live_text,
        )

    async def refresh(self) -> None:
        """Draw what is so now."""
        user = self._screen.user
        trial = self._service.trial(user)
        version, _ = await self._service.text_of(user)
        if self._choices is None:
            self._choices = await self._service.choices(user)
        show = self._screen.showing
        show = replace(show, site=replace(show.site, titles=self._choices.titles))  # as the tried text calls them
        self._columns.set_visibility(trial is not None)
        if trial is None:
            self._head.show(try_it_view.head(show, version, None))
            self._begin.show(try_it_view.begin_form(show, self._choices))
            return
        view = await trial.view()
        self._begin.show(Html())
        self._head.show(try_it_view.head(show, version, view))
        self._talk.show(try_it_view.conversation(show, view))
        self._controls.show(try_it_view.controls(show, view))
        self._happened.show(try_it_view.happenings(show, view))
        self._agents.show(try_it_view.agents(show, view, self._choices))
        self._promises.show(try_it_view.promises(show, view))

    def _trial(self, user: User) -> Trial:
        trial = self._service.trial(user)
        if trial is None:
            raise Refused(self._screen.words("try_it.gone"), remedy=self._screen.words("try_it.gone_remedy"))
        return trial

    async def _ring(self, user: User, _item: str, form: dict[str, str]) -> None:
        ready = tuple(name.removeprefix("ready.") for name in form if name.startswith("ready."))
        begins = datetime.fromisoformat(form["begins"]) if form.get("begins") else None
        await self._service.open(user, form["dialled"], form["caller"], ready, begins)
        await self.refresh()

    async def _line(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._trial(user).take(form["line"])
        await self.refresh()

    async def _key(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._trial(user).take(item)
        await self.refresh()

    async def _pick_up(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._trial(user).take("")
        await self.refresh()

    async def _turn_down(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._trial(user).take("no")
        await self.refresh()

    async def _put_down(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._trial(user).hang_up()
        await self.refresh()

    async def _again(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._trial(user).ring(form["caller"])
        await self.refresh()

    async def _wait(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._trial(user).wait(float(item) if item else _UNTIL_SOMETHING_SECONDS)
        await self.refresh()

    async def _agent_ready(self, user: User, item: str, form: dict[str, str]) -> None:
        await self._trial(user).set_ready(item or form["agent"], True)
        await self.refresh()

    async def _agent_pauses(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._trial(user).set_ready(item, False)
        await self.refresh()

    async def _agent_acts(self, user: User, item: str, _form: dict[str, str]) -> None:
        agent, _, do = item.partition(" ")
        await self._trial(user).act(agent, do)
        await self.refresh()

    async def _agent_finishes(self, user: User, item: str, form: dict[str, str]) -> None:
        outcome = AttemptOutcome(form["outcome"]) if form.get("outcome") else None
        await self._trial(user).finish(item, outcome, form.get("solved") == "yes", form.get("note", ""))
        await self.refresh()

    async def _end(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.close(user)
        await self.refresh()

    async def _live_text(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.close(user)
        self._service.forget_text(user)
        self._choices = None
        await self.refresh()
