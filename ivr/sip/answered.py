"""Requests that are answered for good and only wait for repeats of theirs to die out in the network.

There are many of them: half a minute's worth of every BYE. So each is a few strings and no object with a timer of its
own, which would keep the garbage collector, and with it every call, waiting.
"""

from __future__ import annotations

from collections import deque

from ivr.sip.hop import Hop
from ivr.sip.timers import Timer, Timers

Key = tuple[str, ...]
#: What is sent again when the request comes again, and where to; empty where nothing is.
Answer = tuple[bytes, Hop]

#: Seconds between two looks for what can be forgotten.
_LOOK = 1.0


class Answered:
    """Remembers each for `lasting` seconds, give or take one."""

    def __init__(self, timers: Timers, lasting: float) -> None:
        self._timers = timers
        self._lasting = lasting
        # Two tables of plain values: a pair in one table would be an object more for the collector to look at.
        self._data: dict[Key, bytes] = {}
        self._hops: dict[Key, Hop] = {}
        self._order: deque[tuple[float, Key]] = deque()
        self._timer: Timer | None = None

    def __len__(self) -> int:
        return len(self._data)

    def add(self, key: Key, data: bytes, hop: Hop) -> None:
        """Remember an answer."""
        self._data[key], self._hops[key] = data, hop
        self._order.append((self._timers.now + self._lasting, key))
        if self._timer is None:
            self._timer = self._timers.later(self._lasting, self._look)

    def get(self, key: Key) -> Answer | None:
        """The answer to the request of that key."""
        return (self._data[key], self._hops[key]) if key in self._data else None

    def _look(self) -> None:
        while self._order and self._order[0][0] <= self._timers.now:
            _, key = self._order.popleft()
            self._data.pop(key, None)
            self._hops.pop(key, None)
        self._timer = self._timers.later(_LOOK, self._look) if self._order else None
