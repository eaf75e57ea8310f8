"""Who is let in while there is more than we can carry: calls in progress come first, then everybody in turn.

Pure: the time comes in as `now`, in seconds that never run backwards.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

from ivr.sip.settings import AdmissionLimits

#: Sources that are remembered; beyond, the one that was quiet longest is forgotten.
MOST_SOURCES = 10_000
#: Seconds' worth of calls that may come at once.
_BURST = 2.0
#: Refusals that a source above its rate still hears, as a multiple of that rate; beyond, it is not answered at all.
_ANSWERED = 2.0
#: Wrong passwords that a source may send at once, and how many a second after that.
_GUESSES, _GUESS_RATE = 5, 1 / 12
#: Callers that are remembered, as sources are.
MOST_CALLERS = 10_000
#: Seconds after which a refused caller may try again: when the rate is the reason, and when we are full.
_SOON, _LATER = 2, 10


class TokenBucket:
    """Lets `rate` things a second pass, and `at_once` of them at once: by default, as many as come in `_BURST`
    seconds."""

    __slots__ = ("_at", "_capacity", "_rate", "_tokens")

    def __init__(self, rate: float, now: float, at_once: float | None = None) -> None:
        self._rate = rate
        self._capacity = max(1.0, rate * _BURST if at_once is None else at_once)
        self._tokens = self._capacity
        self._at = now

    def has(self, now: float) -> bool:
        """Whether one would be let through."""
        self._tokens = min(self._capacity, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return self._tokens >= 1.0

    def take(self, now: float) -> bool:
        """Whether this one is let through."""
        if not self.has(now):
            return False
        self._tokens -= 1.0
        return True


class _Source:
    """What one source may still ask, how often it may still be told no, and err in a password."""

    __slots__ = ("calls", "guesses", "refusals")

    def __init__(self, rate: float, now: float) -> None:
        self.calls = TokenBucket(rate, now)
        self.refusals = TokenBucket(rate * _ANSWERED, now)
        self.guesses = TokenBucket(_GUESS_RATE, now, _GUESSES)


class Admission:
    """Decides on new calls only. `lateness` and `media_lateness` are set by whoever watches our own clockworks:
    seconds behind time."""

    def __init__(self, limits: AdmissionLimits) -> None:
        self._limits = limits
        self._all: TokenBucket | None = None
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._callers: OrderedDict[tuple[str, bool], TokenBucket] = OrderedDict()
        self.lateness = 0.0
        self.media_lateness = 0.0
        self.is_draining = False

    @property
    def remembered(self) -> int:
        """Sources in memory."""
        return len(self._sources)

    def refusal(self, source: str, calls: int, now: float, *, is_trunk: bool = False) -> int | None:
        """None to let the call in, else the seconds after which it may be tried again (503 with Retry-After).

        `source` is an address literal, `calls` how many are in progress. An INVITE that is refused counts for its
        source, but not against everybody's rate: that is how one flood leaves the others unharmed.
        """
        limits = self._limits
        if limits.rate_of_one_source and not is_trunk and not self._source(source, now).calls.take(now):
            return _SOON
        is_late = self.lateness > limits.lateness or self.media_lateness > limits.media_lateness
        if self.is_draining or is_late or calls >= limits.calls:
            return _LATER
        if limits.rate:
            if self._all is None:
                self._all = TokenBucket(limits.rate, now)
            if not self._all.take(now):
                return _SOON
        return None

    def is_too_often(self, caller: str, now: float, *, is_verified: bool) -> bool:
        """Whether this caller has rung too often lately; this call counts. Who withholds their number is no one caller,
        and whoever only claims a number uses up nobody else's share of it."""
        limit = self._limits.calls_a_minute_of_one_caller
        if not limit or not caller:
            return False
        key = caller, is_verified
        known = self._callers.get(key)
        if known is None:
            known = self._callers[key] = TokenBucket(limit / 60, now, limit)
            if len(self._callers) > MOST_CALLERS:
                self._callers.popitem(last=False)
        else:
            self._callers.move_to_end(key)
        return not known.take(now)

    def may_be_challenged(self, source: str, now: float) -> bool:
        """Whether a stranger is worth being asked for a password, once more: not who floods us, and not who keeps
        guessing. To be asked counts as a refusal."""
        known = self._source(source, now)
        if not known.guesses.has(now):
            return False
        return not self._limits.rate_of_one_source or known.refusals.take(now)

    def guessed(self, source: str, now: float) -> None:
        """A wrong password came from there."""
        self._source(source, now).guesses.take(now)

    def is_ignored(self, source: str, now: float) -> bool:
        """Whether a source has been refused so often that it is not worth reading what it sends."""
        if not self._limits.rate_of_one_source:
            return False
        known = self._sources.get(_network(source))
        return known is not None and not known.refusals.has(now) and not known.calls.has(now)

    def refused(self, source: str, now: float) -> None:
        """A refusal was sent there."""
        if self._limits.rate_of_one_source:
            self._source(source, now).refusals.take(now)

    def _source(self, source: str, now: float) -> _Source:
        key = _network(source)
        known = self._sources.get(key)
        if known is None:
            known = self._sources[key] = _Source(self._limits.rate_of_one_source, now)
            if len(self._sources) > MOST_SOURCES:
                self._sources.popitem(last=False)
        else:
            self._sources.move_to_end(key)
        return known


def _network(source: str) -> str:
    """One host of IPv4, one subscriber's network of IPv6: whoever has one address there has 2^64."""
    if ":" not in source:
        return source
    return str(ipaddress.IPv6Network((source, 64), strict=False))
