"""A live floor as the rest of the house sees it: what is read of it, what it tells, and the one way to change it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from config.clock import Clock
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from routing.agents import AgentOnFloor
from routing.changes import Change, WorkArrived
from routing.classes import WaitingWork
from routing.figures import DayFigures, Figures
from routing.floor import Floor
from routing.forecast import FloorSnapshot, WaitEstimates, WaitForecast
from routing.forecast_error import ForecastError, ForecastErrors
from routing.outcomes import Outcome
from routing.work import Needs, WorkKind

log = structlog.get_logger(__name__)

OutcomeListener = Callable[[Outcome], Awaitable[None]]


class LiveFloor(ABC):
    """The one door to a floor: `FloorService` where one process has it alone, `SharedFloor` where several nodes do."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor = floor
        self._clock = clock
        self._figures = Figures()
        self._forecast = WaitForecast(floor.file)
        self._forecast_errors = ForecastErrors()
        self._listeners: list[OutcomeListener] = []
        self._to_tell: deque[Outcome] = deque()
        self._telling = False

    @abstractmethod
    async def feed(self, change: Change) -> tuple[Outcome, ...]:
        """Take a change in; what came of it, after it was saved. An empty answer: the change came too late.

        Raises `config.errors.NotFound` for an unknown agent.
        """

    @abstractmethod
    async def adopt(self, file: HotlineFile, version: str) -> None:
        """Go by a newly published hotline file."""

    @abstractmethod
    async def run(self) -> None:
        """Let time pass on the floor, until cancelled."""

    def subscribe(self, listener: OutcomeListener) -> Callable[[], None]:
        """Call `listener` with every outcome from now on, in order; the returned function ends that.

        A listener may feed changes itself; their outcomes are told after those before them.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def desk_of(self, _work: str) -> str:
        """Where the desk is that shows this work, if that is another node's; else empty."""
        return ""

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
        estimates = self._estimates(needs, tier, urgency, self._clock.now())
        return None if estimates is None else self._forecast_errors.choose(estimates, needs.queue, tier)

    def wait_of(self, work: str) -> timedelta | None:
        """How long work that waits is likely to wait on; None when nobody at work can serve it."""
        now = self._clock.now()
        snapshot = FloorSnapshot(self._floor.agents(), self._floor.waiting(now), now)
        return self._forecaster().wait_of(snapshot, work)

    def forecast_errors(self) -> tuple[ForecastError, ...]:
        """What callers were told beside what they waited, of the last calls of each queue and tier."""
        return self._forecast_errors.summary()

    def _estimates(self, needs: Needs, tier: str, urgency: Urgency, now: datetime) -> WaitEstimates | None:
        snapshot = FloorSnapshot(self._floor.agents(), self._floor.waiting(now), now)
        return self._forecaster().estimates(snapshot, needs, tier, urgency)

    def _forecaster(self) -> WaitForecast:
        if self._forecast.file is not self._floor.file:
            self._forecast = WaitForecast(self._floor.file)
        return self._forecast

    def _take(self, change: Change, now: datetime, learns: bool = True) -> tuple[Outcome, ...]:
        """Let it happen, and count; who `learns` by it compares what the caller is told with what comes. Raises like
        `feed`."""
        if learns:
            self._note_forecast(change, now)
        outcomes = self._floor.feed(change, now)
        if outcomes:
            self._figures.count(outcomes, self._floor.file, now)
            self._forecast_errors.count(outcomes, now)
        return outcomes

    def _note_forecast(self, change: Change, now: datetime) -> None:
        """A call that begins to wait will show how good the forecast is."""
        if isinstance(change, WorkArrived) and change.work.kind is WorkKind.CALL:
            work = change.work
            estimates = self._estimates(work.needs, work.tier, work.urgency, now)
            if estimates is not None:
                self._forecast_errors.note(work, estimates, now)

    async def _tell(self, outcomes: Iterable[Outcome] = ()) -> None:
        """Tell the listeners, so that they may feed; whoever comes meanwhile leaves it to us."""
        self._to_tell.extend(outcomes)
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
