"""The room of the hotline file."""

from __future__ import annotations

from console.identity.users import Action
from console.pages.hotline_file import HotlineFilePage
from console.pages.screen import Screen
from console.places import Place, Wing
from console.rooms import Page, Room
from console.workshop.file_service import FileService


def file_room(service: FileService) -> Room:
    """The page where the hotline file is read, changed, tried and published."""

    async def draw(screen: Screen) -> None:
        newest = await service.newest(screen.user)
        await HotlineFilePage(screen, service, newest).begin()

    return Room(pages=(Page(Place("/hotline-file", "app.file", Wing.SETUP, Action.SEE_FILE), draw),))
