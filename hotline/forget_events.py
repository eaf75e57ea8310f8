"""Events are kept to be read again for as long as the settings say, and until every receiver has them."""

from __future__ import annotations

from datetime import timedelta

import structlog

from config.clock import Clock
from config.errors import DatabaseFault
from config.settings import Settings
from config.sql_event_retention import SqlEventRetention

log = structlog.get_logger(__name__)

_HOUR = 3600.0


async def forget_events_hourly(retention: SqlEventRetention, settings: Settings, clock: Clock) -> None:
    """For ever."""
    webhooks = [webhook.name for webhook in settings.webhooks]
    while True:
        await clock.sleep(_HOUR)
        before = clock.now() - timedelta(days=settings.event_days)
        try:
            count = await retention.forget(before, is_sent=settings.broker is not None, webhooks=webhooks)
            log.info("events_forgotten", count=count)
        except DatabaseFault as fault:
            log.error("events_not_forgotten", fault=str(fault))  # the next hour finds what this one left
