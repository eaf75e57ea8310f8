"""People who use the console, for admins."""

from __future__ import annotations

from nicegui import ui

from console.identity.people import People
from console.identity.users import Role, User
from console.pages import people_view as view
from console.pages.screen import Region, Screen


class PeoplePage:
    """The list, a form beside it for one person, and a new password while it is shown."""

    def __init__(self, screen: Screen, people: People) -> None:
        self._screen = screen
        self._people = people
        self._edited: str | None = None
        ui.add_head_html(view.STYLE)
        with screen.frame(screen.words("people.title"), "/people").classes("people"):
            self._head = Region().on_press(screen.pressed)
            self._news = Region().on_press(screen.pressed)
            self._form = Region().on_press(screen.pressed)
            self._list = Region("panel").on_press(screen.pressed)
            dialogs = Region().on_press(screen.pressed)
        dialogs.show(view.dialogs(screen.showing))
        screen.on(
            new_person=self._new,
            edit=self._edit,
            close_form=self._close,
            close_news=self._forget,
            add=self._add,
            change=self._change,
            new_password=self._new_password,
            lock=self._lock,
            unlock=self._unlock,
            end_sessions=self._end_sessions,
            remove=self._remove,
        )

    async def refresh(self) -> None:
        """Draw what is there now."""
        show, people = self._screen.showing, await self._people.all(self._screen.user)
        self._head.show(view.head(show))
        self._list.show(view.people(show, people, self._screen.user.id))
        edited = next((person for person in people if person.id == self._edited), None)
        if edited is None and self._edited != "":
            self._edited = None
        self._form.show(view.form(show, edited) if self._edited is not None else view.NOTHING)

    async def _new(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._edited = ""
        await self.refresh()

    async def _edit(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._edited = item
        await self.refresh()

    async def _close(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._edited = None
        await self.refresh()

    async def _forget(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._news.show(view.NOTHING)

    async def _add(self, user: User, _item: str, form: dict[str, str]) -> None:
        person = form["id"].strip()
        password = await self._people.add(user, person, form["name"], Role(form["role"]), form["agent"])
        self._edited = None
        self._news.show(view.password(self._screen.showing, person, password))
        await self.refresh()

    async def _change(self, user: User, item: str, form: dict[str, str]) -> None:
        await self._people.change(user, item, form["name"], Role(form["role"]), form["agent"])
        self._edited = None
        await self.refresh()

    async def _new_password(self, user: User, item: str, _form: dict[str, str]) -> None:
        password = await self._people.new_password(user, item)
        self._news.show(view.password(self._screen.showing, item, password))
        await self.refresh()

    async def _lock(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._people.lock(user, item)
        await self.refresh()

    async def _unlock(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._people.unlock(user, item)
        await self.refresh()

    async def _end_sessions(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._people.end_sessions(user, item)
        self._screen.say(self._screen.words("people.signed_out", name=item))

    async def _remove(self, user: User, item: str, _form: dict[str, str]) -> None:
        await self._people.remove(user, item)
        self._edited = None
        await self.refresh()
