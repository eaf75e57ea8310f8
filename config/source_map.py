"""Where in a YAML text each key and list item stands."""

from __future__ import annotations

from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SourceMap:
    """Lines (from 1) of the text by path: `("queues", "general", "hours")`, list items by their index."""

    file: str
    lines: dict[Path, int]

    def has(self, *path: str | int) -> bool:
        """Whether the text has this key or item."""
        return path in self.lines

    def line(self, *path: str | int) -> int:
        """The line of the key or item, or of the nearest thing around it that the text has."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def keys(self, *path: str | int) -> frozenset[str]:
        """The keys directly below a path, well-formed or not."""
        depth = len(path)
        return frozenset(str(p[-1]) for p in self.lines if len(p) == depth + 1 and p[:depth] == path)
