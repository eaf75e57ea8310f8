"""Waiting, as a port: the event loop in the program, virtual time in tests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """One thing to be done later."""

    def cancel(self) -> None:
        """Do not do it; nothing happens if it was done already."""


class Timers(Protocol):
    """Where timers are asked for."""

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        """Call `action` once, after `seconds`, in this event loop."""


class LoopTimers:
    """The event loop's own timers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def later(self, seconds: float, action: Callable[[], None]) -> Timer:
        return self._loop.call_later(seconds, action)
