"""How late our own clockwork runs: the first sign that there is more to do than one core can."""

from __future__ import annotations

from collections.abc import Callable

from ivr.sip.timers import Timer, Timers

#: Seconds between two looks, and how much each look counts in the mean.
_PAUSE, _WEIGHT = 0.1, 0.2


class LagWatch:
    """Tells `on_lag` ten times a second how many seconds late its own timer comes: a mean of the last looks, since one
    stall is no overload."""

    def __init__(self, timers: Timers, on_lag: Callable[[float], None]) -> None:
        self._timers = timers
        self._on_lag = on_lag
        self._lag = 0.0
        self._timer: Timer = self._next()

    def stop(self) -> None:
        """Look no more."""
        self._timer.cancel()

    def _next(self) -> Timer:
        due = self._timers.now + _PAUSE
        return self._timers.later(_PAUSE, lambda: self._look(due))

    def _look(self, due: float) -> None:
        self._lag += (max(self._timers.now - due, 0.0) - self._lag) * _WEIGHT
        self._on_lag(self._lag)
        self._timer = self._next()
