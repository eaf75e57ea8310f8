"""The outbox to webhooks over HTTP: each endpoint at its own pace, in order, until it has taken every event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import httpx
import structlog

from config.clock import Clock
from config.cloud_events import envelope
from config.errors import DatabaseFault
from config.event_log import EventLog, LogRange
from config.events import Event
from config.outbox import OutboxEntry
from config.set_aside import SetAside
from config.webhook_cursors import Cursor, Cursors
from config.webhooks import MAXIMUM_REFUSALS, Endpoint, Verdict, pause_after, signed_headers, verdict

log = structlog.get_logger(__name__)

_BATCH = 100
_TIMEOUT_SECONDS = 15.0
#: Another process may fill the same outbox without waking us.
_LOOK_AGAIN_SECONDS = 1.0
#: How far an endpoint has come is saved so often; after a crash it may be told again what it was told since.
_SAVE_SECONDS = 1.0
_DATABASE_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class WebhookGround:
    """What every delivery stands on. `chance` gives numbers from 0 to 1, for the pauses."""

    event_log: EventLog
    cursors: Cursors
    set_aside: SetAside
    site: str
    clock: Clock
    chance: Callable[[], float]


class HttpWebhooks:
    """One at a time runs for an outbox. An event counts as delivered once the endpoint has answered 2xx."""

    def __init__(self, endpoints: Sequence[Endpoint], ground: WebhookGround) -> None:
        self._deliveries = [_Delivery(endpoint, ground) for endpoint in endpoints]

    def wake(self, _event: Event | None = None) -> None:
        """There is something new. Made to be given to `Events.subscribe`."""
        for delivery in self._deliveries:
            delivery.woken.set()

    async def run(self) -> None:
        """Deliver for ever, until cancelled. May be run again after that."""
        client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, follow_redirects=False)
        async with client, asyncio.TaskGroup() as group:
            for delivery in self._deliveries:
                group.create_task(delivery.run(client))


class _Delivery:
    """What goes to one endpoint."""

    def __init__(self, endpoint: Endpoint, ground: WebhookGround) -> None:
        self.woken = asyncio.Event()
        self._endpoint = endpoint
        self._ground = ground
        self._clock = ground.clock
        self._failures = 0
        self._cursor = Cursor(0)
        self._saved: Cursor | None = None
        self._saved_at = 0.0

    async def run(self, client: httpx.AsyncClient) -> None:
        """For ever; once the endpoint is gone, nothing is sent."""
        is_known = False
        while True:
            try:
                if not is_known:
                    await self._find_place()
                    is_known = True
                if self._cursor.gone_at is not None:
                    log.error("webhook_gone", webhook=self._endpoint.name, remedy="remove it, or give it another name")
                    break
                await self._deliver_some(client)
            except DatabaseFault as fault:  # it was away for a moment: what was delivered may be delivered again
                log.warning("webhook_waits_for_database", webhook=self._endpoint.name, fault=str(fault))
                await self._clock.sleep(_DATABASE_PAUSE)

        await asyncio.Event().wait()  # whoever runs us would begin us again

    async def _find_place(self) -> None:
        """Where it left off; a new endpoint begins with what comes."""
        cursor = await self._ground.cursors.get(self._endpoint.name)
        self._cursor = (
            cursor.as_seen(self._clock.monotonic()) if cursor else Cursor(await self._ground.event_log.newest())
        )
        self._saved = cursor
        await self._save()

    async def _deliver_some(self, client: httpx.AsyncClient) -> None:
        """The next events, or wait until there are some."""
        self.woken.clear()
        entries = await self._ground.event_log.after(
            self._cursor.position, _BATCH + len(self._cursor.ahead), LogRange()
        )
        fresh = [entry for entry in entries if entry.position not in self._cursor.ahead]
        for entry in fresh:
            if self._endpoint.wants(entry) and await self._deliver(client, entry) is Verdict.GONE:
                return
            self._cursor = self._cursor.settle(entry.position, self._clock.monotonic())
            if self._clock.monotonic() - self._saved_at >= _SAVE_SECONDS:
                await self._save()
        if not fresh:
            self._cursor = self._cursor.moved(self._clock.monotonic())
            await self._save()
            for entry in await self._ground.set_aside.wanted_again(self._endpoint.receiver):
                came_to = await self._deliver(client, entry)
                if came_to is Verdict.GONE:
                    return
                if came_to is Verdict.TAKEN:
                    await self._ground.set_aside.done(self._endpoint.receiver, entry.position)
            await self._woken_or_later()

    async def _save(self) -> None:
        if self._saved != self._cursor:
            await self._ground.cursors.put(self._endpoint.name, self._cursor)
            self._saved, self._saved_at = self._cursor, self._clock.monotonic()

    async def _deliver(self, client: httpx.AsyncClient, entry: OutboxEntry) -> Verdict:
        """Post until it is taken, refused so often that it was set aside, or the endpoint is gone."""
        refusals = 0
        while True:
            answer, said, asked = await self._post(client, entry)
            if answer is Verdict.TAKEN:
                if self._failures:
                    log.info("webhook_back", webhook=self._endpoint.name, failures=self._failures)
                self._failures = 0
                return answer
            if answer is Verdict.GONE:
                self._cursor = replace(self._cursor, gone_at=self._clock.now())
                await self._save()
                return answer
            refusals += answer is Verdict.REFUSED
            if refusals >= MAXIMUM_REFUSALS:
                log.error("event_set_aside", receiver=self._endpoint.receiver, entry=entry.id, fault=said)
                await self._ground.set_aside.put(self._endpoint.receiver, entry, said, self._clock.now())
                self._failures = 0
                return Verdict.REFUSED
            self._failures += 1
            pause = pause_after(self._failures, self._ground.chance(), asked)
            log.warning("webhook_failed", webhook=self._endpoint.name, reason=said, retry_seconds=round(pause, 1))
            await self._clock.sleep(pause)

    async def _post(self, client: httpx.AsyncClient, entry: OutboxEntry) -> tuple[Verdict, str, float]:
        """What the answer means, what it was, and how many seconds we are asked to wait. Of its body nothing is read:
        an endpoint could send one without an end."""
        body = envelope(self._ground.site, entry)
        headers = signed_headers(self._endpoint.key, entry.id, body, self._clock.now())
        try:
            async with client.stream("POST", self._endpoint.url, content=body, headers=headers) as answer:
                wait = answer.headers.get("retry-after", "")
                asked = float(wait) if wait.isascii() and wait.isdecimal() else 0.0
                return verdict(answer.status_code), f"it answered {answer.status_code}", asked
        except (httpx.HTTPError, httpx.InvalidURL) as fault:
            return Verdict.LATER, f"it does not answer: {type(fault).__name__}", 0.0

    async def _woken_or_later(self) -> None:
        jobs = [
            asyncio.ensure_future(self.woken.wait()),
            asyncio.ensure_future(self._clock.sleep(_LOOK_AGAIN_SECONDS)),
        ]
        try:
            await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
