"""Where a telephone number is, and so what time it is for whoever is rung there.

The zones of a number are those that its country and area lie in (the metadata of `phonenumbers`, from Google's
libphonenumber). A mobile number of a country with several zones is in any of them.
"""

from __future__ import annotations

import functools
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone

_UNKNOWN = "Etc/Unknown"


@functools.lru_cache(maxsize=4096)
def zones_of(number: str) -> tuple[ZoneInfo, ...]:
    """The zones of a number in E.164, sorted by name; none for an extension or a number of no country."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ()
    names = (name for name in sorted(timezone.time_zones_for_number(parsed)) if name != _UNKNOWN)
    return tuple(zone for name in names if (zone := _zone(name)) is not None)


def zone_of(number: str, site: ZoneInfo) -> ZoneInfo:
    """The zone whose clock is spoken of with whoever has this number: the site's where that may be theirs too, or
    nothing better is known."""
    zones = zones_of(number)
    return site if site in zones or not zones else zones[0]


def _zone(name: str) -> ZoneInfo | None:
    """None where this machine's data of zones is older than the metadata of numbers."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
