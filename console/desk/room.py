"""The agent's desk as a room of the console."""

from __future__ import annotations

from console.desk.case_service import CaseDeskService
from console.pages.desk import DeskPage
from console.pages.screen import Screen
from console.places import Place, Wing
from console.rooms import Page, Room
from ivr.casedesk import CaseDesk


def desk_room(cases: CaseDesk) -> Room:
    """The page of those who serve callers."""

    async def draw(screen: Screen) -> None:
        if screen.user.agent is not None:
            service = screen.console.service
            await DeskPage(screen, screen.user.agent, service, CaseDeskService(cases, service)).refresh()

    return Room(pages=(Page(Place("/desk", "app.desk", Wing.WORK, None), draw),))
