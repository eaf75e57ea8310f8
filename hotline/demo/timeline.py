"""What happens in the demo, as it happens: a line each, with the seconds since the start and whose chapter it is."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console

from config.clock import Clock


class Timeline:
    """Prints each moment at once. `chapters` says which chapter a person belongs to."""

    def __init__(self, clock: Clock, console: Console, chapters: Mapping[str, str]) -> None:
        self._clock = clock
        self._console = console
        self._chapters = chapters
        self._start = clock.monotonic()

    def begin(self, title: str) -> None:
        """A new part of the story."""
        self._console.rule(f"[bold]{title}", align="left")

    def tell(self, who: str, what: str) -> None:
        """Something happened."""
        seconds = self._clock.monotonic() - self._start
        chapter = self._chapters.get(who, "")
        self._console.print(f"[dim]{seconds:6.1f} s[/dim] {chapter:1} [cyan]{who:<11}[/cyan] ", end="")
        self._console.print(what, markup=False, highlight=False)
