"""The agent's desk: the work in hand, what I owe, what the team owes."""

from __future__ import annotations

from nicegui import ui

from callbacks.model import AttemptOutcome
from console.concerns import of_agent
from console.desk.case_service import CaseDeskService
from console.desk.service import DeskService
from console.desk.wrap_up import Incomplete, Solved, WrapUp
from console.identity.users import User
from console.pages import desk_case_view, desk_help_view, desk_view, desk_wrap_view
from console.pages.desk_case import CaseForms
from console.pages.desk_state_view import FREE, state_bar
from console.pages.desk_view import Showing
from console.pages.html import Html, el, together
from console.pages.screen import Act, Region, Screen
from ivr.casedesk import CaseInHand, Helped


class DeskPage:
    """Draws the desk and does what the agent presses."""

    def __init__(self, screen: Screen, agent: str, service: DeskService, cases: CaseDeskService) -> None:
        self._screen = screen
        self._agent = agent
        self._service = service
        self._cases = cases
        self._work = ""
        self._found: tuple[tuple[object, ...], tuple[Helped, ...]] = ((), ())
        self._forms = CaseForms(screen, agent, cases, self.refresh)
        words, show = screen.words, screen.showing
        ui.add_head_html('<link rel="stylesheet" href="/assets/desk.css"><script defer src="/assets/desk.js"></script>')
        with screen.frame(words("app.desk"), "/desk").classes("desk"):
            Region("notices-region").show(desk_help_view.notices(show))
            self._closing = Region("notices-region")
            self._elsewhere = Region("notices-region")
            self._state = Region("panel state-panel").on_press(screen.pressed)
            with ui.element("div").classes("columns"):
                with _column(words("desk.now"), "now"):
                    with ui.element("div").classes("actions-region"):
                        self._tools = Region().on_press(screen.pressed)
                        self._form = Region().on_press(screen.pressed)
                        self._actions = Region().on_press(screen.pressed)
                    self._now = Region("now-region")
                with _column(words("desk.mine")):
                    self._mine = Region().on_press(screen.pressed)
                with _column(words("desk.team")):
                    self._team = Region().on_press(screen.pressed)
            fixed = Region().on_press(screen.pressed)
            fixed.show(
                together(
                    desk_case_view.move_dialog(show), desk_view.talk_dialogs(show), desk_help_view.help_dialogs(show)
                )
            )
            self._dialogs = Region().on_press(screen.pressed)
        screen.on(
            ready=self._set("ready"),
            paused=self._set("paused"),
            begin=self._begin,
            sit=self._sit,
            signed_out=self._set("signed-out"),
            accept=self._accept,
            decline=self._decline,
            dial=self._dial,
            hang_up=self._hang_up,
            finish=self._finish,
            claim=self._claim,
            hold=self._hold(on=True),
            resume=self._hold(on=False),
            pause_recording=self._recording(paused=True),
            record_again=self._recording(paused=False),
            transfer=self._transfer,
            press=self._press,
        )
        screen.refresh_by(self.refresh, of_agent(agent, lambda: self._work))

    async def refresh(self) -> None:
        """Draw what is so now."""
        service, user, agent = self._service, self._screen.user, self._agent
        view = await service.agent(user, agent)
        work = await service.work(user, agent)
        case = await self._cases.case_in_hand(user, agent) if work is not None else None
        self._work = work.work if work is not None else ""
        show, free = self._screen.showing, view.state in FREE
        self._closing.show(desk_help_view.closing(show, service.stops_at()))
        self._elsewhere.show(desk_help_view.elsewhere(show, view))
        self._state.show(state_bar(show, view))
        self._now.show(desk_view.now_column(show, view, work, case, self._helped(show, case)))
        self._tools.show(desk_case_view.tools(show, work, case))
        self._form.show(desk_wrap_view.form(show, work, case))
        self._actions.show(desk_view.actions(show, work))
        self._dialogs.show(desk_case_view.dialogs(show, case))
        self._mine.show(desk_view.promises_column(show, await service.mine(user, agent), True, "M", free))
        self._team.show(desk_view.promises_column(show, await service.team(user, agent), False, "C", free))
        if case is not None and self._found[0] != _matter(case):  # nobody waits for what helped before
            self._found = _matter(case), await self._cases.similar(user, agent)
            self._now.show(desk_view.now_column(show, view, work, case, self._helped(show, case)))

    def _helped(self, show: Showing, case: CaseInHand | None) -> Html:
        """What helped in cases like this, once it was looked for."""
        if case is None or self._found[0] != _matter(case):
            return Html()
        return desk_case_view.similar(show, self._found[1], case)

    # --- the agent's own state --------------------------------------------------------------------------------------

    def _set(self, state: str) -> Act:
        async def act(user: User, _item: str, form: dict[str, str]) -> None:
            view = await self._service.set_state(user, self._agent, state, form.get("reason", ""))
            if view.state not in (state, "paused"):  # with work in hand a wish waits
                self._screen.say(self._screen.words("desk.later"))
            await self.refresh()

        return act

    async def _begin(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._cases.begin_shift(user, self._agent, form.get("station", ""))
        await self.refresh()

    async def _sit(self, user: User, _item: str, form: dict[str, str]) -> None:
        station = await self._cases.sit_at(user, self._agent, form["station"])
        self._screen.say(self._screen.words("station.sitting", station=station))
        await self.refresh()

    # --- the work in hand -------------------------------------------------------------------------------------------

    async def _accept(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.accept(user, self._agent, item)
        await self.refresh()

    async def _decline(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.decline(user, self._agent, item)
        await self.refresh()

    async def _dial(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._service.dial(user, self._agent, item)
        await self.refresh()

    async def _hang_up(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.hang_up(user, self._agent)
        await self.refresh()

    def _hold(self, *, on: bool) -> Act:
        async def act(user: User, _item: str, _form: dict[str, str]) -> None:
            await self._service.hold(user, self._agent, on)
            await self.refresh()

        return act

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
        words = self._screen.words
        wrap_up = WrapUp(
            AttemptOutcome(form["outcome"]) if form.get("outcome") else None,
            form.get("category", ""),
            "",
            Solved(form["solved"]) if form.get("solved") else None,
            form.get("note", ""),
        )
        try:
            await self._cases.finish(user, self._agent, wrap_up)
        except Incomplete as lacking:
            self._screen.say(" ".join(words(f"wrap_missing.{one}") for one in lacking.missing), fault=True)
            return
        self._screen.say(words("desk.finished"))
        await self.refresh()


def _matter(case: CaseInHand) -> tuple[object, ...]:
    """Similar cases are looked for again only when this has changed."""
    return case.case.id, case.case.category, case.case.product, case.case.summary


def _column(title: str, class_: str = "") -> ui.element:
    column = ui.element("section").classes(f"lane panel {class_}")
    column.props["aria-label"] = title
    with column:
        Region("lane-title").show(el("h2", title))
    return column
