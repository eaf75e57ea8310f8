"""Commands that are imported when they are given: nobody who asks for one waits for the others."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

#: The command's name, its module, and what it is there: a function, or an application with commands of its own.
LATER = {
    "backup": ("hotline.commands.backup", "backup"),
    "restore": ("hotline.commands.backup", "restore"),
    "sizing": ("hotline.commands.sizing", "sizing"),
    "keys": ("hotline.commands.keys", "keys_app"),
    "models": ("hotline.commands.models", "models_app"),
    "versions": ("hotline.commands.versions", "versions_app"),
    "cases": ("hotline.commands.cases", "cases_app"),
    "contacts": ("hotline.commands.contacts", "contacts_app"),
    "privacy": ("hotline.commands.privacy", "privacy_app"),
    "promises": ("hotline.commands.promises", "promises_app"),
    "problems": ("hotline.commands.problems", "problems_app"),
    "evaluate": ("hotline.commands.evaluate", "evaluate_app"),
    "events": ("hotline.commands.events", "events_app"),
    "understand": ("hotline.commands.understand", "understand_app"),
}


class CommandsOnDemand(UserDict[str, Any]):
    """Commands by name; looking through all of them, as the help does, imports all."""

    def __getitem__(self, name: str) -> TyperCommand | TyperGroup:
        if self.data[name] is None:
            self.data[name] = _imported(name)
        found: TyperCommand | TyperGroup = self.data[name]
        return found


class OnDemandGroup(TyperGroup):
    """The commands that it is made with, and those of `LATER`."""

    def __init__(self, *, commands: Mapping[str, Any], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = CommandsOnDemand({**commands, **dict.fromkeys(LATER)})


def _imported(name: str) -> Any:
    module, attribute = LATER[name]
    made = getattr(import_module(module), attribute)
    if isinstance(made, typer.Typer):
        group = get_group(made)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(made)
    return get_command(alone)
