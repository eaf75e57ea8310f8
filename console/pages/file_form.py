"""The forms of the hotline file: each change becomes an edit of the text."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from config.edit_yaml import edited, removed
from config.errors import Refused
from config.form_edits import faults_at, filled_in
from config.form_fields import Control, Group, Sheet, beginning, controls, entries, flat, names_in, sheets
from config.source_map import Path
from console.identity.users import User
from console.pages.file_form_view import control_view, entry_choice, legend, other_faults, path_of, sheet_choice
from console.pages.file_look import Look
from console.pages.html import together
from console.pages.screen import Region, Screen
from ivr.flow.catalogue import STEPS

#: What the schema takes as a name.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}|[0-9+]{1,20}")
_CHANGED = """(event) => { const asked = window.hotlineFile.changed(event.target); if (asked) emit(asked); }"""


class FormPanel:
    """Shows one part of the file; `write` puts a changed text into the editor, `reveal` shows a place of it."""

    def __init__(self, screen: Screen, write: Callable[[str], Awaitable[None]], reveal: Callable[[Path], None]) -> None:
        self._screen, self._write, self._reveal = screen, write, reveal
        self._sheet = next(sheet for sheet in sheets() if sheet.name == "agents")
        self._entry: str | None = None
        self._look: Look | None = None
        self._drawn: tuple[tuple[Path, str], ...] | None = None
        self._regions: dict[Path, Region] = {}
        self._shown: dict[Path, Control] = {}
        with ui.element("div").classes("file-form stack") as whole:
            self._choice = Region().on_press(screen.pressed)
            self._entries = Region().on_press(screen.pressed)
            self._others = Region()
            self._body = ui.element("div").classes("sheet")
        whole.on("change", screen.pressed, js_handler=_CHANGED)
        screen.on(
            fill=self._fill,
            sheet=self._choose,
            entry=self._choose_entry,
            add_entry=self._add_entry,
            remove_entry=self._remove_entry,
            add_item=self._add_item,
            remove_item=self._remove_item,
        )

    def show(self, look: Look) -> None:
        """Draw the form for a text; one that cannot be read keeps the last form."""
        if look.data is None:
            return
        self._look = look
        words, sheet = self._screen.words, self._sheet
        there = entries(sheet, look.data)
        if self._entry not in there:
            self._entry = there[0] if there else None
        self._choice.show(sheet_choice(words, sheet))
        self._entries.show(entry_choice(words, sheet, there, self._entry) if sheet.is_many else together())
        members: tuple[Control | Group, ...] = ()
        if not sheet.is_many or self._entry is not None:
            members = controls(sheet, self._entry, look.data, self._names(look.data))
        self._shown = {control.path: control for control in flat(members)}
        shape = tuple((path, control.kind.value) for path, control in self._shown.items())
        shape += tuple((member.path, "") for member in members)
        if shape != self._drawn:
            self._drawn = shape
            self._build(members)
        found = faults_at(self._shown, look.sources, look.faults)
        self._others.show(other_faults(words, found.get((), ())))
        for control, parent in _with_parents(members):
            self._regions[control.path].show(control_view(words, control, parent, found.get(control.path, ())))

    def follow(self, path: Path) -> None:
        """Show the part and the record that the cursor is in."""
        if self._look is None or self._look.data is None:
            return
        sheet = _sheet_of(path)
        entry = str(path[len(sheet.path)]) if sheet.is_many and len(path) > len(sheet.path) else None
        if sheet != self._sheet or (entry is not None and entry != self._entry):
            self._sheet, self._entry = sheet, entry or self._entry
            self.show(self._look)

    def _build(self, members: tuple[Control | Group, ...]) -> None:
        self._body.clear()
        self._regions = {}
        with self._body:
            self._place(members, None)

    def _place(self, members: tuple[Control | Group, ...], parent: Group | None) -> None:
        for member in members:
            if isinstance(member, Control):
                self._regions[member.path] = Region(f"place-{member.kind.value}")
                continue
            kind = "levels" if member.by_key and all(isinstance(one, Control) for one in member.members) else "group"
            with ui.element("fieldset").classes(f"{kind} {'item' if member.is_item else ''}".strip()):
                Region("row spread", "legend").on_press(self._screen.pressed).show(
                    legend(self._screen.words, member, parent)
                )
                with ui.element("div").classes("members"):
                    self._place(member.members, member)

    def _names(self, data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        return names_in(data, tuple(STEPS))

    async def _fill(self, _user: User, item: str, form: dict[str, str]) -> None:
        control = self._shown.get(path_of(item))
        if control is not None and self._look is not None:
            await self._write(filled_in(self._look.text, control, form.get("value", "")))

    async def _choose(self, _user: User, _item: str, form: dict[str, str]) -> None:
        self._sheet = next((sheet for sheet in sheets() if sheet.name == form.get("value")), self._sheet)
        self._entry = None
        if self._look is not None:
            self.show(self._look)
        self._reveal(self._path())

    async def _choose_entry(self, _user: User, item: str, _form: dict[str, str]) -> None:
        self._entry = item
        if self._look is not None:
            self.show(self._look)
        self._reveal(self._path())

    async def _add_entry(self, _user: User, _item: str, form: dict[str, str]) -> None:
        name = form.get("name", "").strip()
        sheet, look = self._sheet, self._look
        if look is None or look.data is None or sheet.record is None:
            return
        if not _NAME.fullmatch(name):
            remedy = self._screen.words("file.name_rule")
            raise Refused(self._screen.words("file.bad_name", name=name), remedy=remedy)
        if name in entries(sheet, look.data):
            raise Refused(self._screen.words("file.name_taken", name=name))
        first = beginning(sheet.record, name, self._names(look.data))
        self._entry = name
        await self._write(edited(look.text, (*sheet.path, name), first))
        self._reveal((*sheet.path, name))

    async def _remove_entry(self, _user: User, _item: str, _form: dict[str, str]) -> None:
        if self._look is not None and self._sheet.is_many and self._entry is not None:
            await self._write(removed(self._look.text, (*self._sheet.path, self._entry)))

    async def _add_item(self, _user: User, item: str, _form: dict[str, str]) -> None:
        group = self._group(path_of(item))
        if group is not None and self._look is not None:
            now = [*self._raw(group.path), group.adds]
            await self._write(edited(self._look.text, group.path, now))

    async def _remove_item(self, _user: User, item: str, _form: dict[str, str]) -> None:
        if self._look is not None:
            await self._write(removed(self._look.text, path_of(item)))

    def _group(self, path: Path) -> Group | None:
        if self._look is None or self._look.data is None:
            return None
        ahead = list(controls(self._sheet, self._entry, self._look.data, self._names(self._look.data)))
        while ahead:
            member = ahead.pop()
            if isinstance(member, Group):
                if member.path == path:
                    return member
                ahead += member.members
        return None

    def _raw(self, path: Path) -> list[Any]:
        below: Any = self._look.data if self._look is not None else None
        for part in path:
            below = below.get(part) if isinstance(below, Mapping) else None
        return list(below) if isinstance(below, list) else []

    def _path(self) -> Path:
        return (*self._sheet.path, self._entry) if self._entry is not None else self._sheet.path


def _with_parents(
    members: tuple[Control | Group, ...], parent: Group | None = None
) -> list[tuple[Control, Group | None]]:
    found: list[tuple[Control, Group | None]] = []
    for member in members:
        if isinstance(member, Control):
            found.append((member, parent))
        else:
            found += _with_parents(member.members, member)
    return found


def _sheet_of(path: Path) -> Sheet:
    """The sheet with the longest path that leads there."""
    fitting = [sheet for sheet in sheets() if path[: len(sheet.path)] == sheet.path]
    return max(fitting, key=lambda sheet: len(sheet.path))
