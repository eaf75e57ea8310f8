"""Practice: the list of exercises, and the real desk over one of them, with a telephone on the page."""

from __future__ import annotations

from dataclasses import replace

from nicegui import ui

from console.desk.case_service import CaseDeskService
from console.desk.service import DeskService
from console.identity.cookies import token_of
from console.identity.users import User
from console.live import Live
from console.pages import practice_view
from console.pages.desk import DeskPage
from console.pages.screen import Console, Region, Screen
from console.workshop.practice import PracticeService, Run


class PracticeList:
    """Draws what can be practised."""

    def __init__(self, screen: Screen, service: PracticeService) -> None:
        self._service = service
        words = screen.words
        ui.add_head_html(practice_view.assets())
        with screen.frame(words("practice.title"), "/practice").classes("practice-list"):
            region = Region().on_press(screen.pressed)
        language = screen.query.get("language", words.language)
        region.show(practice_view.exercises(screen.showing, service.scenarios(screen.user), language))
        screen.on(practise=self._begin)

    async def _begin(self, user: User, item: str, _form: dict[str, str]) -> None:
        scenario, _, language = item.partition(" ")
        await self._service.begin(user, scenario, language)
        ui.navigate.to("/practice")


class PracticeScreen(Screen):
    """A screen whose console has an exercise in place of the hotline: its desk, its events, its time. Above the page
    stands that nothing of it counts, and on it the trainee's telephone."""

    banner: Region
    phone: Region

    def frame(self, title: str, here: str) -> ui.element:
        """The page's content is the desk's."""
        ui.add_head_html(practice_view.assets())
        main = super().frame(f"{self.words('practice.title')} · {title}", "/practice").classes("practice")
        with main:
            self.banner = Region("practice-banner").on_press(self.pressed)
            self.phone = Region("panel softphone", "section", self.words("practice.phone")).on_press(self.pressed)
        return main


class PracticePage:
    """Draws the exercise around the `DeskPage`."""

    def __init__(self, screen: Screen, service: PracticeService, run: Run, live: Live) -> None:
        self._service = service
        desk = DeskService(run.desk, run.conversations)
        console: Console = replace(screen.console, service=desk, live=live, clock=run.clock)
        request = ui.context.client.request
        self._screen = PracticeScreen(console, request, token_of(request), screen.user)
        self._desk = DeskPage(self._screen, run.agent, desk, CaseDeskService(run.cases, desk))
        self._screen.on(
            phone_up=self._pick_up,
            phone_say=self._say,
            end_practice=self._end,
            other_exercise=self._other,
            same_exercise=self._same,
        )
        self._screen.refresh_by(self._refresh)

    async def show(self) -> None:
        """Draw what is so now."""
        await self._desk.refresh()
        await self._refresh()

    async def _refresh(self) -> None:
        run = self._service.run(self._screen.user)
        if run is None:
            ui.navigate.to("/practice")
            return
        view, show = run.view(), self._screen.showing
        self._screen.banner.show(practice_view.banner(show, view))
        self._screen.phone.show(practice_view.phone(show, view))

    async def _pick_up(self, user: User, _item: str, _form: dict[str, str]) -> None:
        self._service.need_run(user).pick_up()
        await self._refresh()

    async def _say(self, user: User, _item: str, form: dict[str, str]) -> None:
        self._service.need_run(user).say(form["said"])
        await self._refresh()

    async def _end(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.need_run(user).finish()
        await self._refresh()

    async def _other(self, user: User, _item: str, _form: dict[str, str]) -> None:
        await self._service.close(user)
        ui.navigate.to("/practice")

    async def _same(self, user: User, _item: str, _form: dict[str, str]) -> None:
        scenario = self._service.need_run(user).view().scenario
        await self._service.begin(user, scenario.id, scenario.language)
        ui.navigate.to("/practice")
