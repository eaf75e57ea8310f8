"""The hotline file: what is in force, and a place to try changes against the checks."""

from __future__ import annotations

from collections.abc import Sequence

from nicegui import ui

from console.pages.html import Html, button, el, together
from console.pages.screen import Region, Screen
from console.ports import FileFault
from console.users import User
from console.words import Words


class HotlineFilePage:
    """Draws the file in an editor beside its faults."""

    def __init__(self, screen: Screen, version: str, text: str) -> None:
        self._screen = screen
        words = screen.words
        with screen.frame(words("app.file"), "/hotline-file").classes("file"):
            head = Region("panel").on_press(screen.pressed)
            head.show(file_head(words, version))
            with ui.element("div").classes("columns"):
                self._editor = ui.codemirror(text, language="YAML", indent="  ").classes("editor panel")
                self._editor.props["aria-label"] = words("file.text")
                self._editor.theme = "githubDark" if screen.theme == "dark" else "githubLight"
                self._faults = Region("panel faults", "section").on_press(screen.pressed)
        self._faults.show(el("p", words("file.hint"), class_="muted"))
        screen.on(check=self._check, line=self._line)

    async def follow_system(self) -> None:
        """Once the page is open: the editor's colours as the system has them, unless the person chose."""
        if self._screen.theme == "auto":
            await ui.context.client.connected()
            dark = await ui.run_javascript("matchMedia('(prefers-color-scheme: dark)').matches")
            self._editor.theme = "githubDark" if dark else "githubLight"

    async def _check(self, user: User, _item: str, _form: dict[str, str]) -> None:
        faults = await self._screen.console.service.check_file(user, self._editor.value)
        self._faults.show(fault_list(self._screen.words, faults))
        last = self._editor.value.count("\n") + 1
        self._editor.decorations = [
            {"kind": "line", "line": min(max(1, fault.line), last), "class": "fault-line"} for fault in faults
        ]

    async def _line(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._editor.reveal_line(int(item))


def file_head(words: Words, version: str) -> Html:
    """Which version it is, and the check."""
    title = el("div", el("h1", words("file.title")), el("span", words("file.version", version=version), class_="muted"),
               class_="row baseline")  # fmt: skip
    return el("div", title, button(words("file.check"), "check", key="V", kind="main"), class_="row spread")


def fault_list(words: Words, faults: Sequence[FileFault]) -> Html:
    """Every fault with its line and its remedy."""
    if not faults:
        return el("p", words("file.good"), class_="good", role="status")
    rows = [
        el(
            "li",
            button(words("file.line", line=fault.line), "line", item=str(fault.line), kind="quiet"),
            el("p", el("strong", fault.what)),
            el("p", fault.remedy, class_="muted"),
            class_="card late",
        )
        for fault in faults
    ]
    return together(el("h2", words("file.bad", count=len(faults)), role="status"), el("ul", *rows, class_="cards"))
