"""The wallboard: who waits, who serves, what was promised, what is broken."""

from __future__ import annotations

from nicegui import ui

from console.pages import wallboard_view
from console.pages.screen import Region, Screen
from console.users import Action, User, may
from ivr.messages import Supervision


class WallboardPage:
    """Draws the wallboard; opens and solves problems for those who may."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._may_act = may(screen.user, Action.SOLVE_PROBLEM)
        self._may_supervise = may(screen.user, Action.SUPERVISE)
        with screen.frame(screen.words("app.wallboard"), "/wallboard").classes("wallboard"):
            self._figures = Region("panel")
            self._promises = Region("panel")
            with ui.element("div").classes("columns"):
                with ui.element("div").classes("side wide"):
                    self._waiting = Region("panel", "section")
                    self._forecasts = Region("panel", "section")
                with ui.element("div").classes("side"):
                    self._agents = Region("panel", "section").on_press(screen.pressed)
                    self._problems = Region("panel", "section").on_press(screen.pressed)
            if self._may_act:
                Region().on_press(screen.pressed).show(wallboard_view.dialogs(screen.showing))
            if self._may_supervise:
                Region().on_press(screen.pressed).show(wallboard_view.supervision_dialog(screen.showing))
        screen.on(
            open_problem=self._open,
            solve_problem=self._solve,
            supervise=self._supervise,
            stop_supervising=self._stop_supervising,
        )
        screen.refresh_by(self.refresh)

    async def refresh(self) -> None:
        """Draw what is so now."""
        board = await self._screen.console.service.wallboard(self._screen.user)
        show = self._screen.showing
        self._figures.show(wallboard_view.figures(show, board))
        self._promises.show(wallboard_view.promises(show, board))
        self._waiting.show(wallboard_view.waiting(show, board.waiting))
        self._forecasts.show(wallboard_view.forecasts(show, board.forecasts))
        self._agents.show(wallboard_view.agents(show, board.agents, self._may_supervise))
        self._problems.show(wallboard_view.problems(show, board.problems, self._may_act))

    async def _open(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._screen.console.service.open_problem(
            user, form["title"], form.get("category", ""), form.get("product") or None, form.get("workaround", "")
        )
        await self.refresh()

    async def _supervise(self, user: User, item: str, form: dict[str, str]) -> None:
        self._screen.say(self._screen.words("wall.ringing_you"))
        await self._screen.console.service.supervise(user, item, form["phone"], Supervision(form["mode"]))

    async def _stop_supervising(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._screen.console.service.stop_supervising(user, form["phone"])

    async def _solve(self, user: User, item: str, _form: dict[str, str]) -> None:
        due = await self._screen.console.service.solve_problem(user, item)
        self._screen.say(self._screen.words("wall.solved_note", count=due))
        await self.refresh()
