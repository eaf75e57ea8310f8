"""Waiting, as a port: the event loop in the program, virtual time in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from config.clock import Clock


class Timer(Protocol):
    """One thing to be done later."""

    def cancel(self) -> None:
        """Do not do it; nothing happens if it was done already."""


class Timers(Protocol):
    """Where timers are asked for."""

    @property
    def now(self) -> float:
        """Seconds that never run backwards; only differences mean anything."""

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Call `action` once, after `seconds`, in this event loop."""


class LoopTimers:
    """The event loop's own timers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock) -> None:
        self._loop = loop
        self._clock = clock

    @property
    def now(self) -> float:
        return self._clock.monotonic()

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        return self._loop.call_later(seconds, action)
