"""What falls due in the next hours against what the floor can carry (lessons 12 and 21): the picture of the rule by
which windows are promised (`routing.windows`), with all agents taken for alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.ports import PromisedCalls
from config.hotline_file import HotlineFile
from routing.hours import Spell, callback_spells, open_spells

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DueHour:
    """One hour of the clock. `due` promised calls must be made before its end, and later than the end of the hour
    before; `capacity` is how many the agents of the file can make in it (in what is left of the first hour).

    `over`: more must be made by its end than there is room for, even if every call before it is made as early as its
    window allows.
    """

    start: datetime
    due: int
    capacity: float
    over: bool


def due_hours(
    file: HotlineFile, promised: Sequence[PromisedCalls], now: datetime, hours: int = 12
) -> tuple[DueHour, ...]:
    """The hour of `now` and those after it. What is late already counts in the first."""
    first = _hour_of(now, ZoneInfo(file.hotline.zone))
    starts = [first + _HOUR * n for n in range(hours)]
    free = _capacities(file, now, starts)
    jobs = Counter[tuple[int, int]]()  # the hours in which calls may be made, first and last, and how many
    for alike in promised:
        last = max(0, (alike.due - first - timedelta(microseconds=1)) // _HOUR)
        if last < hours:
            jobs[min(last, max(0, (alike.opens - first) // _HOUR)), last] += alike.count
    due = Counter[int]()
    for (_, last), count in jobs.items():
        due[last] += count
    return tuple(DueHour(start, due[n], free[n], _is_over(jobs, free, n)) for n, start in enumerate(starts))


def _is_over(jobs: Counter[tuple[int, int]], free: Sequence[float], end: int) -> bool:
    """Whether, in some stretch that ends with the hour, more must be done than can be: what alike agents need to keep
    every window (Horn 1974)."""
    room = wanted = 0.0
    for begin in range(end, -1, -1):
        room += free[begin]
        wanted += sum(count for (opens, last), count in jobs.items() if opens == begin and last <= end)
        if wanted > room + 1e-9 and _falls_due(jobs, begin, end):
            return True
    return False


def _falls_due(jobs: Counter[tuple[int, int]], begin: int, end: int) -> bool:
    """Whether anything that may not begin earlier is due in the very hour: else the lack is an earlier hour's."""
    return any(opens >= begin and last == end for opens, last in jobs)


def _capacities(file: HotlineFile, now: datetime, starts: Sequence[datetime]) -> list[float]:
    """Calls that the agents can make in each hour from now on."""
    end = starts[-1] + _HOUR
    rules = file.callbacks
    seconds = [0.0] * len(starts)
    alike = Counter((agent.shift, frozenset(agent.queues or file.queues)) for agent in file.agents.values())
    for (shift, queues), count in alike.items():
        hours = file.hours.get(shift) if shift is not None else None
        at_work = list(open_spells(hours, file.hotline, now, end))
        rung = _united(spell for queue in queues for spell in callback_spells(file, queue, now, end))
        for n, start in enumerate(starts):
            both = sum(_common(one, other, start) for one in at_work for other in rung)
            seconds[n] += count * both * rules.capacity_share
    return [each / rules.service_seconds for each in seconds]


def _common(one: Spell, other: Spell, start: datetime) -> float:
    """Seconds that both have of the hour."""
    begin, end = max(one.start, other.start, start), min(one.end, other.end, start + _HOUR)
    return max(0.0, (end - begin).total_seconds())


def _united(spells: Iterable[Spell]) -> list[Spell]:
    found: list[Spell] = []
    for spell in sorted(spells):
        if found and spell.start <= found[-1].end:
            found[-1] = Spell(found[-1].start, max(found[-1].end, spell.end))
        else:
            found.append(spell)
    return found


def _hour_of(now: datetime, zone: ZoneInfo) -> datetime:
    """When the hour of the clock on the wall began."""
    return now.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
