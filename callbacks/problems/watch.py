"""Looks every hour whether cases of one kind come oftener than they should."""

from __future__ import annotations

from datetime import timedelta

import structlog

from callbacks.problems.proposals import ProblemProposals
from config.clock import Clock
from config.errors import DatabaseFault

log = structlog.get_logger(__name__)

#: After the hour is over: whoever is writing down a case of it has time to finish.
_AFTER = timedelta(minutes=1)
_HOUR = timedelta(hours=1)


async def watch_problems(book: ProblemProposals, clock: Clock) -> None:
    """Until cancelled."""
    while True:
        now = clock.now()
        whole = now.replace(minute=0, second=0, microsecond=0)
        await clock.sleep((whole + _HOUR + _AFTER - now).total_seconds())
        try:
            for problem in await book.look_for_rises():
                log.warning("problem_proposed", problem=problem.id, category=problem.category, product=problem.product)
        except DatabaseFault as fault:
            log.error("problems_not_watched", fault=str(fault))  # the next look finds what this one missed
