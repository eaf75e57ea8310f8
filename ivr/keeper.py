"""Keeps watch over the promise book: what falls due enters the floor, beside the callers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from callbacks.model import Promise, PromiseState
from callbacks.service import PromiseBook
from config.clock import Clock
from config.errors import DatabaseFault
from ivr.dial_ceiling import DialCeiling
from routing.changes import LeftWhy, WorkArrived, WorkLeft
from routing.live_floor import LiveFloor
from routing.work import Needs, Work, WorkKind

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0


class PromiseKeeper:
    """Puts due promises on the floor and takes them off again when they are no longer due."""

    def __init__(
        self,
        book: PromiseBook,
        floor: LiveFloor,
        clock: Clock,
        takes_alone: Callable[[Promise], bool] = lambda _promise: False,
        ceiling: DialCeiling | None = None,
    ) -> None:
        """`takes_alone` is offered every due promise first: True for one that the hotline keeps without an agent. While
        the `ceiling` of the day is reached, what is due waits in the book."""
        self._book = book
        self._takes_alone = takes_alone
        self._ceiling = ceiling
        self._floor = floor
        self._clock = clock
        self.watched_at: datetime | None = None  # when the book was last looked into
        self.rests_until: datetime | None = None

    def rest(self, until: datetime) -> None:
        """Put nothing on the floor any more, for the hotline stops then: what falls due stays in the book."""
        self.rests_until = until

    async def may_dial(self) -> bool:
        """Whether anybody may be called just now."""
        return self._ceiling is None or not await self._ceiling.reached()

    async def check(self) -> None:
        """Raises `Refused`, with the reason, when nobody may be called just now."""
        if self._ceiling is not None:
            await self._ceiling.check()

    async def recover(self) -> None:
        """After a start: what the last run had offered is taken back, and what is due waits again."""
        await self._book.recover()
        await self.tick()

    async def run(self) -> None:
        """Watch for ever."""
        while True:
            await self._clock.sleep(TICK_SECONDS)
            try:
                await self.tick()
            except DatabaseFault as fault:
                log.error("promises_not_watched", fault=str(fault))  # the next tick finds what this one missed

    async def tick(self) -> None:
        """Bring the floor in step with the book. What is owed but not due costs nothing here."""
        for promise in await self._book.fall_due(self._clock.now()):
            log.info("promise_fell_due", promise=promise.id, kind=promise.kind)
        due = await self._book.due_names() if await self.may_dial() else frozenset()
        waiting = {w.work.id for w in self._floor.waiting() if w.work.kind is WorkKind.PROMISE}
        in_hand = {agent.work for agent in self._floor.agents()}
        for gone in waiting - due:
            await self._floor.feed(WorkLeft(gone, LeftWhy.STOOD_DOWN))
        for promise in await self._book.promises_named(sorted(due - waiting - in_hand)):
            if self.rests_until is not None:
                break
            if promise.state is PromiseState.DUE and not self._takes_alone(promise):  # a free agent takes the first
                await self._floor.feed(WorkArrived(work_of(promise)))
        self.watched_at = self._clock.now()


def work_of(promise: Promise) -> Work:
    """The promise as work for the floor: waiting since its window opened, due at its end."""
    return Work(
        id=promise.id,
        kind=WorkKind.PROMISE,
        needs=Needs(promise.queue, promise.language, promise.skills),
        tier=promise.tier,
        urgency=promise.urgency,
        since=promise.opens or promise.made_at,
        opens=promise.opens,
        due=promise.due,
        own_agent=promise.owner,
    )
