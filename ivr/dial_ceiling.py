"""The ceiling of a day's calls, minutes and money, where calls are dialled: counted before a phone rings, and each
minute as it begins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal

import structlog

from callbacks.dialled import Ceiling, DialledDay, DialledDays, Reached, as_money, in_parts
from config.clock import Clock
from config.errors import DatabaseFault, Refused
from ivr.services import Edition

log = structlog.get_logger(__name__)

_MINUTE = 60.0


class DialCeiling:
    """By the hotline file in force and the site's calendar."""

    def __init__(self, days: DialledDays, clock: Clock, edition: Callable[[], Edition]) -> None:
        self._days = days
        self._clock = clock
        self._edition = edition

    @property
    def is_set(self) -> bool:
        """Whether there is any: else nothing is counted."""
        return self._ceiling.is_set

    async def today(self) -> DialledDay:
        """What was dialled today."""
        return await self._days.on(self._local.date())

    async def reached(self) -> str:
        """Why no number may be dialled now, in words; empty while some may be."""
        if not self.is_set:
            return ""
        reached = (await self.today()).reached(self._ceiling)
        return self._refusal(reached).what if reached is not None else ""

    async def check(self) -> None:
        """Raises `Refused` when no number may be dialled now."""
        reached = (await self.today()).reached(self._ceiling) if self.is_set else None
        if reached is not None:
            raise self._refusal(reached)

    async def begin(self) -> None:
        """A number is about to be dialled: it is counted when this returns. Raises `Refused` instead, and
        `DatabaseFault` where it cannot be counted."""
        reached = await self._days.begin(self._local.date(), self._ceiling, self._clock.now())
        if reached is not None:
            log.warning("dialling_ceiling_reached", ceiling=reached.value)
            raise self._refusal(reached)

    async def meter(self, price: Decimal) -> None:
        """Count the minutes of a call that was answered now, until cancelled. Nobody is cut off for them."""
        while True:
            try:
                await self._days.add_minute(self._local.date(), in_parts(price), self._ceiling, self._clock.now())
            except DatabaseFault as fault:
                log.warning("minute_not_counted", fault=str(fault))
            await self._clock.sleep(_MINUTE)

    def tomorrow(self) -> datetime:
        """When numbers may be dialled again."""
        local = self._local
        return datetime.combine(local.date() + timedelta(days=1), time(), local.tzinfo)

    @property
    def _ceiling(self) -> Ceiling:
        return Ceiling.of(self._edition().file.dialling)

    @property
    def _local(self) -> datetime:
        return self._clock.now().astimezone(self._edition().zone)

    def _refusal(self, reached: Reached) -> Refused:
        ceiling = self._ceiling
        remedy = "wait for tomorrow, or raise the ceiling under `dialling` in the hotline file"
        match reached:
            case Reached.CALLS:
                return Refused(f"today's ceiling of {ceiling.calls} outbound calls is reached", remedy=remedy)
            case Reached.MINUTES:
                what = f"today's ceiling of {ceiling.minutes} minutes of outbound calls is reached"
                return Refused(what, remedy=remedy)
            case Reached.COST:
                cost = as_money(ceiling.cost or 0)
                return Refused(f"today's ceiling of {cost} for outbound calls is reached", remedy=remedy)
