"""Values as YAML writes them: one line each, plain where that reads back as the same value, else in quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Value: TypeAlias = "bool | int | float | str | date | Sequence[Value] | Mapping[str, Value] | None"

#: What `a: ` with this after it reads as.
_NULL = "null"


def inline(value: Value, *, flow: bool = True, quotes: str | None = None) -> str:
    """The value on one line. `flow`: inside of brackets, where commas and brackets of a text need quotes. `quotes` are
    kept for a text where they were used before."""
    match value:
        case None:
            return _NULL
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case str():
            return _text(value, flow, quotes)
        case date():
            return value.isoformat()
        case Mapping():
            return "{" + ", ".join(f"{inline(key)}: {inline(each)}" for key, each in value.items()) + "}"
        case _:
            return "[" + ", ".join(inline(each) for each in value) + "]"


def _text(value: str, flow: bool, quotes: str | None) -> str:
    if quotes == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if quotes is None and _reads_back(value, flow):
        return value
    return '"' + "".join(_escaped(character) for character in value) + '"'


def _reads_back(value: str, flow: bool) -> bool:
    """Whether the text needs no quotes. What begins with a digit or a sign has them for the reader's sake: times,
    telephone numbers."""
    if not value or not value.isprintable() or value != value.strip() or value[0] in "0123456789+-.=":
        return False
    written = f"[{value}]" if flow else f"- {value}"
    try:
        read = YAML(typ="safe", pure=True).load(written)
    except (YAMLError, ValueError):
        return False
    return bool(read == [value] and isinstance(read[0], str))


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return {"\n": "\\n", "\t": "\\t"}.get(character) or (f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
