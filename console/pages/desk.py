"""The agent's desk: the work in hand, what I owe, what the team owes."""

from __future__ import annotations

from nicegui import ui

from callbacks.model import AttemptOutcome
from console.pages import desk_view
from console.pages.html import el, together
from console.pages.screen import Act, Region, Screen, local_moment
from console.users import User


class DeskPage:
    """Draws the desk and does what the agent presses."""

    def __init__(self, screen: Screen, agent: str) -> None:
        self._screen = screen
        self._agent = agent
        self._service = screen.console.service
        words = screen.words
        with screen.frame(words("app.desk"), "/desk").classes("desk"):
            self._state = Region("panel state-panel").on_press(screen.pressed)
            with ui.element("div").classes("columns"):
                with _column(words("desk.now"), "now"):
                    self._actions = Region("actions-region").on_press(screen.pressed)
                    self._now = Region()
                with _column(words("desk.mine")):
                    self._mine = Region().on_press(screen.pressed)
                with _column(words("desk.team")):
                    self._team = Region().on_press(screen.pressed)
            dialogs = Region().on_press(screen.pressed)
            dialogs.show(together(desk_view.move_dialog(screen.showing), desk_view.talk_dialogs(screen.showing)))
        screen.on(
            ready=self._set("ready"),
            paused=self._set("paused"),
            signed_in=self._set("signed-in"),
            signed_out=self._set("signed-out"),
            decline=self._decline,
            dial=self._dial,
            hang_up=self._hang_up,
            finish=self._finish,
            claim=self._claim,
            renegotiate=self._renegotiate,
            pause_recording=self._recording(paused=True),
            record_again=self._recording(paused=False),
            transfer=self._transfer,
            press=self._press,
        )
        screen.refresh_by(self.refresh)

    async def refresh(self) -> None:
        """Draw what is so now."""
        service, user, agent = self._service, self._screen.user, self._agent
        view = await service.agent(user, agent)
        work = await service.work(user, agent)
        show, free = self._screen.showing, view.state in desk_view.FREE
        self._state.show(desk_view.state_bar(show, view))
        self._now.show(desk_view.now_column(show, view, work))
        self._actions.show(desk_view.actions(show, work))
        self._mine.show(desk_view.promises_column(show, await service.mine(user, agent), True, "M", free))
        self._team.show(desk_view.promises_column(show, await service.team(user, agent), False, "C", free))

    def _set(self, state: str) -> Act:
        async def act(user: User, _item: str, form: dict[str, str]) -> None:
            view = await self._service.set_state(user, self._agent, state, form.get("reason", ""))
            if view.state not in (state, "paused"):  # a new shift begins paused; with work in hand a wish waits
                self._screen.say(self._screen.words("desk.later"))
            await self.refresh()

        return act

    async def _decline(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.decline(user, self._agent, item)
        await self.refresh()

    async def _dial(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.dial(user, self._agent, item)
        await self.refresh()

    async def _hang_up(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.hang_up(user, self._agent)
        await self.refresh()

    def _recording(self, *, paused: bool) -> Act:
        async def act(user: User, _item: str, _form: dict[str, str]) -> None:
            await self._service.pause_recording(user, self._agent, paused)
            await self.refresh()

        return act

    async def _transfer(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._service.transfer(user, self._agent, form["target"])
        self._screen.say(self._screen.words("desk.transferring"))

    async def _press(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._service.press(user, self._agent, form["digits"].strip())

    async def _claim(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.claim(user, self._agent, item)
        await self.refresh()

    async def _finish(self, user: User, _item: str, form: dict[str, str]) -> None:
        outcome = AttemptOutcome(form["outcome"]) if form.get("outcome") else None
        await self._service.finish(
            user, self._agent, outcome, form.get("solved") == "yes", form.get("note", "").strip()
        )
        self._screen.say(self._screen.words("desk.finished"))
        await self.refresh()

    async def _renegotiate(self, user: User, item: str, form: dict[str, str]) -> None:
        opens, due = (local_moment(form[name], self._screen.showing) for name in ("opens", "due"))
        await self._service.renegotiate(user, self._agent, item, opens, due, form["reason"])
        self._screen.say(self._screen.words("desk.moved"))
        await self.refresh()


def _column(title: str, class_: str = "") -> ui.element:
    column = ui.element("section").classes(f"lane panel {class_}")
    column.props["aria-label"] = title
    with column:
        Region("lane-title").show(el("h2", title))
    return column
