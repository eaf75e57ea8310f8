"""The hotline file as forms: what can be filled in, made from the schema alone.

A part of the file is a *sheet*: one record (`callbacks`), or a mapping of records by name (`agents`). A sheet's record
becomes controls, each for one value of the text and known by its path, and groups of them.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from config.edit_scalars import Value
from config.hotline_file import HotlineFile, Section
from config.source_map import Path

Names: TypeAlias = Mapping[str, tuple[str, ...]]


class Kind(StrEnum):
    """How a value is given."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    SWITCH = "switch"
    TIME = "time"
    CHOICE = "choice"
    CHOICES = "choices"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Control:
    """One value. `value` is what the text says (None: nothing), `default` what counts then. `least` and `most` bound
    numbers, and are themselves allowed."""

    path: Path
    kind: Kind
    value: Any
    default: Any = None
    required: bool = False
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    @property
    def name(self) -> str:
        """The key, or the position in a list."""
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Group:
    """Controls that belong together. `by_key`: of a mapping, its members are called by its keys. Of a list, `adds` is
    what one more item begins with; its members are items, which can be removed."""

    path: Path
    members: tuple[Control | Group, ...]
    by_key: bool = False
    adds: Value = None
    is_item: bool = False

    @property
    def name(self) -> str:
        """The key, or the position in a list."""
        return str(self.path[-1])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of the file that is filled in at once. `is_many`: a mapping of records by name."""

    path: Path
    record: type[Section] | None
    is_many: bool

    @property
    def name(self) -> str:
        """The part's key; `general` for what stands by itself at the top."""
        return str(self.path[-1]) if self.path else "general"


#: Whose names a field takes: a top-level part, or `steps` and `kinds` of the flow.
_REFERS = {
    **dict.fromkeys(("language", "languages", "titles", "examples"), "languages"),
    **dict.fromkeys(("queue", "queues"), "queues"),
    **dict.fromkeys(("hours", "shift"), "hours"),
    **dict.fromkeys(("skills", "preferred_skills", "repeat_skills"), "skills"),
    **dict.fromkeys(("agent", "responsible"), "agents"),
    **dict.fromkeys(("start", "next", "otherwise"), "steps"),
    "groups": "groups",
    "kind": "kinds",
    "default_tier": "tiers",
}


@cache
def sheets() -> tuple[Sheet, ...]:
    """Every part of the file, in the order of the schema; single values at the top come first, together."""
    found = [Sheet((), None, False)]
    for name, info in HotlineFile.model_fields.items():
        kind = _bare(info.annotation)
        if _is_section(kind):
            found.append(Sheet((name,), kind, False))
            for inner, below in kind.model_fields.items():
                if _is_records(below.annotation):
                    found.append(Sheet((name, inner), get_args(_bare(below.annotation))[1], True))
        elif _is_records(kind):
            found.append(Sheet((name,), get_args(kind)[1], True))
    return tuple(found)


def names_in(data: Mapping[str, Any], kinds: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The names that a text declares, by part; `kinds` are the kinds of step there are."""
    found = {"kinds": kinds, "steps": ()}
    for part, below in data.items():
        if isinstance(below, Mapping | list):
            found[str(part)] = tuple(map(str, below))
    flow = data.get("flow")
    if isinstance(flow, Mapping) and isinstance(flow.get("steps"), Mapping):
        found["steps"] = tuple(map(str, flow["steps"]))
    return found


def entries(sheet: Sheet, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the records of a sheet that has many."""
    below = _get(data, sheet.path)
    return tuple(map(str, below)) if sheet.is_many and isinstance(below, Mapping) else ()


def controls(sheet: Sheet, entry: str | None, data: Mapping[str, Any], names: Names) -> tuple[Control | Group, ...]:
    """What can be filled in: of the sheet's record, or of the one called `entry`."""
    if sheet.record is None:
        infos = HotlineFile.model_fields
        return tuple(
            _member((name,), info, data.get(name), names, top=True)
            for name, info in infos.items()
            if not _is_section(info.annotation) and not _is_records(info.annotation)
        )
    path: Path = (*sheet.path, entry) if sheet.is_many and entry is not None else sheet.path
    below = _get(data, path)
    return tuple(_record(sheet.record, path, below, names))


def flat(members: tuple[Control | Group, ...]) -> Iterator[Control]:
    """The controls, those in groups among them."""
    for member in members:
        if isinstance(member, Control):
            yield member
        else:
            yield from flat(member.members)


def beginning(record: type[Section], name: str, names: Names) -> dict[str, Value]:
    """What a new record called `name` begins with: whatever must be there."""
    made: dict[str, Value] = {}
    for field, info in record.model_fields.items():
        if info.is_required():
            made[field] = _first(_member((field,), info, None, names), name)
    return made


def _record(record: type[Section], path: Path, below: Any, names: Names) -> Iterator[Control | Group]:
    values = below if isinstance(below, Mapping) else {}
    for name, info in record.model_fields.items():
        if not _is_records(info.annotation):
            yield _member((*path, name), info, values.get(name), names)


def _member(path: Path, info: FieldInfo, value: Any, names: Names, *, top: bool = False) -> Control | Group:
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    declared = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    refers = "" if top and path[-1] != "default_tier" else _REFERS.get(str(path[-1]), "")
    return _of_type(path, declared, value, default, info.is_required(), names, refers)


def _of_type(
    path: Path, declared: Any, value: Any, default: Any, required: bool, names: Names, refers: str = ""
) -> Control | Group:
    kind = _bare(declared)
    known = names.get(refers, ())
    if _is_section(kind):
        return Group(path, tuple(_record(kind, path, value, names)))
    if get_origin(kind) is dict:
        return _mapping(path, get_args(kind), value, default, names, refers)
    if get_origin(kind) is tuple:
        return _list(path, get_args(kind)[0], value, default, required, names, refers)
    choices = known or _choices(kind)
    if choices:
        return Control(path, Kind.CHOICE, value, default, required, choices)
    least, most = _bounds(declared)
    return Control(path, _scalar(kind), value, _plain(default), required, (), least, most)


def _mapping(path: Path, types_: tuple[Any, Any], value: Any, default: Any, names: Names, refers: str) -> Group:
    """A control for each key that there may be: those of an enumeration, else the names that the file declares."""
    values = value if isinstance(value, Mapping) else {}
    listed = _choices(_bare(types_[0]))
    keys = dict.fromkeys((*(listed or names.get(refers, ())), *map(str, values)))
    inner = refers if listed else ""
    defaults = {str(key): each for key, each in default.items()} if isinstance(default, Mapping) and not value else {}
    members = (
        _of_type((*path, key), types_[1], values.get(key), defaults.get(key), False, names, inner) for key in keys
    )
    return Group(path, tuple(members), by_key=True)


def _list(
    path: Path, item: Any, value: Any, default: Any, required: bool, names: Names, refers: str
) -> Control | Group:
    kind = _bare(item)
    values = value if isinstance(value, list) else []
    if _is_section(kind):
        members = tuple(
            Group((*path, index), tuple(_record(kind, (*path, index), each, names)), is_item=True)
            for index, each in enumerate(values)
        )
        return Group(path, members, adds=beginning(kind, "", names))
    choices = tuple(dict.fromkeys((*(names.get(refers, ()) or _choices(kind)), *map(str, values))))
    known = bool(names.get(refers) or _choices(kind))
    given = [_plain(each) for each in default or ()]
    return Control(path, Kind.CHOICES if known else Kind.LINES, value, given, required, choices if known else ())


def _first(member: Control | Group, name: str) -> Value:
    if isinstance(member, Group):
        return {inner.name: _first(inner, name) for inner in member.members}
    match member.kind:
        case Kind.CHOICE:
            return member.choices[0]
        case Kind.CHOICES:
            return [member.choices[0]]
        case Kind.LINES:
            return [name]
        case Kind.TIME:
            return "09:00" if member.name == "opens" else "18:00"
        case Kind.NUMBER | Kind.WHOLE:
            return member.least or 0
        case _:
            return name


def _get(data: Any, path: Path) -> Any:
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _scalar(kind: Any) -> Kind:
    kinds = {bool: Kind.SWITCH, int: Kind.WHOLE, float: Kind.NUMBER, Decimal: Kind.NUMBER, time: Kind.TIME}
    return kinds.get(kind, Kind.TEXT)


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return float(value)  # to be shown
    return value.isoformat() if isinstance(value, date) else value


def _choices(kind: Any) -> tuple[str, ...]:
    if get_origin(kind) is Literal:
        return tuple(map(str, get_args(kind)))
    return tuple(str(each.value) for each in kind) if isinstance(kind, type) and issubclass(kind, Enum) else ()


def _bounds(declared: Any) -> tuple[float | None, float | None]:
    least = most = None
    for mark in _marks(declared):
        least = next(
            (each for each in (getattr(mark, "ge", None), getattr(mark, "gt", None)) if each is not None), least
        )
        most = next((each for each in (getattr(mark, "le", None), getattr(mark, "lt", None)) if each is not None), most)
    return least, most


def _marks(declared: Any) -> Iterator[Any]:
    """What annotations say beside the type, also below an alternative."""
    if get_origin(declared) is Annotated:
        inner, *marks = get_args(declared)
        for mark in marks:
            yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
        yield from _marks(inner)
    elif get_origin(declared) in (Union, types.UnionType):
        for one in get_args(declared):
            yield from _marks(one)


def _bare(declared: Any) -> Any:
    """The type without annotations and without None."""
    if get_origin(declared) is Annotated:
        return _bare(get_args(declared)[0])
    if get_origin(declared) in (Union, types.UnionType):
        return _bare(next(one for one in get_args(declared) if one is not type(None)))
    return declared


def _is_section(declared: Any) -> bool:
    kind = _bare(declared)
    return isinstance(kind, type) and issubclass(kind, Section)


def _is_records(declared: Any) -> bool:
    kind = _bare(declared)
    return get_origin(kind) is dict and _is_section(get_args(kind)[1])
