"""What the schema refuses, in people's words, with its line."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from config.faults import Fault
from config.hotline_file import HotlineFile
from config.source_map import Path, SourceMap

_Words = tuple[str, str]  # what is wrong, and the remedy


def schema_fault(error: ErrorDetails, sources: SourceMap, schema: type[BaseModel] = HotlineFile) -> Fault:
    """One error of pydantic's as a fault of the file that should follow the schema."""
    path = _path_in_text(error["loc"], sources)
    words = _WORDS.get(error["type"], _otherwise)
    what, remedy = words(error)
    if error["type"] == "extra_forbidden":
        remedy = did_you_mean(str(error["loc"][-1]), _keys_at(error["loc"][:-1], schema), "remove it")
    return Fault(sources.file, sources.line(*path), what, remedy)


def did_you_mean(name: str, known: Iterable[str], otherwise: str) -> str:
    """The remedy for an unknown name: the known one that is spelled most like it."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{near[0]}`?" if near else otherwise


def _path_in_text(place: tuple[str | int, ...], sources: SourceMap) -> Path:
    path: Path = ()
    for part in place:
        if part == "[key]":
            continue
        # A key written as a number is a number to pydantic and text to the source map.
        path = (*path, part if sources.has(*path, part) else str(part))
    return path


def _keys_at(place: tuple[str | int, ...], schema: type[BaseModel]) -> tuple[str, ...]:
    """The keys that the schema allows at a place."""
    kind: Any = schema
    for part in place:
        kind = _bare(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(part)].annotation
        else:
            kind = get_args(kind)[-1 if get_origin(kind) is dict else 0]
    kind = _bare(kind)
    return tuple(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else ()


def _bare(kind: Any) -> Any:
    """The type without `Annotated` and without `None`."""
    if get_origin(kind) is Annotated:
        return _bare(get_args(kind)[0])
    if get_origin(kind) in (Union, types.UnionType):
        return _bare(next(one for one in get_args(kind) if one is not type(None)))
    return kind


def _key(error: ErrorDetails) -> str:
    """The key or item that the error is about, as its owner would call it."""
    way = [part for part in error["loc"] if part != "[key]"]
    if isinstance(way[-1], int) and len(way) > 1 and error["loc"][-1] != "[key]":
        return f"item {way[-1] + 1} of `{way[-2]}`"
    return f"`{way[-1]}`"


def _given(error: ErrorDetails) -> str:
    value = error["input"]
    return f"`{value}`" if isinstance(value, str | int | float) else "this"


def _say(what: str, remedy: str) -> Callable[[ErrorDetails], _Words]:
    """Words with `{key}`, `{given}` and the limits of the error's context filled in."""

    def words(error: ErrorDetails) -> _Words:
        gaps = {"key": _key(error), "given": _given(error), **error.get("ctx", {})}
        return what.format(**gaps), remedy.format(**gaps)

    return words


def _not_a_name(error: ErrorDetails) -> _Words:
    if "{2}" in str(error.get("ctx", {}).get("pattern", "")):
        return f"{_given(error)} is not a language", "write its two letters, for example en, zh or ko"
    return f"{_given(error)} is not a name", "use lower-case letters, digits and hyphens, beginning with a letter"


def _otherwise(error: ErrorDetails) -> _Words:
    return f"{_key(error)} cannot be used: {error['msg']}", "correct the value"


_NOT_A_NUMBER = _say("{key} must be a number, not {given}", "write digits, with a point for decimals")
_NOT_WHOLE = _say("{key} must be a whole number, not {given}", "write digits only")
_NOT_A_TIME = _say("{key}: {given} is not a time of day", "write it like 09:00")
_NOT_A_DATE = _say("{key}: {given} is not a date", "write it like 2026-12-25")
_NOT_A_LIST = _say("{key} must be a list", "write [a, b], or one `- item` a line")
_NOT_A_MAPPING = _say("{key} must have lines of `key: value` below it", "indent them under {key}")

_WORDS: dict[str, Callable[[ErrorDetails], _Words]] = {
    "missing": _say("{key} is missing", "add it"),
    "extra_forbidden": _say("{key} is not known here", "remove it"),
    "string_type": _say("{key} must be text, not {given}", "put it in quotes"),
    "string_pattern_mismatch": _not_a_name,
    "int_type": _NOT_WHOLE,
    "int_parsing": _NOT_WHOLE,
    "int_from_float": _NOT_WHOLE,
    "float_type": _NOT_A_NUMBER,
    "float_parsing": _NOT_A_NUMBER,
    "finite_number": _NOT_A_NUMBER,
    "bool_type": _say("{key} must be true or false", "write true or false"),
    "bool_parsing": _say("{key} must be true or false, not {given}", "write true or false"),
    "greater_than": _say("{key} is {given}", "it must be more than {gt}"),
    "greater_than_equal": _say("{key} is {given}", "it must be at least {ge}"),
    "less_than": _say("{key} is {given}", "it must be less than {lt}"),
    "less_than_equal": _say("{key} is {given}", "it must be at most {le}"),
    "enum": _say("{key}: {given} is not one of the choices", "use {expected}"),
    "literal_error": _say("{key}: {given} is not one of the choices", "use {expected}"),
    "too_short": _say("{key} has too few items", "give at least {min_length}"),
    "time_type": _NOT_A_TIME,
    "time_parsing": _NOT_A_TIME,
    "date_type": _NOT_A_DATE,
    "date_parsing": _NOT_A_DATE,
    "date_from_datetime_parsing": _NOT_A_DATE,
    "date_from_datetime_inexact": _NOT_A_DATE,
    "tuple_type": _NOT_A_LIST,
    "list_type": _NOT_A_LIST,
    "dict_type": _NOT_A_MAPPING,
    "model_type": _NOT_A_MAPPING,
}
