"""What requests with an idempotency key were answered is kept for a day and no longer, though nobody asks any more."""

from __future__ import annotations

import structlog

from config.clock import Clock
from config.errors import DatabaseFault
from console.idempotency import Answers

log = structlog.get_logger(__name__)

_HOUR = 3600.0


async def forget_answers_hourly(answers: Answers, clock: Clock) -> None:
    """For ever."""
    while True:
        await clock.sleep(_HOUR)
        try:
            await answers.forget_over(clock.now())
        except DatabaseFault as fault:
            log.error("answers_not_forgotten", fault=str(fault))  # the next hour finds what this one left
