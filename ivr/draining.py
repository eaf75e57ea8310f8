"""The hotline is told to stop: nothing new begins, what is under way may end, and whoever is left is told goodbye.

First calls are refused at the edge, due promises stay in the book and no call of our own begins. Shortly before the
limit those who talk are asked to come to an end. When it is over, callers in the flow or in the queue hear a goodbye,
and those who waited for an agent are promised a call. `Draining` waits and looks; `drain_moves` decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta

import structlog

from callbacks.model import PromiseState
from config.errors import DatabaseFault
from ivr.desk import Stage
from ivr.drain_moves import Move, next_move
from ivr.engagement import Engagement
from ivr.events import HotlineDraining
from ivr.flow.phases import Phase
from ivr.keeper import PromiseKeeper
from ivr.messages import Drain, Play
from ivr.outbound import Line
from ivr.own_calls import OwnCalls
from ivr.renegotiating import Renegotiating
from ivr.services import Services
from ivr.switchboard import Switchboard
from prompts.phrase import Phrase, phrase
from routing.changes import LeftWhy, WorkLeft
from routing.work import Mood, WorkKind

log = structlog.get_logger(__name__)

_LOOK_SECONDS = 0.25
_SUBJECT = "hotline"


class Draining:
    """Runs once; `is_on` from its beginning."""

    def __init__(
        self,
        services: Services,
        switchboard: Switchboard,
        keeper: PromiseKeeper,
        own_calls: OwnCalls,
        renegotiating: Renegotiating,
    ) -> None:
        self.is_on = False
        self._services = services
        self._switchboard = switchboard
        self._keeper = keeper
        self._own_calls = own_calls
        self._renegotiating = renegotiating
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, limit: float) -> None:
        """Returns once nobody is on the line, or `drain_moves.LEAVE_SECONDS` after the `limit`. Cancelled, it leaves
        what is left to `Switchboard.stop`."""
        clock = self._services.clock
        begun = clock.monotonic()
        await self._begin(limit)
        done: frozenset[Move] = frozenset()
        try:
            while (move := next_move(self.under_way, clock.monotonic() - begun, limit, done)) is not Move.STOP:
                done |= {move}
                if move is Move.WARN:
                    self._warn()
                elif move is Move.TAKE_LEAVE:
                    self._take_leave()
                await clock.sleep(_LOOK_SECONDS)
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        log.info("drain_ended", seconds=round(clock.monotonic() - begun, 1), cut=self.under_way)

    @property
    def under_way(self) -> int:
        """Calls and engagements that are not over, with their records; an agent's wrap-up is waited for by nobody."""
        own = self._own_calls.under_way + self._renegotiating.under_way
        return self._switchboard.under_way + self._switchboard.dispatcher.under_way + own

    async def _begin(self, limit: float) -> None:
        """Nothing new from now on."""
        services = self._services
        self.is_on = True
        services.edge.send(Drain(on=True))
        log.info("drain_begun", limit=limit, under_way=self.under_way)
        now = services.clock.now()
        until = now + timedelta(seconds=limit)
        self._keeper.rest(until)
        self._own_calls.rest()
        self._renegotiating.rest()
        await services.events.publish(HotlineDraining(subject=_SUBJECT, at=now, until=until))
        self._spawn(self._take_promises_back())

    async def _take_promises_back(self) -> None:
        """Those that wait for an agent, or are only shown to one. Without a database they are left for the next start,
        or for the node that leads now."""
        shown = [one.work for one in self._engagements if one.stage is Stage.PREVIEW]
        waiting = [one.work for one in self._services.floor.waiting()]
        for work in (*shown, *waiting):
            if work.kind is WorkKind.PROMISE:
                try:
                    await self._services.floor.feed(WorkLeft(work.id, LeftWhy.STOOD_DOWN))
                except DatabaseFault as fault:
                    log.warning("promise_not_taken_back", promise=work.id, fault=str(fault))
                    return

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _engagements(self) -> Sequence[Engagement]:
        return self._switchboard.dispatcher.engagements

    def _warn(self) -> None:
        """Both hear it over what they say; whoever is on hold goes on hearing music."""
        for one in self._engagements:
            if _is_conversation(one) and not one.on_hold:
                clips = self._clips(one, phrase("stopping-soon"))
                for leg in (one.agents_line.leg if one.agents_line else None, one.other_leg):
                    if leg is not None:
                        self._services.edge.send(Play(leg, 0, clips))

    def _take_leave(self) -> None:
        log.info("taking_leave", under_way=self.under_way)
        for session in tuple(self._switchboard.sessions.values()):
            session.take_leave()
        for one in self._engagements:
            if one.session is None and one.contact_line is not None and _is_conversation(one):
                one.cut = True
                self._spawn(self._say_goodbye(one, one.contact_line))

    async def _say_goodbye(self, engagement: Engagement, line: Line) -> None:
        """To a contact whom we have called."""
        await line.play(self._clips(engagement, phrase("stopping"), phrase("goodbye")))
        engagement.hang_up()

    def _clips(self, engagement: Engagement, *words: Phrase) -> tuple[str, ...]:
        edition, now, language = self._services.edition(), self._services.clock.now(), engagement.work.needs.language
        clips = (edition.prompts.clips(one, language, Mood.CALM, now, edition.zone) for one in words)
        return tuple(clip for of_phrase in clips for clip in of_phrase)


def _is_conversation(engagement: Engagement) -> bool:
    """Whether the two talk: not while the agent's phone rings, or the agent hears what it is about."""
    if engagement.stage is not Stage.TALKING or engagement.agents_line is None:
        return False
    if engagement.session is not None:
        return engagement.session.phase is Phase.TALKING
    if engagement.promise is not None:
        return engagement.promise.state is PromiseState.KEPT
    return engagement.adopted is not None
