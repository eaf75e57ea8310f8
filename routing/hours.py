"""When a queue is served and when contacts may be rung: zones, public holidays, exceptions, nights. Pure."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

from config.hotline_file import Callbacks, Hotline, HotlineFile, Hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ONE_DAY = timedelta(days=1)
_LEAST_DAY = timedelta(hours=1)
_A_YEAR = timedelta(days=366)
_WHOLE_DAY = ((time.min, time.min),)


class Spell(NamedTuple):
    """A stretch of time, aware UTC; the end is not part of it."""

    start: datetime
    end: datetime


def queue_hours(file: HotlineFile, queue: str) -> Hours | None:
    """The hours of a queue; None when it is always served, or the file does not know it."""
    declared = file.queues.get(queue)
    return file.hours.get(declared.hours) if declared is not None and declared.hours is not None else None


def is_open(hours: Hours | None, place: Hotline, at: datetime) -> bool:
    """Whether work is served at `at`. `place` gives the zone and the country of hours that name none."""
    return any(spell.start <= at for spell in open_spells(hours, place, at, at + timedelta(microseconds=1)))


def next_opening(hours: Hours | None, place: Hotline, at: datetime) -> datetime | None:
    """`at` itself when open, else the next moment of opening; None when there is none within a year."""
    return next((spell.start for spell in open_spells(hours, place, at, at + _A_YEAR)), None)


def open_spells(hours: Hours | None, place: Hotline, start: datetime, end: datetime) -> Iterator[Spell]:
    """The stretches between `start` and `end` in which the queue is served, in order, apart from each other."""
    if hours is None:
        yield Spell(start, end)
        return
    yield from _within(_joined(_daily(hours, place, start, end)), start, end)


def callback_spells(
    file: HotlineFile, queue: str, start: datetime, end: datetime, zones: Sequence[ZoneInfo] = ()
) -> Iterator[Spell]:
    """The stretches in which the queue is served and a contact may be rung: outside quiet hours in every one of the
    `zones` where they may be (none known: the hotline's)."""
    site = ZoneInfo(file.hotline.zone)
    for spell in open_spells(queue_hours(file, queue), file.hotline, start, end):
        yield from waking_spells(file.callbacks, zones, site, spell.start, spell.end)


def waking_spells(
    rules: Callbacks, zones: Sequence[ZoneInfo], site: ZoneInfo, start: datetime, end: datetime
) -> Iterator[Spell]:
    """The stretches outside quiet hours in all of the zones: what is left when each has taken its night out. Where that
    leaves less than an hour a day (a number of no place in particular), and without zones, the site's clock counts."""
    begins, ends = rules.quiet_from, rules.quiet_until
    if begins == ends:  # no quiet hours
        yield Spell(start, end)
        return
    spells = [Spell(start, end)]
    for zone in _agreeing(rules, zones, start) or (site,):
        spells = [cut for one in spells for cut in _within(_joined(_waking(begins, ends, zone, one)), *one)]
    yield from spells


def is_quiet(file: HotlineFile, at: datetime) -> bool:
    """Whether contacts in the hotline's zone may not be rung at `at`."""
    site = ZoneInfo(file.hotline.zone)
    return next(waking_spells(file.callbacks, (), site, at, at + timedelta(microseconds=1)), None) is None


def _agreeing(rules: Callbacks, zones: Sequence[ZoneInfo], at: datetime) -> Sequence[ZoneInfo]:
    """One zone for each clock that the zones show; none where they lie too far apart for a common day."""
    clocks = {at.astimezone(zone).utcoffset() or timedelta(0): zone for zone in zones}
    if not clocks:
        return ()
    night = (_clock_time(rules.quiet_until) - _clock_time(rules.quiet_from)) % _ONE_DAY
    apart = max(clocks) - min(clocks)
    return tuple(clocks.values()) if apart <= _ONE_DAY - night - _LEAST_DAY else ()


def _clock_time(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _daily(hours: Hours, place: Hotline, start: datetime, end: datetime) -> Iterator[Spell]:
    """Each day's spells. What runs past midnight belongs to the day it began on and stops where a closed day, or one
    with hours of its own, begins."""
    zone = ZoneInfo(hours.zone or place.zone)
    country = hours.country or place.country
    day = start.astimezone(zone).date() - _ONE_DAY
    while day <= end.astimezone(zone).date():
        for opens, closes in sorted(_times(hours, country, day)):
            over_night = closes <= opens
            stops_at_midnight = over_night and _is_exception(hours, country, day + _ONE_DAY)
            until = time.min if stops_at_midnight else closes
            yield Spell(_utc(day, opens, zone), _utc(day + _ONE_DAY if over_night else day, until, zone))
        day += _ONE_DAY


def _times(hours: Hours, country: str, day: date) -> tuple[tuple[time, time], ...]:
    """When the day opens and closes: by its own hours, not at all, or by the week."""
    own = tuple((entry.opens, entry.closes) for entry in hours.open if entry.day == day)
    if own or _is_exception(hours, country, day):
        return own
    if not hours.weekly:
        return _WHOLE_DAY
    return tuple((entry.opens, entry.closes) for entry in hours.weekly if _DAYS[day.weekday()] in entry.days)


def _waking(quiet_from: time, quiet_until: time, zone: ZoneInfo, spell: Spell) -> Iterator[Spell]:
    day = spell.start.astimezone(zone).date() - _ONE_DAY
    while day <= spell.end.astimezone(zone).date():
        ends = day if quiet_until < quiet_from else day + _ONE_DAY
        yield Spell(_utc(day, quiet_until, zone), _utc(ends, quiet_from, zone))
        day += _ONE_DAY


def _is_exception(hours: Hours, country: str, day: date) -> bool:
    """Whether the day is not served by the week: what runs over midnight stops where it begins."""
    return (
        day in hours.closed
        or any(entry.day == day for entry in hours.open)
        or (hours.holidays and day in _public_holidays(country))
    )


@functools.cache
def _public_holidays(country: str) -> holidays.HolidayBase:
    """Those of a country by ISO 3166 code; a country that the package does not know has none."""
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return holidays.HolidayBase()


def _utc(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _joined(spells: Iterator[Spell]) -> Iterator[Spell]:
    """Spells in order of their start, those that touch or overlap made one."""
    current: Spell | None = None
    for spell in spells:
        if spell.end <= spell.start:
            continue
        if current is not None and spell.start <= current.end:
            current = Spell(current.start, max(current.end, spell.end))
            continue
        if current is not None:
            yield current
        current = spell
    if current is not None:
        yield current


def _within(spells: Iterator[Spell], start: datetime, end: datetime) -> Iterator[Spell]:
    for spell in spells:
        cut = Spell(max(spell.start, start), min(spell.end, end))
        if cut.start < cut.end:
            yield cut
