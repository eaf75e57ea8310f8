"""One's own page: where one is signed in, and the way to another password."""

from __future__ import annotations

from nicegui import ui

from console.identity.users import User
from console.pages.account_view import account
from console.pages.people_view import STYLE
from console.pages.screen import Region, Screen


class AccountPage:
    """Redrawn after each act."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        ui.add_head_html(STYLE)
        with screen.frame(screen.words("account.title"), "/account").classes("account"):
            self._content = Region().on_press(screen.pressed)
        screen.on(end_session=self._end, end_others=self._end_others)

    async def refresh(self) -> None:
        """Draw what is there now."""
        screen = self._screen
        sessions = await screen.console.sign_in.sessions(screen.user)
        current = next((session.digest for session in sessions if screen.is_of(session)), "")
        self._content.show(account(screen.showing, screen.user, sessions, current))

    async def _end(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._screen.console.sign_in.end_session(user, item)
        await self.refresh()

    async def _end_others(self, user: User, _item: str, _form: dict[str, str]) -> None:
        sign_in = self._screen.console.sign_in
        for session in await sign_in.sessions(user):
            if not self._screen.is_of(session):
                await sign_in.end_session(user, session.digest)
        await self.refresh()
