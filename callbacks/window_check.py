"""Whether a window that an agent is about to promise can be kept, and which ones near it can (lesson 12). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from callbacks.capacity import given_away
from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from routing.hours import Spell, callback_spells, open_spells, queue_hours
from routing.windows import CapacityBook, Grid, Window, candidate_windows
from routing.work import Needs

#: Windows are looked for so far beyond the one that was asked for.
LOOK_AHEAD = timedelta(days=3)
_MOST_OFFERED = 3
#: Who promises to call at once types this minute, which has begun.
_GRACE = timedelta(minutes=1)


class WhyNot(StrEnum):
    """Why a window is not promised."""

    PAST = "past"  # it is over, or has begun
    BACKWARDS = "backwards"  # it ends before it begins
    TOO_SHORT = "too-short"  # there is no time in it to call
    CLOSED = "closed"  # the queue is not served all of that time
    NIGHT = "night"  # the contact is not rung at that hour
    FULL = "full"  # the agents' time is promised away already


@dataclass(frozen=True, slots=True)
class WindowCheck:
    """`why_not` is None for a window that can be kept. `nearest` are windows of its length that can be kept, nearest
    first: none where there are none near, or the window asked for is as good."""

    why_not: WhyNot | None
    nearest: tuple[Window, ...] = ()


def without(promised: Sequence[PromisedCalls], window: Window, needs: Needs) -> tuple[PromisedCalls, ...]:
    """What is promised beside the one call that would move out of this window."""
    moves = next((one for one in promised if (one.opens, one.due, one.needs) == (*window, needs)), None)
    if moves is None:
        return tuple(promised)
    others = tuple(one for one in promised if one is not moves)
    left = moves.count - 1
    return (*others, PromisedCalls(moves.opens, moves.due, moves.needs, left)) if left else others


def check_window(
    file: HotlineFile,
    promised: Sequence[PromisedCalls],
    needs: Needs,
    now: datetime,
    wanted: Window,
    zones: Sequence[ZoneInfo] = (),
) -> WindowCheck:
    """Look at one window beside everything that is promised. `zones` are those in which the contact may be.

    Where nobody of the file has the skills, capacity decides nothing, as when a caller is offered a window.
    """
    fits = _Fits(file, promised, needs, now, max(now, wanted.due) + LOOK_AHEAD)
    why_not = _fault(file, needs, now, wanted, zones) or fits.fault(wanted)
    if why_not is None:
        return WindowCheck(None)
    rules, length = file.callbacks, wanted.due - wanted.opens
    if length < timedelta(seconds=2 * rules.start_increment):
        length = timedelta(seconds=rules.window)
    soonest = now + timedelta(seconds=rules.earliest_after)
    spells = callback_spells(file, needs.queue, now, max(now, wanted.due) + LOOK_AHEAD, zones)
    return WindowCheck(why_not, _nearest(fits, spells, wanted.opens, soonest, length, Grid(rules.start_increment)))


class _Fits:
    """Room beside what is promised; looking takes none away."""

    def __init__(
        self, file: HotlineFile, promised: Sequence[PromisedCalls], needs: Needs, now: datetime, end: datetime
    ) -> None:
        self._needs, self._service = needs, file.callbacks.service_seconds
        end = max([end, *(one.due for one in promised)])
        grid = Grid(file.callbacks.start_increment)
        book = CapacityBook(file, [needs, *(one.needs for one in promised)], now, end, grid)
        self._book = book if book.can_be_served(needs) else None
        if self._book is not None:
            for each in sorted(given_away(promised, self._service), key=lambda call: (call.due, call.opens)):
                self._book.enter(each)

    def fault(self, window: Window) -> WhyNot | None:
        """`FULL`, or None."""
        if self._book is None:
            return None
        reserved = self._book.reserve(self._service, [window], self._needs)
        if reserved is None:
            return WhyNot.FULL
        self._book.release(reserved)
        return None


def _fault(file: HotlineFile, needs: Needs, now: datetime, wanted: Window, zones: Sequence[ZoneInfo]) -> WhyNot | None:
    """What is wrong with a window whatever else is promised."""
    grid = Grid(file.callbacks.start_increment)
    if wanted.due <= wanted.opens:
        return WhyNot.BACKWARDS
    if wanted.opens < now - _GRACE:
        return WhyNot.PAST
    if grid.last_slot(wanted.due) <= grid.first_slot(wanted.opens):
        return WhyNot.TOO_SHORT
    if not _covered(open_spells(queue_hours(file, needs.queue), file.hotline, wanted.opens, wanted.due), wanted):
        return WhyNot.CLOSED
    if not _covered(callback_spells(file, needs.queue, wanted.opens, wanted.due, zones), wanted):
        return WhyNot.NIGHT
    return None


def _covered(spells: Iterable[Spell], wanted: Window) -> bool:
    """Whether the window lies within one of these stretches, which are cut to it."""
    return tuple(spells) == (Spell(*wanted),)


def _nearest(
    fits: _Fits, spells: Iterable[Spell], wanted: datetime, soonest: datetime, length: timedelta, grid: Grid
) -> tuple[Window, ...]:
    """The windows that fit and begin nearest to `wanted`, none of which overlaps with another."""
    found: list[Window] = []
    candidates = candidate_windows(list(spells), soonest, length, grid)
    for window in sorted(candidates, key=lambda one: abs(one.opens - wanted)):
        apart = all(window.due <= one.opens or window.opens >= one.due for one in found)
        if apart and fits.fault(window) is None:
            found.append(window)
            if len(found) == _MOST_OFFERED:
                break
    return tuple(found)
