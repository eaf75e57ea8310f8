"""What is seen of a text in the editor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from config.hotline_yaml import parse
from config.source_map import Path, SourceMap
from console.ports import FileFault


@dataclass(frozen=True, slots=True)
class Look:
    """`data` is what the text says, None where it is not YAML; `faults` are those found so far."""

    text: str
    data: Mapping[str, Any] | None
    sources: SourceMap
    faults: tuple[FileFault, ...] = ()

    def path_at(self, line: int) -> Path:
        """The deepest key or item that begins on the line or on the nearest one above it."""
        above = [(number, len(path), path) for path, number in self.sources.lines.items() if number <= line]
        if not above:
            return ()
        nearest = max(number for number, _, _ in above)
        there = [path for number, _, path in above if number == nearest]
        # Of several on one line, the outermost: a record in brackets rather than its last value.
        return min(there, key=len)

    def step_at(self, line: int) -> str:
        """The step of the flow that the line belongs to; empty where it is none."""
        path = self.path_at(line)
        return str(path[2]) if path[:2] == ("flow", "steps") and len(path) > 2 else ""

    def step_lines(self) -> dict[str, int]:
        """Where each step stands."""
        lines = self.sources.lines
        return {str(path[2]): lines[path] for path in lines if path[:2] == ("flow", "steps") and len(path) == 3}


def still_there(before: Look | None, text: str) -> tuple[FileFault, ...]:
    """Of the faults found before, those on lines that say the same in a newer text: they stand until it is checked."""
    if before is None:
        return ()
    old, new = before.text.split("\n"), text.split("\n")

    def says_the_same(line: int) -> bool:
        return old[line - 1 : line] == new[line - 1 : line]

    return tuple(fault for fault in before.faults if says_the_same(fault.line))


def look_at(text: str) -> Look:
    """Read a text; a good part of a tenth of a second."""
    data, sources, _ = parse(text, "hotline.yaml")
    return Look(text, data, sources)
