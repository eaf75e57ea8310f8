"""Rules of time and place: zone, country, opening hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import phonenumbers

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile, Hours, OpenDay, OpeningHours
from config.source_map import SourceMap

_DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def time_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `hotline.zone`, `hotline.country` and `hours:`."""

    def fault(what: str, remedy: str, *path: str | int, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy, severity)

    observing: dict[tuple[str, ...], str] = {}  # where a country is named whose holidays count
    if any(hours.holidays and hours.country is None for hours in file.hours.values()):
        observing["hotline", "country"] = file.hotline.country
    zones: dict[tuple[str, ...], str] = {("hotline", "zone"): file.hotline.zone}
    countries: dict[tuple[str, ...], str] = {("hotline", "country"): file.hotline.country}
    for name, hours in file.hours.items():
        if hours.zone is not None:
            zones["hours", name, "zone"] = hours.zone
        if hours.country is not None:
            countries["hours", name, "country"] = hours.country
            if hours.holidays:
                observing["hours", name, "country"] = hours.country
    for place, zone in zones.items():
        if not _zone_exists(zone):
            yield fault(f"no time zone is called `{zone}`", "write it like Asia/Seoul or Europe/London", *place)
    for place, country in countries.items():
        if country not in phonenumbers.SUPPORTED_REGIONS:
            yield fault(f"no country has the code `{country}`", "write its two capital letters", *place)
    for place, country in observing.items():
        if country not in holidays.list_supported_countries():
            what = f"the public holidays of `{country}` are not known"
            yield fault(what, "list them under `closed` instead", *place, severity=Severity.WARNING)
    for name, hours in file.hours.items():
        for index, other in _clashing_days(hours):
            day = hours.open[index].day
            where = "closed" if other is None else f"opened on line {sources.line('hours', name, 'open', other)}"
            yield fault(f"{day} is also {where}", "keep one of them, or part their times", "hours", name, "open", index)
        for index, opening in enumerate(hours.weekly):
            if not opening.days:
                yield fault(
                    "these hours have no days", "list the days, or remove the entry", "hours", name, "weekly", index
                )
        for (index, earlier), days in _overlaps(hours).items():
            what = f"`{name}` is open twice on {', '.join(days)} from {hours.weekly[index].opens:%H:%M}"
            line = sources.line("hours", name, "weekly", earlier)
            yield fault(what, f"join it with the entry on line {line}", "hours", name, "weekly", index)


def _zone_exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the zone data
        return False
    return True


def _clashing_days(hours: Hours) -> Iterable[tuple[int, int | None]]:
    """Entries of `open` whose day is closed too (None), or whose times overlap with an earlier entry of that day."""
    for index, entry in enumerate(hours.open):
        if entry.day in hours.closed:
            yield index, None
        begins, ends = _stretch(entry)
        for earlier, other in enumerate(hours.open[:index]):
            others_begins, others_ends = _stretch(other)
            if other.day == entry.day and begins < others_ends and others_begins < ends:
                yield index, earlier


def _stretch(entry: OpenDay | OpeningHours) -> tuple[int, int]:
    """First minute and end, counted from the beginning of the day."""
    begins = _minutes(entry.opens)
    return begins, begins + ((_minutes(entry.closes) - begins) % _DAY or _DAY)


def _overlaps(hours: Hours) -> dict[tuple[int, int], list[str]]:
    """The days on which an entry begins before another has ended, by the two entries' places in the list.

    Hours that end no later than they begin run past midnight, and from Sunday into Monday.
    """
    spells: list[tuple[int, int, int]] = []  # first minute and end within the week, place in the list
    for index, entry in enumerate(hours.weekly):
        begins, ends = _stretch(entry)
        for day in entry.days:
            midnight = _DAYS.index(day) * _DAY
            spells.append((midnight + begins, midnight + ends, index))
    spells.sort()
    if spells:
        first = spells[0]
        spells.append((first[0] + 7 * _DAY, first[1] + 7 * _DAY, first[2]))
    found: dict[tuple[int, int], list[str]] = {}
    for (_, ends, one), (begins, _, other) in pairwise(spells):
        if begins < ends:
            found.setdefault((max(one, other), min(one, other)), []).append(_DAYS[begins // _DAY % 7])
    return found


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
