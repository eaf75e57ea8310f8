"""The hotline file: its text beside what can be seen of it and done with it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from nicegui import ui

from config.events import Event
from config.faults import HotlineFileFaults
from config.flow_layout import flow_picture
from config.source_map import Path
from config.versions import HotlineFilePublished, Version, VersionConflict, unified
from console.concerns import Concern
from console.identity.users import Action, User, may
from console.pages.file_diff_view import changed, patch
from console.pages.file_editor import FileEditor
from console.pages.file_flow_view import flow_view
from console.pages.file_form import FormPanel
from console.pages.file_history import HistoryPanel
from console.pages.file_look import Look, look_at, still_there
from console.pages.file_rehearsal import RehearsalPanel
from console.pages.file_view import TABS, Standing, conflict, dialogs, fault_list, head, tabs
from console.pages.html import el, together
from console.pages.screen import Region, Screen
from console.workshop.file_service import FileService

#: Panels of what the text says; they need a text that can be read.
_OF_DATA = ("form", "flow")
_HEAD = '<link rel="stylesheet" href="/assets/hotline_file.css"><script src="/assets/hotline_file.js"></script>'


class HotlineFilePage:
    """One open page. The text that counts is the editor's; panels are drawn from the last look at it."""

    def __init__(self, screen: Screen, service: FileService, newest: Version) -> None:
        self._screen, self._service = screen, service
        self._newest, self._base = newest, newest.number
        self._look: Look | None = None
        self._checked = False
        self._conflict: VersionConflict | None = None
        self._tab, self._line, self._fault = "faults", 1, -1
        words = screen.words
        with screen.frame(words("app.file"), "/hotline-file").classes("file"):
            ui.add_head_html(_HEAD)
            self._head = Region("panel file-head").on_press(screen.pressed)
            with ui.element("div").classes("columns"):
                self._editor = FileEditor(screen, newest.text, self.look, self._moved)
                with ui.element("section").classes("panel side-panel"):
                    self._tabs = Region().on_press(screen.pressed)
                    with (
                        ui.element("div").props("id=panel role=tabpanel tabindex=0").classes("tab-panel") as self._panel
                    ):
                        self._overtaken = Region().on_press(screen.pressed)
                        self._unreadable = Region("unreadable")
                        self._panels = {name: ui.element("div").classes(f"tab-{name}") for name in TABS}
            Region().on_press(screen.pressed).show(dialogs(words))
        with self._panels["faults"]:
            self._faults = Region("faults", "section", words.named("file_tab", "faults")).on_press(screen.pressed)
        with self._panels["flow"]:
            self._flow = Region("flow-region").on_press(screen.pressed)
        with self._panels["changes"]:
            self._changes = Region().on_press(screen.pressed)
        with self._panels["form"]:
            self._form = FormPanel(screen, self._write, self._reveal)
        with self._panels["history"]:
            self._history = HistoryPanel(screen, service)
        with self._panels["rehearsal"]:
            self._rehearsal = RehearsalPanel(screen, service, lambda: (self._editor.text, self._newest))
        screen.on(
            tab=self._choose,
            line=self._go,
            next_fault=self._next_fault,
            discard=self._discard,
            publish=self._publish,
            roll_back=self._roll_back,
            rebase=self._rebase,
            take_theirs=self._take_theirs,
        )
        screen.refresh_by(self._see_newest, _publications)
        self._draw()

    async def begin(self) -> None:
        """Once the page is open: what was left unsaved is there again, and everything is looked at."""
        draft = await self._editor.begin(self._base)
        if draft is not None and draft.text != self._newest.text:
            self._base = draft.base
            self._editor.rest_on(draft.base, saved=False)
            self._editor.write(draft.text)
            self._screen.say(self._screen.words("file.draft_back"))
        await self.look()

    async def look(self) -> None:
        """Look at the text: at once what it says, then its faults."""
        text = self._editor.text
        look = await asyncio.to_thread(look_at, text)
        self._look = replace(look, faults=still_there(self._look, text))
        self._draw()
        faults = await self._service.check(self._screen.user, text)
        if text != self._editor.text:
            return  # typed on; the next look tells
        self._look, self._checked = replace(look, faults=faults), True
        self._editor.mark(faults)
        self._draw()

    def _draw(self) -> None:
        words, standing = self._screen.words, self._standing()
        self._head.show(head(words, standing))
        self._tabs.show(tabs(words, self._tab, standing))
        self._panel.props["aria-labelledby"] = f"tab-{self._tab}"
        unreadable = self._look is not None and self._look.data is None and self._tab in _OF_DATA
        told = el("p", words("file.unreadable"), class_="notice warn", role="status")
        self._unreadable.show(told if unreadable else together())
        for name, panel in self._panels.items():
            panel.set_visibility(name == self._tab and not (unreadable and name == "form"))
        overtaken = self._conflict
        self._overtaken.show(conflict(words, overtaken, self._newest.number) if overtaken else together())
        match self._tab:
            case "faults":
                self._faults.show(fault_list(words, standing.faults))
            case "form" if self._look is not None:
                self._form.show(self._look)
            case "flow":
                self._draw_flow()
            case "changes":
                self._changes.show(patch(words, self._difference(), jumps=True))
            case "rehearsal":
                self._rehearsal.show(standing.errors)

    def _draw_flow(self) -> None:
        look = self._look
        if look is not None and look.data is not None:
            picture = flow_picture(look.data.get("flow"))
            self._flow.show(flow_view(self._screen.words, picture, look.step_lines(), look.step_at(self._line)))

    def _standing(self) -> Standing:
        faults = self._look.faults if self._look is not None and self._checked else None
        lines = changed(self._difference())
        return Standing(self._base, self._newest.number, faults, lines, may(self._screen.user, Action.PUBLISH_FILE))

    def _difference(self) -> str:
        text = self._editor.text
        return "" if text == self._newest.text else unified(self._newest, text, "yours")

    def _moved(self, line: int) -> None:
        self._line = line
        if self._tab == "flow":
            self._draw_flow()
        elif self._tab == "form" and self._look is not None and (path := self._look.path_at(line)):
            self._form.follow(path)

    async def _write(self, text: str) -> None:
        """A form changed the text: show it at once, check it after."""
        self._editor.write(text)
        self._look = replace(look_at(text), faults=still_there(self._look, text))
        self._draw()

    def _reveal(self, path: Path) -> None:
        if self._look is not None and path:
            self._editor.go(self._look.sources.line(*path), focus=False)

    async def _choose(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._tab = item if item in TABS else self._tab
        if self._tab == "history":
            await self._history.show()
        self._draw()
        self._moved(self._line)

    async def _go(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._line = int(item)
        self._editor.go(self._line)
        self._moved(self._line)

    async def _next_fault(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        lines = sorted({fault.line for fault in self._look.faults}) if self._look is not None else []
        if lines:
            self._line = next((line for line in lines if line > self._line), lines[0])
            self._editor.go(self._line)
            self._tab = "faults"
            self._draw()

    async def _discard(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        await self._start_from(self._newest)

    async def _publish(self, user: User, _item: str, form: dict[str, str]) -> None:
        text = self._editor.text
        try:
            version = await self._service.publish(user, text, form.get("reason", ""), self._base)
        except VersionConflict as overtaken:
            await self._see_newest()
            self._conflict, self._tab = overtaken, "changes"
            self._draw()
            return
        except HotlineFileFaults:
            await self.look()
            raise
        self._screen.say(self._screen.words("file.published", version=version.number))
        await self._adopt(version, text)

    async def _roll_back(self, user: User, item: str, form: dict[str, str]) -> None:
        untouched = self._editor.text == self._newest.text
        version = await self._service.roll_back(user, int(item), form.get("reason", ""))
        self._screen.say(self._screen.words("file.published", version=version.number))
        if untouched:
            await self._start_from(version)
        else:
            await self._see_newest()

    async def _rebase(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        """The person takes over the other change by hand, in the text."""
        self._conflict, self._base = None, self._newest.number
        self._editor.rest_on(self._base, saved=False)
        self._draw()

    async def _take_theirs(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        await self._start_from(self._newest)

    async def _start_from(self, version: Version) -> None:
        self._editor.write(version.text)
        await self._adopt(version, version.text)

    async def _adopt(self, version: Version, text: str) -> None:
        self._newest, self._base, self._conflict = version, version.number, None
        self._editor.rest_on(version.number, saved=self._editor.text == text)
        if self._tab == "history":
            await self._history.show()
        await self.look()

    async def _see_newest(self) -> None:
        """Another version was published, here or elsewhere. Who changed nothing goes along with it."""
        newest = await self._service.newest(self._screen.user)
        if newest.number == self._newest.number:
            return
        if self._editor.text == self._newest.text:
            await self._start_from(newest)
            return
        self._newest = newest
        if self._tab == "history":
            await self._history.show()
        self._draw()


def _publications(event: Event) -> Concern:
    return Concern.NOW if isinstance(event, HotlineFilePublished) else Concern.NONE
