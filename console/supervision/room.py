"""What supervisors look at: the wallboard, and the list of calls with their recordings."""

from __future__ import annotations

from console.book.call_log import CallLog
from console.identity.users import Action
from console.pages.calls import CallsPage
from console.pages.calls_view import Asked
from console.pages.screen import Screen
from console.pages.wallboard import WallboardPage
from console.places import Place, Wing
from console.rooms import Page, Room
from console.supervision.figures import FloorFigures, Proposals


def supervision_room(figures: FloorFigures, proposals: Proposals, log: CallLog) -> Room:
    """The two pages."""

    async def wallboard(screen: Screen) -> None:
        await WallboardPage(screen, figures, proposals, big="big" in screen.query).refresh()

    async def calls(screen: Screen) -> None:
        await CallsPage(screen, log, Asked.of(screen.query)).find()

    return Room(
        pages=(
            Page(Place("/wallboard", "app.wallboard", Wing.WORK, Action.SEE_WALLBOARD), wallboard),
            Page(Place("/calls", "calls.title", Wing.WORK, Action.SEE_CALLS), calls),
        )
    )
