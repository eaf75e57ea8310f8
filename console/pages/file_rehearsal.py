"""The panel that lets recorded calls run through the live version and the text in the editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nicegui import background_tasks, ui

from config.errors import HotlineError
from config.faults import HotlineFileFaults
from config.versions import Version
from console.faults import sentence
from console.identity.users import User
from console.pages.file_rehearsal_view import DAYS, asking, failed, nothing, result, running
from console.pages.html import Html
from console.pages.screen import Region, Screen
from console.ports import FileLabels
from console.workshop.file_service import FileService


class RehearsalPanel:
    """`what` gives the text and the live version when a rehearsal starts."""

    def __init__(self, screen: Screen, service: FileService, what: Callable[[], tuple[str, Version]]) -> None:
        self._screen, self._service, self._what = screen, service, what
        self._task: asyncio.Task[None] | None = None
        self._client = ui.context.client
        with ui.element("div").classes("stack"):
            self._asking = Region().on_press(screen.pressed)
            self._result = Region().on_press(screen.pressed)
        screen.on(rehearse=self._start, stop_rehearsal=self._stop)
        self._client.on_delete(self._end)

    def show(self, errors: int) -> None:
        """Draw the question; a result stays."""
        self._asking.show(asking(self._screen.words, self._service.rehearses, errors))

    async def _start(self, user: User, _item: str, form: dict[str, str]) -> None:
        self._end()
        days = int(form.get("days", DAYS[1]))
        text, live = self._what()
        self._result.show(running(self._screen.words, 0.0))
        self._task = background_tasks.create(
            self._run(user, days, form.get("calls", ""), text, live), name="a rehearsal"
        )

    async def _run(self, user: User, days: int, calls: str, text: str, live: Version) -> None:
        words = self._screen.words
        labels = FileLabels(
            words("file.version", version=live.number), words("file.edited"), words("file.picture"), words("file.hours")
        )
        try:
            traffic = await self._service.own_calls(user, days) if days else calls
            if traffic.count("\n") < 2 and days:
                self._show(failed((words("file.no_own_calls"),)))
                return
            done = await self._service.rehearse(user, text, traffic, labels, self._tell)
        except HotlineFileFaults as unusable:
            self._show(failed(tuple(map(str, unusable.faults))))
        except HotlineError as error:
            self._show(failed((sentence(error, words.language),)))
        else:
            self._show(result(words, done))

    async def _stop(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        self._end()
        self._result.show(nothing())

    def _tell(self, share: float) -> None:
        self._show(running(self._screen.words, share))

    def _show(self, content: Html) -> None:
        with self._client:
            self._result.show(content)

    def _end(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
