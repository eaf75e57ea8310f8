"""The room in which hotline files are tried out: the page, and the door through which an edited text comes in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse

from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.pages.screen import Screen
from console.pages.try_it import TryItPage
from console.places import Place, Wing
from console.rooms import Page, Room
from console.workshop.trying import TryingService

PATH = "/try-it"


def build_trying(service: TryingService) -> Room:
    """The room. The editor of the hotline file posts its text to `/try-it/text` as a form's field `text`."""
    router = APIRouter(include_in_schema=False)

    @router.post(f"{PATH}/text")
    async def keep_text(text: Annotated[str, Form()], user: SignedIn) -> RedirectResponse:
        """Try this text instead of the version in force."""
        service.keep_text(user, text)
        await service.close(user)
        return RedirectResponse(PATH, 303)

    async def draw(screen: Screen) -> None:
        await TryItPage(screen, service).refresh()

    return Room((Page(Place(PATH, "try_it.title", Wing.SETUP, Action.SEE_FILE), draw),), (router,))
