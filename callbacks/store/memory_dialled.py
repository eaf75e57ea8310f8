"""`DialledDays` in memory."""

from __future__ import annotations

from datetime import date, datetime

from callbacks.dialled import Ceiling, DialledDay, Reached, counted
from config.events import EventBus, Events


class MemoryDialledDays:
    """For tests, practice and the terminal."""

    def __init__(self, events: Events | None = None) -> None:
        self._events = events or EventBus()
        self._days: dict[date, DialledDay] = {}

    async def on(self, day: date) -> DialledDay:
        return self._days.get(day, DialledDay(day))

    async def begin(self, day: date, ceiling: Ceiling, now: datetime) -> Reached | None:
        reached = (await self.on(day)).reached(ceiling)
        if reached is None:
            await self._count(day, 1, 0, 0, ceiling, now)
        return reached

    async def add_minute(self, day: date, price: int, ceiling: Ceiling, now: datetime) -> None:
        await self._count(day, 0, 1, price, ceiling, now)

    async def _count(self, day: date, calls: int, minutes: int, cost: int, ceiling: Ceiling, now: datetime) -> None:
        self._days[day], told = counted(await self.on(day), calls, minutes, cost, ceiling, now)
        if told is not None:
            await self._events.publish(told)
