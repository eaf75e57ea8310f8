"""Privacy: what is kept for how long, who is not to be called, who looked, and which letters did not arrive."""

from __future__ import annotations

from callbacks.lists import Place
from console.book.service import BookService
from console.identity.users import User, may
from console.pages import privacy_view as view
from console.pages.book_page import BookPage
from console.pages.html import Html
from console.pages.screen import Screen


class PrivacyPage(BookPage):
    """One part at a time, named in the address."""

    title = "privacy.page"
    here = view.PATH

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        names = [name for name, action in view.TABS.items() if may(screen.user, action)]
        tab = screen.query.get("tab", "")
        self._tab = tab if tab in names else names[0]
        show = screen.showing
        self.region("panel stack", "div").show(view.tabs(show, self._tab, names))
        self._part = self.region("panel stack")
        dialogs = {"keeping": view.keeping_dialog, "refusals": view.refusal_dialogs}.get(self._tab)
        self.region("").show(dialogs(show) if dialogs else Html())
        screen.on(retain=self._retain, refuse_number=self._refuse, allow_calls=self._allow)

    async def refresh(self) -> None:
        """Draw the part that the address asks for."""
        show, user, query = self.screen.showing, self.screen.user, self.screen.query
        match self._tab:
            case "refusals":
                after = Place.read(query.get("after", ""))
                found = await self.service.list_contacts(user, query.get("q", ""), do_not_call=True, after=after)
                self._part.show(view.refusals(show, found, query))
            case "looks":
                looks = await self.service.looks(user, query.get("of") or None)
                self._part.show(view.looks(show, looks, self.service.people(), query))
            case "letters":
                self._part.show(view.letters(show, await self.service.letters(user)))
            case _:
                self._part.show(view.keeping(show, await self.service.keeping(user)))

    async def _retain(self, user: User, _item: str, _form: dict[str, str]) -> None:
        done = await self.service.retain(user)
        self.screen.say(view.removed(self.screen.showing, done))
        await self.refresh()

    async def _refuse(self, user: User, _item: str, form: dict[str, str]) -> None:
        await self.service.refuse_number(user, form.get("number", ""), form.get("reason", ""))
        await self._done()

    async def _allow(self, user: User, item: str, form: dict[str, str]) -> None:
        await self.service.allow_calls(user, item, form.get("reason", ""))
        await self._done()

    async def _done(self) -> None:
        self.screen.say(self.words("book.saved"))
        await self.refresh()
