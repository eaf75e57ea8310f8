"""Taking SIP's header text apart: quotes, angle brackets and parameters."""

from __future__ import annotations

Parameters = tuple[tuple[str, str | None], ...]


def split_outside(text: str, separator: str) -> list[str]:
    """Split at `separator` outside quotes and angle brackets; blanks are trimmed, empty parts dropped."""
    parts: list[str] = []
    start = depth = 0
    quoted = escaped = False
    for place, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped = char == "\\"
            quoted = char != '"'
        elif char == '"':
            quoted = True
        elif char == "<":
            depth += 1
        elif char == ">":
            depth = max(0, depth - 1)
        elif char == separator and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def parse_parameters(text: str) -> Parameters:
    """`;a=1;b` becomes `(("a", "1"), ("b", None))`. Names are lowered, values kept as they are."""
    found: list[tuple[str, str | None]] = []
    for part in split_outside(text, ";"):
        name, equals, value = part.partition("=")
        found.append((name.strip().lower(), value.strip() if equals else None))
    return tuple(found)


def format_parameters(parameters: Parameters) -> str:
    """The inverse of `parse_parameters`."""
    return "".join(f";{name}" if value is None else f";{name}={value}" for name, value in parameters)


def parameter(parameters: Parameters, name: str) -> str | None:
    """The value of the first parameter of that name; "" if it stands without a value, None if it is absent."""
    for key, value in parameters:
        if key == name:
            return value or ""
    return None
