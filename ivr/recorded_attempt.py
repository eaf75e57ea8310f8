"""The record of a call that we place to keep a promise, from its first ring on."""

from __future__ import annotations

from collections.abc import Awaitable

import structlog

from callbacks.calls.records import CallChanges, CallRecord
from callbacks.model import Promise
from config.errors import DatabaseFault, NotFound
from ivr.desk import Recording
from ivr.engagement import Engagement
from ivr.messages import EndedBy, Record
from ivr.outbound import Line
from ivr.services import Services

log = structlog.get_logger(__name__)


class RecordedAttempts:
    """Writes what becomes of each attempt. A record that cannot be written must not end the call that it is about."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def begun(self, engagement: Engagement, promise: Promise, number: str) -> None:
        """The attempt is committed; `number` will ring."""
        known = CallChanges(agent=engagement.agent, receipt=engagement.why, promise=promise.id, queue=promise.queue)
        known |= CallChanges(urgency=promise.urgency.value, language=promise.language)
        if promise.case is not None:
            known["case"] = promise.case
        attempt, calls = promise.attempt or "", self._services.calls
        await self._write(calls.begin(attempt, contact=promise.contact, dialled=number, tier=promise.tier, **known))

    async def answered(self, engagement: Engagement, promise: Promise, line: Line) -> None:
        """The contact's phone was picked up; recorded from here where their tier allows it."""
        known: CallChanges = {"answered_at": self._services.clock.now()}
        file, folder = self._services.edition().file, self._services.recordings
        tier = file.tiers.get(promise.tier, file.tiers[file.default_tier])
        if folder is not None and tier.record:
            path = folder / f"{promise.attempt}.wav"
            self._services.edge.send(Record(line.leg, str(path)))
            known["recording"] = path.name
            engagement.recording = Recording.ON
        await self._write(self._services.calls.update(promise.attempt or "", **known))

    async def bridged(self, promise: Promise) -> None:
        """The two can hear each other."""
        now = self._services.clock.now()
        await self._write(self._services.calls.update(promise.attempt or "", bridged_at=now))

    async def over(self, promise: Promise, engagement: Engagement, ended_by: EndedBy) -> None:
        """The call to the contact, or the try to place it, has ended."""
        quality = CallChanges()
        if engagement.contact_line is not None:
            line = engagement.contact_line
            await line.ended.wait()  # told at once of a leg that is hung up, and only then with its packets
            quality = line.quality
        await self._write(self._services.calls.finish(promise.attempt or "", ended_by.value, **quality))

    async def _write(self, change: Awaitable[CallRecord]) -> None:
        try:
            await change
        except (DatabaseFault, NotFound) as fault:
            log.warning("record_not_kept", fault=str(fault))
