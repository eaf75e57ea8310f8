"""Looks again and again for silences that last too long."""

from __future__ import annotations

import structlog

from callbacks.aftercare.progress import Progress
from config.clock import Clock
from config.errors import DatabaseFault

log = structlog.get_logger(__name__)

#: Silences last hours: to the minute is soon enough.
LOOK_SECONDS = 60.0


async def watch_silences(book: Progress, clock: Clock) -> None:
    """Until cancelled."""
    while True:
        try:
            for promise in await book.break_silences(clock.now()):
                log.info("progress_promised", promise=promise.id, case=promise.case, tier=promise.tier)
        except DatabaseFault as fault:
            log.error("silences_not_watched", fault=str(fault))  # the next look finds what this one missed
        await clock.sleep(LOOK_SECONDS)
