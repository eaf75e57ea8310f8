"""Tokens of the API: everyone's for admins, one's own for others."""

from __future__ import annotations

from datetime import timedelta

from nicegui import ui

from config.errors import Refused
from console.identity.scopes import Scope
from console.identity.tokens import Tokens
from console.identity.users import Action, User, may
from console.pages import tokens_view as view
from console.pages.people_view import STYLE
from console.pages.screen import Region, Screen


class TokensPage:
    """The list, a form for a new one, and its secret while that is shown."""

    def __init__(self, screen: Screen, tokens: Tokens, people: tuple[User, ...]) -> None:
        self._screen = screen
        self._tokens = tokens
        self._people = people
        self._making = False
        ui.add_head_html(STYLE)
        with screen.frame(screen.words("tokens.title"), "/tokens").classes("tokens"):
            self._head = Region().on_press(screen.pressed)
            self._news = Region().on_press(screen.pressed)
            self._form = Region().on_press(screen.pressed)
            self._list = Region("panel").on_press(screen.pressed)
            dialogs = Region().on_press(screen.pressed)
        dialogs.show(view.revoke_dialog(screen.showing))
        screen.on(
            new_token=self._new,
            close_form=self._close,
            close_news=self._forget,
            make=self._make,
            revoke=self._revoke,
        )

    async def refresh(self) -> None:
        """Draw what is there now."""
        show, user = self._screen.showing, self._screen.user
        self._head.show(view.head(show, may(user, Action.MANAGE_PEOPLE)))
        self._list.show(view.tokens(show, await self._tokens.all(user)))
        self._form.show(view.form(show, user, self._people) if self._making else view.NOTHING)

    async def _new(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._making = True
        await self.refresh()

    async def _close(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._making = False
        await self.refresh()

    async def _forget(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._news.show(view.NOTHING)

    async def _make(self, user: User, _item: str, form: dict[str, str]) -> None:
        scopes = [scope for scope in Scope if f"scope {scope}" in form]
        days = form["days"]
        if not days.isdecimal():
            raise Refused("the number of days is not a number", remedy="write it in digits")
        lasts = timedelta(days=min(int(days), 10_000))
        token, secret = await self._tokens.make(user, form["name"], scopes, lasts, form.get("owner"))
        self._making = False
        self._news.show(view.secret(self._screen.showing, token, secret))
        await self.refresh()

    async def _revoke(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._tokens.revoke(user, item)
        await self.refresh()
