"""Tries to sign in: slowed down by person and place, by place, and by person wherever the tries come from. Pure: the
time comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from console.errors import TooManyFailures
from console.identity.lockout import Lockout
from console.web.rate_limit import RateLimit

#: A whole office may sign in from one address at nine o'clock; checking a password takes a tenth of a second of a core.
_BURST, _REFILL = 100, timedelta(seconds=2)

#: Failures that an office may have within an hour, and a person from everywhere.
_FREE_OF_A_PLACE, _FREE_OF_A_PERSON = 50, 30

_MOST_KNOWN = 10_000


@dataclass(slots=True)
class Attempts:
    """Who keeps a person locked by guessing from many places does not lock them out where they signed in before."""

    _at_a_place: Lockout = field(default_factory=Lockout)
    _places: Lockout = field(default_factory=lambda: Lockout(_FREE_OF_A_PLACE))
    _persons: Lockout = field(default_factory=lambda: Lockout(_FREE_OF_A_PERSON))
    _pace: RateLimit = field(default_factory=lambda: RateLimit(_BURST, _REFILL))
    _known: dict[str, None] = field(default_factory=dict)

    def begin(self, person: str, source: str, now: datetime) -> None:
        """Count a try as a failure until `succeeded` says otherwise. `TooManyFailures` when it may not be made; then it
        is not counted."""
        place, person, both = _keys(person, source)
        waits = [self._at_a_place.wait(both, now), self._places.wait(place, now), self._pace.wait(place, now)]
        if both not in self._known:
            waits.append(self._persons.wait(person, now))
        if max(waits):
            raise TooManyFailures(int(max(waits).total_seconds()) + 1)
        self._pace.allows(place, now)
        self._at_a_place.tried(both, now)
        self._places.tried(place, now)
        self._persons.tried(person, now)

    def succeeded(self, person: str, source: str) -> None:
        """The password was right. Failures of others at the place, and of the person elsewhere, still count."""
        place, person, both = _keys(person, source)
        self._at_a_place.succeeded(both)
        self._places.forgive(place)
        self._persons.forgive(person)
        self._known.pop(both, None)
        self._known[both] = None
        if len(self._known) > _MOST_KNOWN:
            del self._known[next(iter(self._known))]


def _keys(person: str, source: str) -> tuple[str, str, str]:
    person, place = person.lower()[:64], _place(source)
    return place, person, f"{place} {person}"


def _place(source: str) -> str:
    """The address; of IPv6 its /64, which one machine has to itself."""
    try:
        address = ip_address(source.partition("%")[0])
    except ValueError:
        return source
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else source
