"""Taking SIP's header text apart: quotes, angle brackets and parameters.

Strangers choose these texts: every step here takes time in proportion to the text's length and no more.
"""

from __future__ import annotations

import re

Parameters = tuple[tuple[str, str | None], ...]

#: What can hide a separator: a quoted string (to the end of the text, if it is never closed), an angle bracket.
_SPECIAL = {separator: re.compile(rf'"(?:[^"\\]++|\\.)*+"?+|[<>{separator}]', re.DOTALL) for separator in (",", ";")}


def split_outside(text: str, separator: str) -> list[str]:
    """Split at `separator`, a comma or a semicolon, outside quotes and angle brackets; blanks are trimmed, empty
    parts dropped."""
    if '"' not in text and "<" not in text:
        return [part for part in map(str.strip, text.split(separator)) if part]
    parts: list[str] = []
    start = depth = 0
    for special in _SPECIAL[separator].finditer(text):
        char = special.group()
        if char == separator:
            if not depth:
                parts.append(text[start : special.start()].strip())
                start = special.end()
        elif char == "<":
            depth += 1
        elif char == ">":
            depth = max(0, depth - 1)
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def parse_parameters(text: str) -> Parameters:
    """`;a=1;b` becomes `(("a", "1"), ("b", None))`. Names are lowered, values kept as they are."""
    found: list[tuple[str, str | None]] = []
    for part in split_outside(text, ";"):
        name, equals, value = part.partition("=")
        found.append((name.rstrip().lower(), value.lstrip() if equals else None))
    return tuple(found)


def format_parameters(parameters: Parameters) -> str:
    """The inverse of `parse_parameters`."""
    return "".join([f";{name}" if value is None else f";{name}={value}" for name, value in parameters])


def parameter(parameters: Parameters, name: str) -> str | None:
    """The value of the first parameter of that name; "" if it stands without a value, None if it is absent."""
    for key, value in parameters:
        if key == name:
            return value or ""
    return None
