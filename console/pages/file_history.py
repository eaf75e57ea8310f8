"""The panel with the published versions."""

from __future__ import annotations

from console.identity.users import Action, User, may
from console.pages.file_history_view import history
from console.pages.screen import Region, Screen
from console.workshop.file_service import FileService


class HistoryPanel:
    """Shows the history whenever it is asked to."""

    def __init__(self, screen: Screen, service: FileService) -> None:
        self._screen, self._service = screen, service
        self._opened, self._diff, self._all = 0, "", False
        self._region = Region().on_press(screen.pressed)
        screen.on(version=self._open, all_versions=self._show_all)

    async def show(self) -> None:
        """Read and draw."""
        user = self._screen.user
        versions = await self._service.history(user)
        may_publish = may(user, Action.PUBLISH_FILE)
        shown = history(self._screen.showing, versions, self._opened, self._diff, may_publish, self._all)
        self._region.show(shown)

    async def _open(self, user: User, item: str, _form: dict[str, str]) -> None:
        number = int(item)
        self._opened = 0 if number == self._opened else number
        self._diff = await self._service.diff(user, number - 1, number) if self._opened else ""
        await self.show()

    async def _show_all(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._all = True
        await self.show()
