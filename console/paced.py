"""Figures that cost something are worked out no oftener than every so many seconds, once for all who look."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

from config.clock import Clock

Value = TypeVar("Value")


class Paced(Generic[Value]):
    """Holds the last value of `work_out`; whoever asks while it is being worked out waits for the same one."""

    def __init__(self, work_out: Callable[[datetime], Awaitable[Value]], seconds: float, clock: Clock) -> None:
        """`work_out` is given the moment that its value is of."""
        self._work_out = work_out
        self._seconds = seconds
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._held: tuple[datetime, Value] | None = None

    async def value(self) -> tuple[datetime, Value]:
        """The value, and the moment that it is of: `seconds` ago at most."""
        async with self._one_at_a_time:
            now = self._clock.now()
            if self._held is None or (now - self._held[0]).total_seconds() >= self._seconds:
                self._held = now, await self._work_out(now)
            return self._held
