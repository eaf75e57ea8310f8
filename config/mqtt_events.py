"""The outbox to an MQTT broker: at least once, each subject in order, through every outage."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine, Sequence

import structlog

from config.broker import BrokerFull, BrokerLine, BrokerLost, LastWill, NotTaken, OpenLine
from config.clock import Clock
from config.cloud_events import envelope, status_topic, topic
from config.errors import DatabaseFault, SettingsFault
from config.events import Event
from config.outbox import Outbox, OutboxEntry
from config.retained_states import RetainedStates
from config.set_aside import MQTT, SetAside

log = structlog.get_logger(__name__)

_BATCH = 200
#: Another process may fill the same outbox without waking us.
_LOOK_AGAIN_SECONDS = 1.0
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
_GOODBYE_SECONDS = 2.0
#: So often the connection may end while one event alone is on its way, before that event is held to be the cause.
MAXIMUM_TRIES = 3


class MqttEvents:
    """Sends what the outbox holds and keeps the retained status of this site: online, or offline by the last will.

    One at a time runs for an outbox. An entry counts as sent once the broker has acknowledged it (QoS 1). Of one
    subject only one event is on its way at a time, so that its order holds also through repeats; of different
    subjects several are. What the broker refuses is set aside and stops nobody.
    """

    def __init__(
        self,
        open_line: OpenLine,
        outbox: Outbox,
        set_aside: SetAside,
        site: str,
        clock: Clock,
        states: RetainedStates | None = None,
    ) -> None:
        self._open_line = open_line
        self._outbox = outbox
        self._set_aside = set_aside
        self._site = site
        self._clock = clock
        self._states = states
        self._woken = asyncio.Event()
        self._is_through = False
        self.is_connected = False
        self._on_the_way: set[int] = set()
        self._taken: set[int] = set()
        self._again: set[int] = set()
        #: How often the connection ended while this event, alone, was on its way.
        self._suspects: dict[int, int] = {}

    def wake(self, _event: Event | None = None) -> None:
        """There is something new. Made to be given to `Events.subscribe`."""
        self._woken.set()

    async def run(self) -> None:
        """Drain for ever, connecting again after each loss, until cancelled; then say that the site is offline. May be
        run again after that."""
        pause = _FIRST_PAUSE
        self._suspects.clear()
        self._on_the_way.clear()
        while True:
            self._is_through = False
            try:
                async with self._connected() as line:
                    jobs = [self._drain(line), self._stay_online(line)]
                    if self._states is not None:
                        jobs.append(self._states.tell(line, self._site))
                    await _until_one_ends(*jobs)
            except (BrokerLost, SettingsFault) as fault:
                if self._is_through:
                    pause = _FIRST_PAUSE
                if not isinstance(fault, BrokerFull):
                    self._suspect()
                log.warning("broker_lost", reason=str(fault), retry_seconds=pause)
            await self._clock.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[BrokerLine]:
        async with self._open_line(LastWill(status_topic(self._site), _status("offline"))) as line:
            log.info("broker_connected")
            await self._tell_status(line, "online")
            is_lost = False
            try:
                self.is_connected = True
                yield line
            except BrokerLost:
                is_lost = True
                raise
            finally:
                self.is_connected = False
                if not is_lost:  # cancelled, as at every stop, or broken: our clean goodbye suppresses the last will
                    with contextlib.suppress(BrokerLost, TimeoutError):
                        async with asyncio.timeout(_GOODBYE_SECONDS):
                            await self._tell_status(line, "offline")

    async def _tell_status(self, line: BrokerLine, word: str) -> None:
        try:
            await line.publish(status_topic(self._site), _status(word), retain=True)
        except NotTaken as refusal:
            log.warning("status_refused", topic=status_topic(self._site), reason=str(refusal))

    async def _stay_online(self, line: BrokerLine) -> None:
        """Where the node that led before us was lost with its machine, its last will comes late: contradict it."""
        await line.subscribe(status_topic(self._site))
        async for told in line.messages():
            if told == _status("offline"):
                await self._tell_status(line, "online")

    async def _drain(self, line: BrokerLine) -> None:
        while True:
            self._woken.clear()
            try:
                is_empty = await self._send_some(line)
            except DatabaseFault as fault:  # it was away for a moment; what was acknowledged is marked later
                log.warning("outbox_not_read", fault=str(fault), retry_seconds=_FIRST_PAUSE)
                await self._clock.sleep(_FIRST_PAUSE)
                continue
            self._is_through = True
            if is_empty:
                await _until_one_ends(self._woken.wait(), self._clock.sleep(_LOOK_AGAIN_SECONDS))

    async def _send_some(self, line: BrokerLine) -> bool:
        """Send the next events; whether there was none."""
        await self._mark()
        entries = await self._outbox.unsent(1 if self._suspects else _BATCH)
        if not entries:
            entries = (await self._set_aside.wanted_again(MQTT))[:1]
            self._again = {entry.position for entry in entries}
        if not entries:
            self._suspects.clear()
            return True
        entries = await self._clear_the_way(entries)
        subjects: defaultdict[str, list[OutboxEntry]] = defaultdict(list)
        for entry in entries:
            subjects[entry.subject].append(entry)
        try:
            outcomes = await asyncio.gather(
                *(self._send_in_order(line, some) for some in subjects.values()), return_exceptions=True
            )
        except asyncio.CancelledError:
            with contextlib.suppress(DatabaseFault):  # then they are sent twice
                await self._mark()
            raise
        await self._mark()
        faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        for fault in faults:
            raise fault
        return False

    async def _send_in_order(self, line: BrokerLine, entries: Sequence[OutboxEntry]) -> None:
        for entry in entries:
            self._on_the_way.add(entry.position)
            try:
                await line.publish(topic(self._site, entry), envelope(self._site, entry))
            except NotTaken as refusal:
                await self._put_aside(entry, str(refusal))
            else:
                self._taken.add(entry.position)
            self._on_the_way.discard(entry.position)

    async def _mark(self) -> None:
        """In one transaction for all that were acknowledged meanwhile."""
        if self._taken:
            positions = tuple(self._taken)
            await self._outbox.mark_sent(positions, self._clock.now())
            for position in positions:
                self._suspects.pop(position, None)
                if position in self._again:
                    await self._set_aside.done(MQTT, position)
            self._taken.difference_update(positions)

    def _suspect(self) -> None:
        """One of those on their way may be what ended the connection: from now on one is sent at a time, until it is
        known which, or that it was none."""
        alone = len(self._on_the_way) == 1
        for position in self._on_the_way:
            self._suspects[position] = self._suspects.get(position, 0) + alone
        self._on_the_way.clear()

    async def _clear_the_way(self, entries: Sequence[OutboxEntry]) -> Sequence[OutboxEntry]:
        """Those of the entries that do not end the connection each time."""
        for entry in entries:
            tries = self._suspects.get(entry.position, 0)
            if tries >= MAXIMUM_TRIES:
                await self._put_aside(entry, f"the connection ended {tries} times while it was sent")
                del self._suspects[entry.position]
                return [other for other in entries if other is not entry]
        return entries

    async def _put_aside(self, entry: OutboxEntry, fault: str) -> None:
        log.error("event_set_aside", receiver=MQTT, entry=entry.id, topic=topic(self._site, entry), fault=fault)
        await self._set_aside.put(MQTT, entry, fault, self._clock.now())


def _status(word: str) -> bytes:
    return json.dumps({"status": word}).encode()


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
