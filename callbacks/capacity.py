"""Whether the floor can keep one more promised call in a window, beside everything that is promised (lesson 12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from routing.hours import Spell
from routing.windows import CapacityBook, Grid, Promised
from routing.work import Needs

HasRoom = Callable[[Spell], bool]


class Capacity(Protocol):
    """Finds room for one call."""

    def __call__(self, promised: Sequence[PromisedCalls], needs: Needs, now: datetime, end: datetime, /) -> HasRoom:
        """Says of windows between `now` and `end` whether a call with these needs can be kept in them, when `promised`
        is given away already."""


def room_for_all(_promised: Sequence[PromisedCalls], _needs: Needs, _now: datetime, _end: datetime) -> HasRoom:
    """The capacity of a hotline with people enough."""
    return lambda _window: True


@dataclass(frozen=True, slots=True)
class OfTheFile:
    """The agents of the file in their shifts, as for callbacks (see `routing.windows`)."""

    file: HotlineFile

    def __call__(self, promised: Sequence[PromisedCalls], needs: Needs, now: datetime, end: datetime) -> HasRoom:
        """See `Capacity`. Where nobody of the file has the skills, every window is as good."""
        service, grid = self.file.callbacks.service_seconds, Grid(self.file.callbacks.start_increment)
        book = CapacityBook(self.file, [needs, *(alike.needs for alike in promised)], now, end, grid)
        if not book.can_be_served(needs):
            return lambda _window: True
        for each in sorted(given_away(promised, service), key=lambda call: (call.due, call.opens)):
            book.enter(each)
        return lambda window: book.has_room(Promised(window.start, window.end, service, needs))


def given_away(promised: Sequence[PromisedCalls], service: float) -> list[Promised]:
    """What is promised, as `routing` counts it; `service` is the expected handling time of a call in seconds."""
    return [Promised(alike.opens, alike.due, alike.count * service, alike.needs) for alike in promised]
