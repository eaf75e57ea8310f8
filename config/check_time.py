"""Rules of time and place: zone, country, opening hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
import phonenumbers

from config.faults import Fault, Severity
from config.hotline_file import HotlineFile, Hours
from config.source_map import SourceMap

_DAY = 24 * 60
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def time_faults(file: HotlineFile, sources: SourceMap) -> Iterable[Fault]:
    """The faults of `hotline.zone`, `hotline.country` and `hours:`."""

    def fault(what: str, remedy: str, *path: str | int, severity: Severity = Severity.ERROR) -> Fault:
        return Fault(sources.file, sources.line(*path), what, remedy, severity)

    zone, country = file.hotline.zone, file.hotline.country
    if not _zone_exists(zone):
        yield fault(f"no time zone is called `{zone}`", "write it like Asia/Seoul or Europe/London", "hotline", "zone")
    if country not in phonenumbers.SUPPORTED_REGIONS:
        yield fault(f"no country has the code `{country}`", "write its two capital letters", "hotline", "country")
    observed = any(hours.holidays for hours in file.hours.values())
    if observed and country not in holidays.list_supported_countries():
        what = f"the public holidays of `{country}` are not known"
        yield fault(what, "list them under `closed` instead", "hotline", "country", severity=Severity.WARNING)
    for name, hours in file.hours.items():
        for index, opening in enumerate(hours.weekly):
            if not opening.days:
                yield fault(
                    "these hours have no days", "list the days, or remove the entry", "hours", name, "weekly", index
                )
        for day, index, earlier in _overlaps(hours):
            what = f"`{name}` is open twice on {day} from {hours.weekly[index].opens:%H:%M}"
            line = sources.line("hours", name, "weekly", earlier)
            yield fault(what, f"join it with the entry on line {line}", "hours", name, "weekly", index)


def _zone_exists(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the zone data
        return False
    return True


def _overlaps(hours: Hours) -> Iterable[tuple[str, int, int]]:
    """Each day on which an entry begins before another has ended, with the two entries' places in the list.

    Hours that end no later than they begin run past midnight, and from Sunday into Monday.
    """
    spells: list[tuple[int, int, int]] = []  # first minute and end within the week, place in the list
    for index, entry in enumerate(hours.weekly):
        length = (_minutes(entry.closes) - _minutes(entry.opens)) % _DAY or _DAY
        for day in entry.days:
            begins = _DAYS.index(day) * _DAY + _minutes(entry.opens)
            spells.append((begins, begins + length, index))
    spells.sort()
    if spells:
        first = spells[0]
        spells.append((first[0] + 7 * _DAY, first[1] + 7 * _DAY, first[2]))
    for (_, ends, one), (begins, _, other) in pairwise(spells):
        if begins < ends:
            yield _DAYS[begins // _DAY % 7], max(one, other), min(one, other)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
