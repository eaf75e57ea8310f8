"""What takes events out of the house, by the settings: to the broker and to webhooks; and what forgets them at last.

Exactly one node runs these duties, as often as it comes to lead.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.clock import Clock
from config.database import Database
from config.events import Events
from config.http_webhooks import HttpWebhooks, WebhookGround
from config.mqtt_events import MqttEvents
from config.mqtt_line import line_to
from config.retained_states import ReadState, RetainedStates
from config.settings import Settings
from config.sql_event_log import SqlEventLog
from config.sql_event_retention import SqlEventRetention
from config.sql_outbox import SqlOutbox
from config.sql_set_aside import SqlSetAside
from config.sql_webhook_cursors import SqlCursors
from config.webhooks import Endpoint
from hotline.duties import Duty
from hotline.forgetting import forget_hourly


@dataclass(frozen=True, slots=True)
class EventSenders:
    """The duties, and the sender to the broker, if one is set."""

    duties: tuple[Duty, ...]
    mqtt: MqttEvents | None

    @property
    def is_connected(self) -> bool:
        """Whether the broker is; never where another node leads."""
        return self.mqtt is not None and self.mqtt.is_connected


def event_senders(
    settings: Settings,
    database: Database,
    events: Events,
    site: str,
    states: Mapping[str, ReadState],
    clock: Clock,
) -> EventSenders:
    """Put together and listening to `events`; nothing is sent until the duties run."""
    set_aside, retention = SqlSetAside(database), SqlEventRetention(database)
    names = [webhook.name for webhook in settings.webhooks]

    async def forget(now: datetime) -> int:
        before = now - timedelta(days=settings.event_days)
        return await retention.forget(before, is_sent=settings.broker is not None, webhooks=names)

    duties: list[Duty] = [lambda: forget_hourly("events", forget, clock)]
    mqtt: MqttEvents | None = None
    if settings.broker is not None:
        told = RetainedStates(states, clock)
        mqtt = MqttEvents(line_to(settings.broker), SqlOutbox(database), set_aside, site, clock, told)
        events.subscribe(mqtt.wake)
        events.subscribe(told.wake)
        duties.append(mqtt.run)
    if settings.webhooks:
        endpoints = [Endpoint.of(webhook) for webhook in settings.webhooks]
        chance = random.Random().random
        ground = WebhookGround(SqlEventLog(database), SqlCursors(database), set_aside, site, clock, chance)
        webhooks = HttpWebhooks(endpoints, ground)
        events.subscribe(webhooks.wake)
        duties.append(webhooks.run)
    return EventSenders(tuple(duties), mqtt)
