"""The editor of the hotline file's text: marks in its margin, the cursor, and unsaved text that survives a reload."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import background_tasks, ui
from nicegui.events import GenericEventArguments

from config.clock import Clock
from console.pages.screen import Screen
from console.ports import FileFault

#: Seconds without a key pressed after which the text is looked at.
_PAUSE = 0.4
#: Seconds that a browser may take to load the editor.
_PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Draft:
    """Text that was not published when the page was left, and the version it was made from."""

    base: int
    text: str


class FileEditor:
    """CodeMirror. `on_pause` is called when the person stops typing, `on_cursor` with the line the cursor is in."""

    def __init__(
        self,
        screen: Screen,
        text: str,
        on_pause: Callable[[], Awaitable[None]],
        on_cursor: Callable[[int], None],
    ) -> None:
        self._screen = screen
        self._clock: Clock = screen.console.clock
        self._on_pause, self._on_cursor = on_pause, on_cursor
        self._waiting: object = None
        self._client = ui.context.client
        self._code = ui.codemirror(text, language="YAML", indent="  ", line_wrapping=True, on_change=self._changed)
        self._code.classes("editor panel")
        self._code.props["aria-label"] = screen.words("file.text")
        self._code.theme = "githubDark" if screen.theme == "dark" else "githubLight"
        ui.on("file_cursor", self._moved)

    @property
    def text(self) -> str:
        """What is in it."""
        return str(self._code.value)

    async def begin(self, base: int) -> Draft | None:
        """Once the page is open: the colours as the system has them unless the person chose, and the draft that this
        browser tab kept for them."""
        await ui.context.client.connected()
        if self._screen.theme == "auto":
            dark = await ui.run_javascript("matchMedia('(prefers-color-scheme: dark)').matches", timeout=_PATIENCE)
            self._code.theme = "githubDark" if dark else "githubLight"
        key = json.dumps(f"hotline-file-{self._screen.user.id}")
        label = json.dumps(self._screen.words("file.text"))
        start = f"return window.hotlineFile.start({self._code.id}, {key}, {base}, {label})"
        kept = await ui.run_javascript(start, timeout=_PATIENCE)
        return Draft(int(kept["base"]), str(kept["text"])) if isinstance(kept, dict) else None

    def write(self, text: str) -> None:
        """Put a text in; the person can take it back as they can what they typed."""
        self._code.value = text

    def rest_on(self, base: int, *, saved: bool) -> None:
        """The text is made from another version from now on; `saved`: nothing needs to be kept."""
        ui.run_javascript(f"window.hotlineFile.base({base}, {json.dumps(saved)})")

    def go(self, line: int, *, focus: bool = True) -> None:
        """Put the cursor at a line; without `focus` only show it."""
        ui.run_javascript(f"window.hotlineFile.go({line}, {json.dumps(focus)})")

    def mark(self, faults: Sequence[FileFault]) -> None:
        """Mark the lines with faults; what is wrong shows when the pointer rests on them."""
        last = self.text.count("\n") + 1
        told: dict[int, list[FileFault]] = {}
        for fault in faults:
            told.setdefault(min(max(1, fault.line), last), []).append(fault)
        marks = [
            {
                "kind": "line",
                "line": line,
                "class": "fault-line" if any(fault.is_error for fault in here) else "warning-line",
            }
            for line, here in told.items()
        ]
        if self._code.decorations != marks:
            self._code.decorations = marks
        said = {line: "\n".join(f"{fault.what}; {fault.remedy}" for fault in here) for line, here in told.items()}
        if self._code.line_tooltips != said:
            self._code.line_tooltips = said

    def _changed(self) -> None:
        waiting = self._waiting = object()

        async def pause() -> None:
            await self._clock.sleep(_PAUSE)
            if self._waiting is waiting and not self._client.is_deleted:
                with self._client:
                    await self._on_pause()

        background_tasks.create(pause(), name="the pause after typing")

    def _moved(self, event: GenericEventArguments) -> None:
        if isinstance(event.args, int):
            self._on_cursor(event.args)
