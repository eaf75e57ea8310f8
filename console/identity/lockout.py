"""Slowing down those who guess passwords. Pure: the time comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
    """Counts failures per key. From the `free` one on each failure locks the key: 30 s, doubling to 15 min. An hour
    without a failure forgets the key.

    A try is counted before the password is looked at, so that many at the same moment gain nothing.
    """

    free: int = 5
    _tallies: dict[str, _Tally] = field(default_factory=dict)

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long the key is still locked; zero when it may try."""
        tally = self._tallies.get(key)
        if tally is None or tally.locked_until is None:
            return timedelta(0)
        return max(timedelta(0), tally.locked_until - now)

    def tried(self, key: str, now: datetime) -> None:
        """Count a try as a failure until `succeeded` says otherwise."""
        if key not in self._tallies:
            self._make_room(now)
        tally = self._tallies.get(key)
        if tally is None or now - tally.last > _FORGET_AFTER:
            tally = self._tallies[key] = _Tally(0, now)
        tally.failures += 1
        tally.last = now
        beyond = tally.failures - self.free
        if beyond >= 0:
            tally.locked_until = now + min(_LONGEST_LOCK, _FIRST_LOCK * 2 ** min(beyond, 10))

    def succeeded(self, key: str) -> None:
        """The password was right: nothing is held against the key."""
        self._tallies.pop(key, None)

    def forgive(self, key: str) -> None:
        """The last try was no failure; those before it stay."""
        tally = self._tallies.get(key)
        if tally is None:
            return
        tally.failures -= 1
        if tally.failures < self.free:
            tally.locked_until = None
        if tally.failures == 0:
            del self._tallies[key]

    def _make_room(self, now: datetime) -> None:
        """When too many keys are kept: those that are forgotten anyway, else a tenth of them at once, so that a flood
        pays for this seldom. Who fails most often is kept longest."""
        if len(self._tallies) < _MOST_KEYS:
            return
        kept = {key: tally for key, tally in self._tallies.items() if now - tally.last <= _FORGET_AFTER}
        if len(kept) >= _MOST_KEYS:
            worst = sorted(kept, key=lambda key: (kept[key].failures, kept[key].last), reverse=True)
            kept = {key: kept[key] for key in worst[: _MOST_KEYS * 9 // 10]}
        self._tallies = kept
