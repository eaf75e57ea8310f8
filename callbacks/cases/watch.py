"""Watches over the steps of cases: what is not done in time escalates."""

from __future__ import annotations

import structlog

from callbacks.service import PromiseBook
from config.clock import Clock
from config.errors import DatabaseFault

log = structlog.get_logger(__name__)

#: Steps take minutes to days: nobody notices half a minute.
PERIOD_SECONDS = 30.0


async def watch_cases(book: PromiseBook, clock: Clock) -> None:
    """Watch for ever."""
    while True:
        await clock.sleep(PERIOD_SECONDS)
        try:
            for case in await book.escalate_late_cases(clock.now()):
                log.warning("case_escalated", case=case.id, step=case.step, owner=case.owner, times=case.escalations)
        except DatabaseFault as fault:
            log.error("cases_not_watched", fault=str(fault))  # the next round finds what this one missed
