"""What may be told a caller: how long the wait is, and which callback window the floor can keep."""

from __future__ import annotations

from collections.abc import Callable

from callbacks.service import PromiseBook
from config.clock import Clock
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow.events import WaitEstimated
from routing.hours import is_open, queue_hours
from routing.service import FloorService
from routing.windows import Promised, feasible_window
from routing.work import Needs


class Promising:
    """Asks the floor and the promise book; decides nothing itself."""

    def __init__(self, book: PromiseBook, floor: FloorService, clock: Clock, file: Callable[[], HotlineFile]) -> None:
        self._book = book
        self._floor = floor
        self._clock = clock
        self._file = file

    async def estimate(self, needs: Needs, tier: str, urgency: Urgency) -> WaitEstimated:
        """The wait of a caller who is queued now, and the first callback window that breaks no other promise."""
        file, now = self._file(), self._clock.now()
        wait = self._floor.estimate_wait(needs, tier, urgency)
        service = file.callbacks.service_seconds
        promised = [
            Promised(p.opens, p.due, service, Needs(p.queue, p.language, p.skills))
            for p in await self._book.promised_windows()
            if p.opens is not None and p.due is not None
        ]
        window = feasible_window(file, promised, needs, now)
        return WaitEstimated(
            seconds=wait.total_seconds() if wait is not None else None,
            is_open=is_open(queue_hours(file, needs.queue), file.hotline, now),
            opens=window.opens,
            due=window.due,
        )
