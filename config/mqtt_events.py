"""The outbox to an MQTT broker: in order, at least once, through every outage. The only module that imports aiomqtt."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Coroutine

import aiomqtt
import structlog

from config.broker import Broker
from config.clock import Clock
from config.cloud_events import envelope, status_topic, topic
from config.events import Event
from config.outbox import Outbox

log = structlog.get_logger(__name__)

_BATCH = 100
#: Another process may fill the same outbox without waking us.
_LOOK_AGAIN_SECONDS = 5.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_KEEPALIVE_SECONDS = 15
_GOODBYE_SECONDS = 2.0


class MqttEvents:
    """Sends what the outbox holds and keeps the retained status of this site: online, or offline by the last will.

    One at a time runs for an outbox. An entry counts as sent once the broker has acknowledged it (QoS 1); the next
    is sent only then, so order holds, within a subject and over all.
    """

    def __init__(self, broker: Broker, outbox: Outbox, site: str, clock: Clock) -> None:
        self._broker = broker
        self._outbox = outbox
        self._site = site
        self._clock = clock
        self._woken = asyncio.Event()

    def wake(self, _event: Event | None = None) -> None:
        """There is something new. Made to be given to `Events.subscribe`."""
        self._woken.set()

    async def run(self) -> None:
        """Drain for ever, connecting again after each loss, until cancelled; then say that the site is offline."""
        pause = _FIRST_PAUSE
        while True:
            try:
                async with self._connected() as client:
                    pause = _FIRST_PAUSE
                    await _until_one_ends(self._drain(client), _until_lost(client))
            except aiomqtt.MqttError as fault:
                log.warning("broker_lost", host=self._broker.host, reason=str(fault), retry_seconds=pause)
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiomqtt.Client]:
        status = status_topic(self._site)
        client = aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.user,
            password=self._broker.password,
            will=aiomqtt.Will(status, _status("offline"), qos=1, retain=True),
            keepalive=_KEEPALIVE_SECONDS,
            tls_context=ssl.create_default_context() if self._broker.tls else None,
        )
        async with client:
            log.info("broker_connected", host=self._broker.host, waiting=await self._outbox.count_unsent())
            await client.publish(status, _status("online"), qos=1, retain=True)
            is_lost = False
            try:
                yield client
            except aiomqtt.MqttError:
                is_lost = True
                raise
            finally:
                if not is_lost:  # cancelled, as at every stop, or broken: our clean goodbye suppresses the last will
                    with contextlib.suppress(aiomqtt.MqttError):
                        await client.publish(status, _status("offline"), qos=1, retain=True, timeout=_GOODBYE_SECONDS)

    async def _drain(self, client: aiomqtt.Client) -> None:
        while True:
            self._woken.clear()
            entries = await self._outbox.unsent(_BATCH)
            for entry in entries:
                await client.publish(topic(self._site, entry), envelope(self._site, entry), qos=1)
                await self._outbox.mark_sent(entry.position, self._clock.now())
            if not entries:
                await _until_one_ends(self._woken.wait(), self._clock.sleep(_LOOK_AGAIN_SECONDS))


def _status(word: str) -> str:
    return json.dumps({"status": word})


async def _until_lost(client: aiomqtt.Client) -> None:
    """Raises `MqttError` when the connection is lost, even while nothing is sent. We subscribe to nothing."""
    async for _ in client.messages:
        pass


async def _until_one_ends(*jobs: Coroutine[object, object, object]) -> None:
    """Run the jobs until the first ends or fails, end the others and raise what failed.

    Each is cancelled once: a second cancellation, as `asyncio.gather` would cause, reaches into the closing of a
    SQLite connection and leaves a task that never ends.
    """
    tasks: list[asyncio.Task[object]] = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
