"""The parts that keep calls and promises going, put together once for every program that runs them."""

from __future__ import annotations

import contextlib
from datetime import datetime

from callbacks.aftercare.progress_watch import watch_silences
from callbacks.cases.watch import watch_cases
from callbacks.problems.watch import watch_problems
from hotline.duties import Duty
from ivr.draining import Draining
from ivr.keeper import PromiseKeeper
from ivr.live_casedesk import LiveCaseDesk
from ivr.live_conversations import LiveConversations
from ivr.live_desk import LiveDesk
from ivr.own_calls import OwnCalls
from ivr.renegotiating import Renegotiating
from ivr.services import Services
from ivr.solved_cases import LikeSolved
from ivr.switchboard import Switchboard


class Engine:
    """Over whatever telephones, ears, stores and clock it is given: `recover`, `start`, run the `jobs`, `drain`,
    `stop`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.switchboard = Switchboard(services)
        self._own_calls = OwnCalls(services, self.switchboard)
        self._keeper = PromiseKeeper(
            services.book, services.floor, services.clock, self._own_calls.take, self.switchboard.ceiling
        )
        self._renegotiating = Renegotiating(services, self.switchboard)
        self.desk = LiveDesk(services, self.switchboard.dispatcher, self._keeper)
        self.conversations = LiveConversations(services, self.switchboard.dispatcher, self.switchboard.lines)
        self._draining = Draining(services, self.switchboard, self._keeper, self._own_calls, self._renegotiating)
        self._solved = LikeSolved(services.book, services.events, services.clock)
        self.cases = LiveCaseDesk(services, self.switchboard.dispatcher, self._solved)
        self._listening = contextlib.ExitStack()

    def watched_at(self) -> datetime | None:
        """When the promises were last looked at."""
        return self._keeper.watched_at

    async def recover(self) -> None:
        """Take up what an earlier run left in the book; to be done before anybody is on the line."""
        await self._keeper.recover()

    async def start(self) -> None:
        """Take calls, and make our own."""
        await self.switchboard.start()
        self._listening.callback(self._own_calls.begin())

    async def drain(self, limit: float) -> None:
        """Let nothing new begin, and return when what is under way has ended, by itself within `limit` seconds or by a
        goodbye. The `duties` go on meanwhile. To be followed by `stop`."""
        await self._draining.run(limit)

    @property
    def is_draining(self) -> bool:
        """Whether it is about to stop."""
        return self._draining.is_on

    async def stop(self) -> None:
        """No more calls; also after a `start` that failed."""
        self._listening.close()
        await self._solved.stop()
        await self._own_calls.stop()
        await self.switchboard.stop()

    def duties(self) -> list[Duty]:
        """What watches the promises and the cases, of all nodes at one; each runs until it is cancelled."""
        book, clock = self.services.book, self.services.clock
        return [
            self._keeper.run,
            self._renegotiating.run,
            lambda: watch_cases(book, clock),
            lambda: watch_problems(book, clock),
            lambda: watch_silences(book, clock),
        ]
