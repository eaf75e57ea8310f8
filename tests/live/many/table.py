"""The table of what was lost and what was not."""

from __future__ import annotations


class Table:
    """Rows in the order in which they were written: what is told, and what is to be said of it."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str]] = []

    def row(self, what: str, said: object) -> None:
        """One more."""
        self._rows.append((what, str(said)))

    def __str__(self) -> str:
        wide = max((len(what) for what, _ in self._rows), default=0)
        return "\n".join(f"  {what:{wide}}  {said}" for what, said in self._rows)
