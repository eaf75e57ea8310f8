"""Timers without a clock: moments at which something is to be looked at, in order."""

from __future__ import annotations

import heapq
import itertools
from datetime import datetime
from typing import Generic, Protocol, TypeVar


class Stamped(Protocol):
    """Something whose `stamp` grows with each change; a moment set under an older stamp is void."""

    stamp: int


Subject = TypeVar("Subject", bound=Stamped)


class Moments(Generic[Subject]):
    """A heap of moments. A void moment is dropped when it comes to the top, so cancelling costs nothing."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, int, Subject]] = []
        self._order = itertools.count()

    def add(self, at: datetime, subject: Subject) -> None:
        """Look at the subject at this moment, unless it changes before."""
        heapq.heappush(self._heap, (at, next(self._order), subject.stamp, subject))

    def next(self) -> datetime | None:
        """The earliest moment that still counts."""
        while self._heap:
            at, _, stamp, subject = self._heap[0]
            if stamp == subject.stamp:
                return at
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now: datetime) -> Subject | None:
        """The subject of the earliest moment not after `now`, taken out; None when there is none."""
        at = self.next()
        if at is None or at > now:
            return None
        return heapq.heappop(self._heap)[3]
