"""The room of prompts: its page, what it plays, and the door through which recordings come in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from console.identity.signed_in import SignedIn
from console.identity.users import Action
from console.pages.prompts import PromptsPage
from console.pages.screen import Screen
from console.places import Place, Wing
from console.rooms import Page, Room
from console.workshop.prompt_studio import PromptService

_PLAIN = {"Cache-Control": "no-store"}


def build_prompts(service: PromptService) -> Room:
    """The room. Recordings are sent as they are, by the page's script; `file` is what theirs would be called."""
    router = APIRouter(include_in_schema=False)

    @router.get("/sounds/prompts/{language}/{name}", response_class=FileResponse)
    async def heard(language: str, name: str, user: SignedIn) -> FileResponse:
        """What callers hear."""
        path = await service.sound(user, f"{language}/{name}")
        return FileResponse(path, media_type="audio/ogg", headers=_PLAIN)

    @router.get("/sounds/drafts/{language}/{name}", response_class=FileResponse)
    async def draft(language: str, name: str, user: SignedIn) -> FileResponse:
        """What waits for a second look."""
        path = await service.draft(user, f"{language}/{name}")
        return FileResponse(path, media_type="audio/ogg", headers=_PLAIN)

    @router.post("/prompts/recordings/{language}/{name}", status_code=204)
    async def record(
        language: str, name: str, file: Annotated[str, Query(max_length=120)], request: Request, user: SignedIn
    ) -> Response:
        """A recording of the clip, from now on its draft."""
        await service.record(user, f"{language}/{name}", file, await request.body())
        return Response(status_code=204)

    async def draw(screen: Screen) -> None:
        await PromptsPage(screen, service).refresh()

    place = Place("/prompts", "prompts.title", Wing.SETUP, Action.MANAGE_PROMPTS)
    return Room((Page(place, draw),), (router,))
