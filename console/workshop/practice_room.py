"""The room of practice: its page, and the voices of its callers."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from config.errors import NotFound
from console.desk.service import need
from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.live import Live
from console.pages.practice import PracticeList, PracticePage
from console.pages.screen import Screen
from console.places import Place, Wing
from console.rooms import Page, Room
from console.workshop.practice import PracticeService, Run


def build_practice(service: PracticeService, voices: Path) -> Room:
    """The room. `voices` is the folder of recorded callers, one folder a language."""
    router = APIRouter(include_in_schema=False)
    lives: dict[str, tuple[Run, Live]] = {}

    @router.get("/sounds/callers/{language}/{name}", response_class=FileResponse)
    async def voice(language: str, name: str, user: SignedIn) -> FileResponse:
        """What a caller of practice says."""
        need(user, Action.MANAGE_SELF)
        path = voices / Path(language).name / Path(name).name
        if path.suffix != ".opus" or not path.is_file():
            raise NotFound("there is no such recording")
        return FileResponse(path, media_type="audio/ogg")

    async def draw(screen: Screen) -> None:
        run = service.run(screen.user)
        if run is None:
            PracticeList(screen, service)
            return
        await PracticePage(screen, service, run, _live_of(lives, screen, run)).show()

    return Room((Page(Place("/practice", "practice.title", Wing.WORK, None), draw),), (router,))


def _live_of(lives: dict[str, tuple[Run, Live]], screen: Screen, run: Run) -> Live:
    """One listener for all pages of a run; a trainee's earlier run has told its last."""
    known = lives.get(screen.user.id)
    if known is None or known[0] is not run:
        known = lives[screen.user.id] = run, Live(run.events, screen.console.clock)
    return known[1]
