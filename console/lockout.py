"""Slowing down those who guess passwords. Pure: the time comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

_FREE_FAILURES = 5
_FIRST_LOCK = timedelta(seconds=30)
_LONGEST_LOCK = timedelta(minutes=15)
_FORGET_AFTER = timedelta(hours=1)
_MOST_KEYS = 10_000


@dataclass(slots=True)
class _Tally:
    failures: int
    last: datetime
    locked_until: datetime | None = None


@dataclass(slots=True)
class Lockout:
    """Counts failures per key (a person at an address). From the fifth on each failure locks the key: 30 s, doubling
    to 15 min. An hour without a failure forgets the key.

    A try is counted before the password is looked at, so that many at the same moment gain nothing.
    """

    _tallies: dict[str, _Tally] = field(default_factory=dict)

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long the key is still locked; zero when it may try."""
        tally = self._tallies.get(key)
        if tally is None or tally.locked_until is None:
            return timedelta(0)
        return max(timedelta(0), tally.locked_until - now)

    def tried(self, key: str, now: datetime) -> None:
        """Count a try as a failure until `succeeded` says otherwise."""
        self._forget(now)
        tally = self._tallies.setdefault(key, _Tally(0, now))
        tally.failures += 1
        tally.last = now
        beyond = tally.failures - _FREE_FAILURES
        if beyond >= 0:
            tally.locked_until = now + min(_LONGEST_LOCK, _FIRST_LOCK * 2 ** min(beyond, 10))

    def succeeded(self, key: str) -> None:
        """The password was right: nothing is held against the key."""
        self._tallies.pop(key, None)

    def _forget(self, now: datetime) -> None:
        if len(self._tallies) >= _MOST_KEYS:
            oldest = min(self._tallies, key=lambda key: self._tallies[key].last)
            del self._tallies[oldest]
        for key in [key for key, tally in self._tallies.items() if now - tally.last > _FORGET_AFTER]:
            del self._tallies[key]
