"""What was filled in, put into the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol, TypeVar

from config.edit_scalars import Value
from config.edit_yaml import edited, removed
from config.form_fields import Control, Kind
from config.source_map import Path, SourceMap

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def filled_in(text: str, control: Control, given: str) -> str:
    """The text with what was given in a control; several values are on lines of their own. Nothing given takes the key
    out where it may be missing. What makes no sense is written all the same: the check says so.

    Raises `CannotEdit`.
    """
    value = _value(control, given)
    if not control.required and value in ("", []):
        return removed(text, control.path)
    return edited(text, control.path, value)


class _Told(Protocol):
    @property
    def line(self) -> int: ...

    @property
    def what(self) -> str: ...


_Fault = TypeVar("_Fault", bound=_Told)


def faults_at(found: Mapping[Path, Control], sources: SourceMap, faults: Iterable[_Fault]) -> dict[Path, list[_Fault]]:
    """The faults by the control they are about. Of several on one line it is the one whose key or value is named; a
    fault that is about none of them is at the empty path if it stands on a line of one, and left out otherwise."""
    lines: dict[int, list[Control]] = {}
    for path, control in found.items():
        if sources.has(*path):
            lines.setdefault(sources.line(*path), []).append(control)
    placed: dict[Path, list[_Fault]] = {}
    for fault in faults:
        candidates = lines.get(fault.line, [])
        named = [one for one in candidates if f"`{one.name}`" in fault.what or f"`{one.value}`" in fault.what]
        if named or len(candidates) == 1:
            placed.setdefault((named or candidates)[0].path, []).append(fault)
        elif candidates:
            placed.setdefault((), []).append(fault)
    return placed


def _value(control: Control, given: str) -> Value:
    match control.kind:
        case Kind.SWITCH:
            return given == "true"
        case Kind.NUMBER | Kind.WHOLE:
            return _number(given.strip())
        case Kind.CHOICES | Kind.LINES:
            items = [line.strip() for line in given.splitlines() if line.strip()]
            return [_number(item) for item in items] if _holds_numbers(control) else items
        case _:
            return given.strip()


def _number(given: str) -> Value:
    if not _NUMBER.fullmatch(given):
        return given
    return float(given) if "." in given else int(given)


def _holds_numbers(control: Control) -> bool:
    items = [*(control.default or ()), *(control.value or ())]
    return bool(items) and all(isinstance(item, int | float) for item in items)
