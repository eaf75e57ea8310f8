"""The floor at work in one process: one change after the other, receipts and events saved, listeners told."""

from __future__ import annotations

import asyncio

import structlog

from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event
from config.hotline_file import HotlineFile
from routing.changes import Change, TimePassed
from routing.events import told_by
from routing.floor import Floor
from routing.live_floor import LiveFloor
from routing.outcomes import OfferMade, Outcome
from routing.ports import ReceiptStore
from routing.receipts import Receipt
from routing.replay import FileAdopted, FloorOpened, Recorded

log = structlog.get_logger(__name__)


class FloorService(LiveFloor):
    """A floor that this process has alone.

    A change is carried through to its end even when the task that fed it is cancelled: an offer that was decided is
    also told.
    """

    def __init__(self, floor: Floor, store: ReceiptStore, clock: Clock) -> None:
        super().__init__(floor, clock)
        self._store = store
        self._one_at_a_time = asyncio.Lock()
        self._unsaved: tuple[list[Receipt], list[Event]] = ([], [])
        self._unsaved_changes = [Recorded(FloorOpened(floor.version), clock.now())]
        self._time_changed = asyncio.Event()
        self._running: set[asyncio.Task[tuple[Outcome, ...]]] = set()

    async def feed(self, change: Change) -> tuple[Outcome, ...]:
        task = asyncio.create_task(self._carry_through(change))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def adopt(self, file: HotlineFile, version: str) -> None:
        self._floor.adopt(file, version)
        self._unsaved_changes.append(Recorded(FileAdopted(version), self._clock.now()))
        await self.feed(TimePassed())

    async def run(self) -> None:
        while True:
            self._time_changed.clear()
            now = self._clock.now()
            moment = self._floor.next_moment(now)
            if moment is not None and moment <= now:
                await self.feed(TimePassed())
                continue
            await self._wait_until(None if moment is None else (moment - now).total_seconds())

    async def _carry_through(self, change: Change) -> tuple[Outcome, ...]:
        async with self._one_at_a_time:
            now = self._clock.now()
            before = self._floor.next_moment(now)
            outcomes = self._take(change, now)
            self._unsaved_changes.append(Recorded(change, now))
            if self._floor.next_moment(now) != before:
                self._time_changed.set()
            if outcomes:
                receipts, events = self._unsaved
                receipts.extend(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
                events.extend(told_by(outcome, now) for outcome in outcomes)
                self._to_tell.extend(outcomes)
                await self._save()
        await self._tell()  # outside the lock
        return outcomes

    async def _save(self) -> None:
        """A caller must not wait for ever because a record cannot be written: what fails is saved with the next."""
        receipts, events = self._unsaved
        try:
            await self._store.save(receipts, events, self._unsaved_changes)
        except DatabaseFault as fault:
            log.error("receipts_not_saved", receipts=len(receipts), events=len(events), fault=str(fault))
        else:
            self._unsaved, self._unsaved_changes = ([], []), []

    async def _wait_until(self, seconds: float | None) -> None:
        """Sleep, but wake when the next moment changes."""
        waits: list[asyncio.Future[None] | asyncio.Task[None]] = [asyncio.ensure_future(self._woken())]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep(seconds)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _woken(self) -> None:
        await self._time_changed.wait()
