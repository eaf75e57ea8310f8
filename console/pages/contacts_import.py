"""Bringing contacts in: choose a table, see what it would change, import."""

from __future__ import annotations

from nicegui import ui
from nicegui.events import UploadEventArguments

from config.errors import HotlineError
from console.book.contacts import ImportPreview
from console.book.service import BookService
from console.faults import sentence
from console.identity.users import User
from console.pages import import_view as view
from console.pages.book_page import BookPage
from console.pages.html import Html
from console.pages.screen import Screen
from console.web.uploads import FileKind, checked, text_of

#: A table of some 100 000 contacts.
MOST_BYTES = 8 * 1024 * 1024


class ImportPage(BookPage):
    """Nothing is written before *import* is pressed."""

    title = "contacts.import"
    here = "/contacts"

    def __init__(self, screen: Screen, service: BookService) -> None:
        super().__init__(screen, service)
        self._preview: ImportPreview | None = None
        guide = self.region("panel stack", "div")
        guide.show(view.guide(screen.showing))
        self.region("panel", "div").show(view.chooser(screen.showing))
        with self.content:  # out of sight: its own control has no label; book.js hands it what the chooser has
            self._upload = ui.upload(
                auto_upload=True,
                max_file_size=MOST_BYTES,
                on_upload=self._chosen,
                on_rejected=lambda: screen.say(screen.words("contacts.rejected"), fault=True),
            )
            self._upload.props('accept=".csv,.txt"').classes("uploader")
        self._found = self.region("panel stack")
        screen.on(template=self._template)
        screen.on(**{"import": self._import})

    async def refresh(self) -> None:
        """Nothing is found in a table before it is chosen."""
        self._found.show(Html())

    async def _chosen(self, event: UploadEventArguments) -> None:
        """A file came in. Its fault is told; nothing is kept of it but what it comes to."""
        self._upload.reset()
        try:
            content = await event.file.read()
            checked(event.file.name, content, (FileKind.CSV, FileKind.TEXT), MOST_BYTES)
            self._preview = await self.service.preview_import(await self.screen.whoever(), text_of(content))
        except HotlineError as error:
            self._preview = None
            self._found.show(Html())
            self.screen.say(sentence(error, self.screen.words.language), fault=True)
            return
        self._found.show(view.preview(self.screen.showing, self._preview))

    async def _template(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        ui.download.content("\ufeff" + view.TEMPLATE, "contacts.csv", "text/csv")

    async def _import(self, user: User, _item: str, _form: dict[str, str]) -> None:
        found, self._preview = self._preview, None  # a second press finds nothing to do
        if found is None:
            return
        show, total, done = self.screen.showing, len(found.rows), 0

        def advance(lines: int) -> None:
            nonlocal done
            done += lines
            self._found.show(view.progress(show, done, total))

        self._found.show(view.progress(show, 0, total))
        try:
            plan = await self.service.import_contacts(user, found.rows, advance)
        except HotlineError:
            self._found.show(view.preview(show, found))
            self._preview = found
            raise
        self._found.show(view.finished(show, len(plan.new), len(plan.changed)))
