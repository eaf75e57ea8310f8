"""The wallboard: who waits, who serves, what was promised, what is broken."""

from __future__ import annotations

from nicegui import ui

from console.concerns import soon
from console.desk.service import need, person
from console.identity.users import Action, User, may
from console.pages import wallboard_charts, wallboard_problems_view, wallboard_view
from console.pages.chart import Chart
from console.pages.screen import Region, Screen
from console.supervision.figures import FRESH_SECONDS, BoardFigures, FloorFigures, Proposals
from ivr.desk import Wallboard
from ivr.messages import Supervision

#: Of charts, in px.
_LETTERS, _BIG_LETTERS = 12, 22


class WallboardPage:
    """Draws the wallboard; on a big screen only what is read from afar, in large figures and without forms. Opens,
    judges and solves problems for those who may."""

    def __init__(self, screen: Screen, figures: FloorFigures, proposals: Proposals, *, big: bool = False) -> None:
        self._screen = screen
        self._figures_of = figures
        self._proposals = proposals
        self._may_act = may(screen.user, Action.SOLVE_PROBLEM) and not big
        self._may_judge = may(screen.user, Action.OPEN_PROBLEM) and not big
        self._may_supervise = may(screen.user, Action.SUPERVISE) and not big
        self._sees_sifting = may(screen.user, Action.SEE_FILE) and not big
        self._big = big
        self._lately = False
        self._comes_again = False
        ui.add_head_html('<link rel="stylesheet" href="/assets/wallboard.css">')
        ui.add_head_html('<script src="/assets/wallboard.js" defer></script>')
        ui.query("body").classes("big-screen" if big else "")
        with screen.frame(screen.words("app.wallboard"), "/wallboard").classes("wallboard"):
            Region("page-head").show(wallboard_view.head(screen.showing, big))
            self._figures = Region("panel")
            with ui.element("div").classes("columns"):
                with ui.element("div").classes("side wide"):
                    self._queues = Region("panel scroll", "section")
                    self._waiting = None if big else Region("panel scroll", "section")
                    self._due = self._chart("wall.due_hours")
                    self._spread = None if big else self._spread_chart()
                    self._forecasts = None if big else Region("panel scroll", "section")
                with ui.element("div").classes("side"):
                    self._agents = Region("panel", "section").on_press(screen.pressed)
                    self._levels = Region("panel scroll", "section")
                    self._proposed = Region("panel", "section").on_press(screen.pressed)
                    self._problems = Region("panel", "section").on_press(screen.pressed)
                    self._promises = None if big else Region("panel", "section")
                    self._sifting = Region("panel", "section") if self._sees_sifting else None
            if self._may_act or self._may_judge:
                Region().on_press(screen.pressed).show(wallboard_problems_view.dialogs(screen.showing))
            if self._may_supervise:
                Region().on_press(screen.pressed).show(wallboard_view.supervision_dialog(screen.showing))
        screen.on(
            open_problem=self._open,
            solve_problem=self._solve,
            confirm_problem=self._confirm,
            dismiss_problem=self._dismiss,
            supervise=self._supervise,
            stop_supervising=self._stop_supervising,
            waits_of=self._waits_of,
        )
        screen.refresh_by(self.refresh, soon)

    def _chart(self, title: str) -> Chart:
        with ui.element("section").classes("panel"):
            return Chart(self._screen.words(title), self._screen.words("wall.as_table"))

    def _spread_chart(self) -> Chart:
        with ui.element("section").classes("panel"):
            self._choice = Region("row choice").on_press(self._screen.pressed)
            return Chart(self._screen.words("wall.waits"), self._screen.words("wall.as_table"))

    async def refresh(self) -> None:
        """Draw what is so now."""
        began = self._screen.console.clock.now()
        board = await self._screen.console.service.wallboard(self._screen.user)
        more = await self._figures_of.now()
        self._draw(board, more)
        age = (began - more.worked_out).total_seconds()
        if age > 0 and not self._comes_again:  # what happened since is not in these figures
            self._comes_again = True
            ui.timer(max(0.5, FRESH_SECONDS - age), self._again, once=True)

    async def _again(self) -> None:
        self._comes_again = False
        await self.refresh()

    def _draw(self, board: Wallboard, more: BoardFigures) -> None:
        show = self._screen.showing
        self._figures.show(wallboard_view.figures(show, board, more))
        self._queues.show(wallboard_view.queues(show, board.waiting))
        self._due.show(
            wallboard_charts.due_chart(show, more.due, _BIG_LETTERS if self._big else _LETTERS),
            wallboard_charts.due_summary(show, more.due),
            wallboard_charts.due_table(show, more.due),
        )
        self._agents.show(wallboard_view.agents(show, board.agents, self._may_supervise))
        self._proposed.show(wallboard_problems_view.proposed(show, more.proposed, self._may_judge))
        self._problems.show(wallboard_problems_view.problems(show, board.problems, self._may_act))
        self._levels.show(wallboard_view.levels(show, more.levels))
        if self._waiting is not None:
            self._waiting.show(wallboard_view.waiting(show, board.waiting))
        if self._forecasts is not None:
            self._forecasts.show(wallboard_view.forecasts(show, board.forecasts))
        if self._promises is not None:
            self._promises.show(wallboard_view.promises(show, board, more))
        if self._sifting is not None:
            self._sifting.show(wallboard_problems_view.sifting(show, more.sift))
        if self._spread is not None:
            spreads = more.waits_lately if self._lately else more.waits_today
            self._choice.show(wallboard_charts.waits_choice(show, self._lately))
            self._spread.show(
                wallboard_charts.waits_chart(show, spreads, more.levels),
                wallboard_charts.waits_summary(show, spreads, more.levels),
                wallboard_charts.waits_table(show, spreads),
            )

    async def _waits_of(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._lately = item == "week"
        await self.refresh()

    async def _open(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self._screen.console.service.open_problem(
            user, form["title"], form.get("category", ""), form.get("product") or None, form.get("workaround", "")
        )
        await self.refresh()

    async def _confirm(self, user: User, item: str, form: dict[str, str]) -> None:
        need(user, Action.OPEN_PROBLEM)
        await self._proposals.confirm_problem(item, by=person(user), title=form.get("title", "").strip())
        await self.refresh()

    async def _dismiss(self, user: User, item: str, form: dict[str, str]) -> None:
        need(user, Action.OPEN_PROBLEM)
        await self._proposals.dismiss_problem(item, form.get("reason", ""), by=person(user))
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
