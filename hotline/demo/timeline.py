"""What happens in the demo, as it happens: a line each, with the seconds since the start."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from config.clock import Clock


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline; `at` is seconds since the start."""

    at: float
    chapter: str
    who: str
    what: str


class Timeline:
    """Prints each moment at once and keeps all of them."""

    def __init__(self, clock: Clock, console: Console) -> None:
        self._clock = clock
        self._console = console
        self._start = clock.monotonic()
        self.chapter = ""
        self.moments: list[Moment] = []

    def begin(self, chapter: str, title: str) -> None:
        """A new part of the story."""
        self.chapter = chapter
        self._console.rule(f"[bold]{title}", align="left")

    def tell(self, who: str, what: str) -> None:
        """Something happened."""
        moment = Moment(self._clock.monotonic() - self._start, self.chapter, who, what)
        self.moments.append(moment)
        self._console.print(f"[dim]{moment.at:6.1f} s[/dim]  [cyan]{who:<12}[/cyan] ", end="")
        self._console.print(what, markup=False, highlight=False)
