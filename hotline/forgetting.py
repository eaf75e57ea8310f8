"""What has been kept long enough goes, an hour later at most."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from config.clock import Clock
from config.errors import DatabaseFault

log = structlog.get_logger(__name__)

_HOUR = 3600.0


async def forget_hourly(what: str, forget: Callable[[datetime], Awaitable[int]], clock: Clock) -> None:
    """For ever: `forget` is told the time and gives how much went; `what` is the log's name for it."""
    while True:
        await clock.sleep(_HOUR)
        try:
            log.info("forgotten", what=what, count=await forget(clock.now()))
        except DatabaseFault as fault:
            log.error("not_forgotten", what=what, fault=str(fault))  # the next hour finds what this one left
