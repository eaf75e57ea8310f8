"""When we can call back: a window is offered only if every promise made before can still be kept.

The agents of the file are there in their shifts, or always; `callbacks.capacity_share` of their time may be promised
away (lesson 21). Promised calls are scheduled by earliest due date, each with the agents who have the skills and within
the hours of its queue, outside quiet hours (`routing.schedule`).
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from config.hotline_file import HotlineFile
from routing.hours import Spell, callback_spells, open_spells
from routing.match import ability, relaxed
from routing.schedule import Cell, Schedule
from routing.work import Needs

HORIZON = timedelta(days=14)
_HIGHEST_LEVEL = 5
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Promised(NamedTuple):
    """A call that is already promised. `service` is its expected handling time in seconds."""

    opens: datetime
    due: datetime
    service: float
    needs: Needs


class Window(NamedTuple):
    """When a promised call falls due: not before `opens`, not after `due`."""

    opens: datetime
    due: datetime


def feasible_window(
    file: HotlineFile,
    promised: Sequence[Promised],
    needs: Needs,
    now: datetime,
    wanted_opens: datetime | None = None,
    window: timedelta | None = None,
    zones: Sequence[ZoneInfo] = (),
) -> Window:
    """The first window from `wanted_opens` on that we can keep without breaking a promise made before.

    A window begins on a whole `callbacks.start_increment` (UTC) and lies wholly within the queue's hours and outside
    quiet hours; where no stretch of those is as long as `window`, the stretch itself is the window. Promises that are
    late already, or cannot all be kept, take the time they need as soon as they can have it, and forbid nothing.

    There is always an answer: when nothing is feasible within two weeks, or nobody has the skills, the last, or the
    first, window within the hours; when the queue never opens, the wanted one. `wanted_opens` is by default
    `callbacks.earliest_after` from now, `window` is `callbacks.window`. `zones` are those in which the contact may be
    (none known: the hotline's): it is night nowhere while they are rung.
    """
    length = window if window is not None else timedelta(seconds=file.callbacks.window)
    wanted = max(now, wanted_opens or now + timedelta(seconds=file.callbacks.earliest_after))
    end = max(wanted, max((p.due for p in promised), default=now)) + HORIZON
    grid = Grid(file.callbacks.start_increment)
    candidates = candidate_windows(list(callback_spells(file, needs.queue, now, end, zones)), wanted, length, grid)
    if not candidates:
        return Window(wanted, wanted + length)
    book = CapacityBook(file, [needs, *(p.needs for p in promised)], now, end, grid)
    if not book.can_be_served(needs):
        return candidates[0]
    for each in sorted(promised, key=lambda p: (p.due, p.opens)):
        book.enter(each)
    for candidate in candidates:
        if book.has_room(Promised(*candidate, file.callbacks.service_seconds, needs)):
            return candidate
    return candidates[-1]


class Grid(NamedTuple):
    """Time in slots of so many seconds, counted from an epoch: windows begin on one, so that what fits slots fits."""

    seconds: int

    def first_slot(self, moment: datetime) -> int:
        """The first slot that begins no earlier."""
        return -((_EPOCH - moment) // timedelta(seconds=self.seconds))

    def last_slot(self, moment: datetime) -> int:
        """The slot after the last one that ends no later."""
        return (moment - _EPOCH) // timedelta(seconds=self.seconds)

    def moment(self, slot: int) -> datetime:
        """When the slot begins."""
        return _EPOCH + timedelta(seconds=slot * self.seconds)


def candidate_windows(spells: Sequence[Spell], wanted: datetime, length: timedelta, grid: Grid) -> list[Window]:
    """The windows to try, some half a length apart; the end of a stretch too short for a whole one is left out."""
    found = []
    slot = timedelta(seconds=grid.seconds)
    step = slot * max(1, length / 2 // slot)
    for spell in spells:
        opens = max(spell.start, grid.moment(grid.first_slot(wanted)))
        if spell.end - spell.start < length:
            if opens < spell.end:
                found.append(Window(opens, spell.end))
            continue
        while opens + length <= spell.end:
            found.append(Window(opens, opens + length))
            opens += step
    return found


class CapacityBook:
    """The promised calls of one moment, scheduled."""

    def __init__(self, file: HotlineFile, needs: Sequence[Needs], now: datetime, end: datetime, grid: Grid) -> None:
        self._file = file
        self._grid = grid
        self._now = now
        self._end = end
        self._able = {each: ability(file.agents, relaxed(each, _HIGHEST_LEVEL)).agents for each in dict.fromkeys(needs)}
        self._members: list[tuple[int, str | None]] = []  # by kind: how many agents, and their shift
        self._kinds = self._kinds_of_agents()
        self._working: dict[str | None, list[Spell]] = {}
        self._open: dict[str, list[int]] = {}
        self._schedule = Schedule(self._capacity)

    def can_be_served(self, needs: Needs) -> bool:
        """Whether anybody of the file has the skills."""
        return bool(self._kinds[needs])

    def enter(self, promised: Promised) -> None:
        """Schedule a call that is promised already, in time if that is still possible."""
        length = math.ceil(promised.service)
        in_time = self._cells(promised.needs, promised.opens, promised.due)
        self._schedule.enter(length, list(in_time), self._cells(promised.needs, promised.opens, self._end))

    def has_room(self, promised: Promised) -> bool:
        """Whether one more call can be kept beside the others; if so it is entered."""
        cells = list(self._cells(promised.needs, promised.opens, promised.due))
        return self._schedule.place(math.ceil(promised.service), cells)

    def reserve(self, service: float, windows: Sequence[Window], needs: Needs) -> int | None:
        """Room for one more call in any of the windows, beside the others; None when there is none. What is reserved
        can be released."""
        cells = dict.fromkeys(cell for window in windows for cell in self._cells(needs, *window))
        return self._schedule.reserve(math.ceil(service), list(cells))

    def release(self, reserved: int) -> None:
        """Give the room back."""
        self._schedule.release(reserved)

    def _kinds_of_agents(self) -> dict[Needs, list[int]]:
        """Agents who can serve the same needs and share a shift are one kind; for each needs its kinds, those first
        that can serve the fewest others."""
        alike: dict[tuple[frozenset[Needs], str | None], int] = {}
        for name, agent in self._file.agents.items():
            serves = frozenset(needs for needs, able in self._able.items() if name in able)
            if serves:
                alike[serves, agent.shift] = alike.get((serves, agent.shift), 0) + 1
        ordered = sorted(alike.items(), key=lambda item: len(item[0][0]))
        self._members = [(count, shift) for (_, shift), count in ordered]
        served = [serves for (serves, _), _ in ordered]
        return {needs: [kind for kind, serves in enumerate(served) if needs in serves] for needs in self._able}

    def _cells(self, needs: Needs, opens: datetime, due: datetime) -> Iterator[Cell]:
        """Where a call with these needs may be made, earliest first."""
        slots = self._open.get(needs.queue)
        if slots is None:
            spells = callback_spells(self._file, needs.queue, self._now, self._end)
            slots = [
                slot
                for spell in spells
                for slot in range(self._grid.first_slot(spell.start), self._grid.last_slot(spell.end))
            ]
            self._open[needs.queue] = slots
        first = bisect.bisect_left(slots, self._grid.first_slot(max(opens, self._now)))
        last = bisect.bisect_left(slots, self._grid.last_slot(due))
        return (Cell(slot, kind) for slot in slots[first:last] for kind in self._kinds[needs])

    def _capacity(self, cell: Cell) -> int:
        """The seconds that the agents of this kind have for promised calls in the slot."""
        count, shift = self._members[cell.kind]
        start, end = self._grid.moment(cell.slot), self._grid.moment(cell.slot + 1)
        there = sum(
            (min(spell.end, end) - max(spell.start, start)).total_seconds()
            for spell in self._spells_around(shift, start)
            if spell.start < end and spell.end > start
        )
        return math.floor(count * self._file.callbacks.capacity_share * there)

    def _spells_around(self, shift: str | None, moment: datetime) -> Sequence[Spell]:
        """The spells of a shift near a moment; no shift, or an unknown one, is always."""
        if shift not in self._working:
            hours = self._file.hours.get(shift) if shift is not None else None
            place = self._file.hotline
            self._working[shift] = list(
                open_spells(hours, place, self._now, self._end + timedelta(seconds=self._grid.seconds))
            )
        spells = self._working[shift]
        at = bisect.bisect_right(spells, moment, key=lambda spell: spell.start)
        return spells[max(0, at - 1) : at + 2]
