"""So many requests and no more, by key. Pure: the time comes in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MOST_KEYS = 20_000


@dataclass(slots=True)
class RateLimit:
    """A token bucket for each key: `burst` at once, and one more each `refill`."""

    burst: int
    refill: timedelta
    _full_at: dict[str, datetime] = field(default_factory=dict)

    def allows(self, key: str, now: datetime) -> bool:
        """Whether the key may go on; counted when it may."""
        full_at = max(self._full_at.get(key, now), now) + self.refill
        if full_at - now > self.burst * self.refill:
            return False
        if key not in self._full_at and len(self._full_at) >= _MOST_KEYS:
            self._forget(now)
        self._full_at[key] = full_at
        return True

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long until the key may go on; zero when it may now."""
        full_at = max(self._full_at.get(key, now), now) + self.refill
        return max(timedelta(0), full_at - now - self.burst * self.refill)

    def _forget(self, now: datetime) -> None:
        """Keys that are at their full measure again; where too many are not, those that will be soonest, a tenth of
        all at once so that a flood of keys pays for this seldom."""
        for key in sorted(self._full_at, key=lambda key: self._full_at[key]):
            if self._full_at[key] > now and len(self._full_at) <= _MOST_KEYS * 9 // 10:
                break
            del self._full_at[key]
