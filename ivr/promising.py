"""What may be told a caller: how long the wait is, and which callback window the floor can keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from callbacks.capacity import given_away
from callbacks.contacts.zones import zones_of
from callbacks.service import PromiseBook
from config.clock import Clock
from config.hotline_file import HotlineFile
from config.urgency import Urgency
from ivr.flow.events import Renegotiated, WaitEstimated, WindowFound
from routing.hours import is_open, queue_hours
from routing.live_floor import LiveFloor
from routing.windows import Window, feasible_window
from routing.work import Needs

#: How far to look for promises made before: to the last one only where the floor is given away for a week.
_HORIZONS = (timedelta(days=2), timedelta(days=14), None)


class Promising:
    """Asks the floor and the promise book; decides nothing itself."""

    def __init__(self, book: PromiseBook, floor: LiveFloor, clock: Clock, file: Callable[[], HotlineFile]) -> None:
        self._book = book
        self._floor = floor
        self._clock = clock
        self._file = file

    async def estimate(self, needs: Needs, tier: str, urgency: Urgency, number: str = "") -> WaitEstimated:
        """The wait of a caller who is queued now, and the first callback window to their number that breaks no other
        promise."""
        file, now = self._file(), self._clock.now()
        wait = self._floor.estimate_wait(needs, tier, urgency)
        window = await self.window(needs, number)
        return WaitEstimated(
            seconds=wait.total_seconds() if wait is not None else None,
            is_open=is_open(queue_hours(file, needs.queue), file.hotline, now),
            opens=window.opens,
            due=window.due,
        )

    async def find(self, needs: Needs, number: str, wanted: datetime | None) -> WindowFound:
        """See `window`."""
        return WindowFound(*await self.window(needs, number, wanted))

    async def renegotiate(self, call: str, promise: str, opens: datetime, due: datetime) -> Renegotiated:
        """The contact has agreed to another window in this call; committed when this returns. Raises `Refused` when
        the old window is over meanwhile."""
        made = await self._book.renegotiate(promise, opens, due, "the contact agrees", f"call:{call}")
        return Renegotiated(made.id, made.opens or opens)

    async def window(self, needs: Needs, number: str, wanted: datetime | None = None) -> Window:
        """The first window from `wanted` on (None: as soon as the hotline file allows) in which this number can be
        called without breaking another promise.

        Looks at the promises of the next days only, and at later ones if the window found is not well before them: a
        promise that opens later can matter only by way of others in between.
        """
        file, now = self._file(), self._clock.now()
        service, zones = file.callbacks.service_seconds, zones_of(number)
        soonest = now + timedelta(seconds=file.callbacks.earliest_after)
        begins = max(soonest, wanted or soonest)
        for horizon in _HORIZONS:
            until = None if horizon is None else begins + horizon
            promised = given_away(await self._book.promised_calls(until), service)
            window = feasible_window(file, promised, needs, now, begins, zones=zones)
            if horizon is None or window.due <= begins + horizon / 2:
                break
        return window
