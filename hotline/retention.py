"""Once a day the running hotline removes what it has kept long enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import structlog

from callbacks.privacy.retention import Privacy
from config.clock import Clock
from config.errors import DatabaseFault, NotWritable
from config.hotline_file import HotlineFile

log = structlog.get_logger(__name__)

_DAY = 86_400.0
#: A hotline that is started again each day removes things, too; one that fails at its start has other worries.
FIRST_AFTER = 600.0


async def retain_daily(privacy: Privacy, file: Callable[[], HotlineFile], clock: Clock) -> None:
    """For ever: by the hotline file that is in force each time."""
    await clock.sleep(FIRST_AFTER)
    while True:
        try:
            removed = await privacy.retain(file().tiers, clock.now())
            log.info("retention_done", **asdict(removed))
        except (DatabaseFault, NotWritable) as fault:
            log.error("retention_failed", fault=str(fault))  # tomorrow finds what today left
        await clock.sleep(_DAY)
