"""Windows for many calls at once, at a pace the floor can carry: who comes first in the order is called first, and
nobody after their deadline while there is a way round it.

First every call is given room somewhere before its deadline, as far as there is room for all of them. Then, in the
order, each one's room is narrowed to the first window in which it can be kept while all the others keep theirs
(`routing.schedule` moves them). So a call is served after one of lower rank only where the other's deadline asks for
it, and only a call for which no room before its deadline is left goes beyond it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.hotline_file import HotlineFile
from routing.hours import callback_spells
from routing.windows import HORIZON, CapacityBook, Grid, Promised, Window, candidate_windows
from routing.work import Needs


class Wanted(NamedTuple):
    """A call that has to be given a window. `zones` are those in which its contact may be (none: the hotline's)."""

    needs: Needs
    deadline: datetime
    zones: tuple[ZoneInfo, ...] = ()


def paced_windows(
    file: HotlineFile, promised: Sequence[Promised], wanted: Sequence[Wanted], now: datetime
) -> list[Window]:
    """A window of `callbacks.window` for each of the calls, which are given in the order they deserve. The first window
    begins now where people may be rung now; all others begin on a whole `callbacks.start_increment`.

    No promise made before is broken. There is always a window for everybody: what cannot be kept within two weeks after
    the last promise and deadline, or by nobody of the file, gets the last, or the first, within the hours.
    """
    end = max([now, *(p.due for p in promised), *(w.deadline for w in wanted)]) + HORIZON
    grid = Grid(file.callbacks.start_increment)
    book = CapacityBook(file, [*(w.needs for w in wanted), *(p.needs for p in promised)], now, end, grid)
    for each in sorted(promised, key=lambda p: (p.due, p.opens)):
        book.enter(each)
    lines: dict[Wanted, _Line] = {}
    for like in wanted:
        if like not in lines:
            lines[like] = _Line(file, book, like, _windows(file, like, now, end, grid))
    reserved = [lines[each].reserve() for each in wanted]
    return [lines[each].narrow(room) for each, room in zip(wanted, reserved, strict=True)]


def _windows(file: HotlineFile, wanted: Wanted, now: datetime, end: datetime, grid: Grid) -> list[Window]:
    length = timedelta(seconds=file.callbacks.window)
    spells = list(callback_spells(file, wanted.needs.queue, now, end, wanted.zones))
    later = candidate_windows(spells, now, length, grid)
    at_once = Window(now, now + length)
    open_now = any(spell.start <= now and at_once.due <= spell.end for spell in spells)
    if open_now and later[:1] != [at_once]:
        return [at_once, *later]
    return later or [at_once]


class _Line:
    """Calls that are alike. A window that has no room for one of them has none for those after it either."""

    def __init__(self, file: HotlineFile, book: CapacityBook, like: Wanted, windows: list[Window]) -> None:
        self._service = file.callbacks.service_seconds
        self._book = book
        self._needs = like.needs
        self._windows = windows
        self._in_time = [window for window in windows if window.due <= like.deadline]
        self._can_be_served = book.can_be_served(like.needs)
        self._is_full = False
        self._first = 0

    def reserve(self) -> int | None:
        """Room before the deadline."""
        if self._is_full or not self._can_be_served:
            return None
        room = self._book.reserve(self._service, self._in_time, self._needs)
        self._is_full = room is None
        return room

    def narrow(self, room: int | None) -> Window:
        """The first window that has room; the reserved one is given back for it."""
        if not self._can_be_served:
            return self._windows[0]
        if room is not None:
            self._book.release(room)
        for n in range(self._first, len(self._windows)):
            window = self._windows[n]
            if self._book.has_room(Promised(*window, self._service, self._needs)):
                self._first = n
                return window
        return self._windows[-1]
