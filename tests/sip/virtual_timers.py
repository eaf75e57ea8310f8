"""Timers on a time that moves only when told to."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable


class VirtualTimer:
    """One entry; cancelled ones stay in the heap and do nothing."""

    def __init__(self, action: Callable[[], None]) -> None:
        self.action = action
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class VirtualTimers:
    """`ivr.sip.timers.Timers` for tests."""

    def __init__(self) -> None:
        self.now = 0.0
        self._order = itertools.count()
        self._heap: list[tuple[float, int, VirtualTimer]] = []

    def later(self, seconds: float, action: Callable[[], None]) -> VirtualTimer:
        timer = VirtualTimer(action)
        heapq.heappush(self._heap, (self.now + seconds, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Move on, doing each thing at its own moment."""
        target = self.now + seconds
        while self._heap and self._heap[0][0] <= target:
            due, _, timer = heapq.heappop(self._heap)
            self.now = max(self.now, due)  # late, where a test let time pass in which nothing could run
            if not timer.is_cancelled:
                timer.action()
        self.now = max(self.now, target)

    @property
    def pending(self) -> int:
        """Timers not cancelled and not yet due."""
        return sum(not timer.is_cancelled for _, _, timer in self._heap)
