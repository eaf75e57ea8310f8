"""Keeps watch over the promise book: what falls due enters the floor, beside the callers."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from callbacks.model import Promise, PromiseState
from callbacks.service import PromiseBook
from config.clock import Clock
from config.errors import DatabaseFault
from routing.changes import LeftWhy, WorkArrived, WorkLeft
from routing.service import FloorService
from routing.work import Needs, Work, WorkKind

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0


class PromiseKeeper:
    """Puts due promises on the floor and takes them off again when they are no longer due."""

    def __init__(
        self,
        book: PromiseBook,
        floor: FloorService,
        clock: Clock,
        takes_alone: Callable[[Promise], bool] = lambda _promise: False,
    ) -> None:
        """`takes_alone` is offered every due promise first: True for one that the hotline keeps without an agent."""
        self._book = book
        self._takes_alone = takes_alone
        self._floor = floor
        self._clock = clock

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
        due = await self._book.due_names()
        waiting = {w.work.id for w in self._floor.waiting() if w.work.kind is WorkKind.PROMISE}
        in_hand = {agent.work for agent in self._floor.agents()}
        for gone in waiting - due:
            await self._floor.feed(WorkLeft(gone, LeftWhy.STOOD_DOWN))
        for promise in await self._book.promises_named(sorted(due - waiting - in_hand)):
            if promise.state is PromiseState.DUE and not self._takes_alone(promise):  # a free agent takes the first
                await self._floor.feed(WorkArrived(work_of(promise)))


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
