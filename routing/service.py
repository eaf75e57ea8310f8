"""The floor at work: one change after the other, receipts and events saved, listeners told, time watched."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from config.clock import Clock
from config.errors import DatabaseFault
from config.events import Event
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor
from routing.changes import Change, TimePassed, WorkArrived
from routing.classes import WaitingWork
from routing.events import told_by
from routing.figures import DayFigures, Figures
from routing.floor import Floor
from routing.forecast import FloorSnapshot, WaitEstimates, WaitForecast
from routing.forecast_error import ForecastError, ForecastErrors
from routing.outcomes import OfferMade, Outcome
from routing.ports import ReceiptStore
from routing.receipts import Receipt
from routing.replay import FileAdopted, FloorOpened, Recorded
from routing.work import Needs, WorkKind

log = structlog.get_logger(__name__)

OutcomeListener = Callable[[Outcome], Awaitable[None]]


class FloorService:
    """The one door to a live floor.

    A change is carried through to its end even when the task that fed it is cancelled: an offer that was decided is
    also told.
    """

    def __init__(self, floor: Floor, store: ReceiptStore, clock: Clock) -> None:
        self._floor = floor
        self._store = store
        self._clock = clock
        self._figures = Figures()
        self._forecast = WaitForecast(floor.file)
        self._forecast_errors = ForecastErrors()
        self._one_at_a_time = asyncio.Lock()
        self._listeners: list[OutcomeListener] = []
        self._to_tell: deque[Outcome] = deque()
        self._telling = False
        self._unsaved: tuple[list[Receipt], list[Event]] = ([], [])
        self._unsaved_changes = [Recorded(FloorOpened(floor.version), clock.now())]
        self._time_changed = asyncio.Event()
        self._running: set[asyncio.Task[tuple[Outcome, ...]]] = set()

    def subscribe(self, listener: OutcomeListener) -> Callable[[], None]:
        """Call `listener` with every outcome from now on, in order; the returned function ends that.

        A listener may feed changes itself; their outcomes are told after those before them.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def feed(self, change: Change) -> tuple[Outcome, ...]:
        """Take a change in; what came of it, after it was saved. An empty answer: the change came too late.

        Raises `config.errors.NotFound` for an unknown agent.
        """
        task = asyncio.create_task(self._carry_through(change))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

    async def adopt(self, file: HotlineFile, version: str) -> None:
        """Go by a newly published hotline file."""
        self._floor.adopt(file, version)
        self._unsaved_changes.append(Recorded(FileAdopted(version), self._clock.now()))
        await self.feed(TimePassed())

    async def run(self) -> None:
        """Let time pass on the floor, until cancelled."""
        while True:
            self._time_changed.clear()
            now = self._clock.now()
            moment = self._floor.next_moment(now)
            if moment is not None and moment <= now:
                await self.feed(TimePassed())
                continue
            await self._wait_until(None if moment is None else (moment - now).total_seconds())

    def waiting(self) -> tuple[WaitingWork, ...]:
        """What waits, in serving order."""
        return self._floor.waiting(self._clock.now())

    def agents(self) -> tuple[AgentOnFloor, ...]:
        """Every agent and their state."""
        return self._floor.agents()

    def figures(self) -> DayFigures:
        """Today's service figures."""
        return self._figures.today(self._floor.file, self._clock.now())

    def figures_by_tier(self) -> dict[str, DayFigures]:
        """The same for each tier that had a call today."""
        return self._figures.today_by_tier(self._floor.file, self._clock.now())

    def estimate_wait(self, needs: Needs, tier: str, urgency: Urgency) -> timedelta | None:
        """How long a caller queued now is likely to wait; None when nobody at work can serve them."""
        estimates = self._estimates(needs, tier, urgency)
        return None if estimates is None else self._forecast_errors.choose(estimates, needs.queue, tier)

    def wait_of(self, work: str) -> timedelta | None:
        """How long work that waits is likely to wait on; None when nobody at work can serve it."""
        now = self._clock.now()
        snapshot = FloorSnapshot(self._floor.agents(), self._floor.waiting(now), now)
        return self._forecaster().wait_of(snapshot, work)

    def forecast_errors(self) -> tuple[ForecastError, ...]:
        """What callers were told beside what they waited, of the last calls of each queue and tier."""
        return self._forecast_errors.summary()

    def _estimates(self, needs: Needs, tier: str, urgency: Urgency) -> WaitEstimates | None:
        now = self._clock.now()
        return self._forecaster().estimates(
            FloorSnapshot(self._floor.agents(), self._floor.waiting(now), now), needs, tier, urgency
        )

    def _forecaster(self) -> WaitForecast:
        if self._forecast.file is not self._floor.file:
            self._forecast = WaitForecast(self._floor.file)
        return self._forecast

    def _note_forecast(self, change: Change) -> None:
        """A call that begins to wait will show how good the forecast is."""
        if isinstance(change, WorkArrived) and change.work.kind is WorkKind.CALL:
            work = change.work
            estimates = self._estimates(work.needs, work.tier, work.urgency)
            if estimates is not None:
                self._forecast_errors.note(work, estimates, self._clock.now())

    async def _carry_through(self, change: Change) -> tuple[Outcome, ...]:
        async with self._one_at_a_time:
            now = self._clock.now()
            before = self._floor.next_moment(now)
            self._note_forecast(change)
            outcomes = self._floor.feed(change, now)
            self._unsaved_changes.append(Recorded(change, now))
            if self._floor.next_moment(now) != before:
                self._time_changed.set()
            if outcomes:
                self._figures.count(outcomes, self._floor.file, now)
                self._forecast_errors.count(outcomes, now)
                receipts, events = self._unsaved
                receipts.extend(outcome.receipt for outcome in outcomes if isinstance(outcome, OfferMade))
                events.extend(told_by(outcome, now) for outcome in outcomes)
                self._to_tell.extend(outcomes)
                await self._save()
        await self._tell()
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

    async def _tell(self) -> None:
        """Tell the listeners, outside the lock so that they may feed; whoever comes meanwhile leaves it to us."""
        if self._telling:
            return
        self._telling = True
        try:
            while self._to_tell:
                outcome = self._to_tell.popleft()
                for listener in tuple(self._listeners):
                    try:
                        await listener(outcome)
                    except Exception:  # one listener's fault must not keep the others from being told
                        log.exception("floor_listener_failed", outcome=type(outcome).__name__)
        finally:
            self._telling = False

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
