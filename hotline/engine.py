"""The parts that keep calls and promises going, put together once for every program that runs them."""

from __future__ import annotations

import contextlib
from collections.abc import Coroutine

from callbacks.case_watch import watch_cases
from callbacks.problem_watch import watch_problems
from callbacks.progress_watch import watch_silences
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
    """Over whatever telephones, ears, stores and clock it is given: `recover`, `start`, run the `jobs`, `stop`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.switchboard = Switchboard(services)
        self._own_calls = OwnCalls(services, self.switchboard)
        self._keeper = PromiseKeeper(services.book, services.floor, services.clock, self._own_calls.take)
        self._renegotiating = Renegotiating(services, self.switchboard)
        self.desk = LiveDesk(services, self.switchboard.dispatcher, self._keeper)
        self.conversations = LiveConversations(services, self.switchboard.dispatcher, self.switchboard.lines)
        self._solved = LikeSolved(services.book, services.events, services.clock)
        self.cases = LiveCaseDesk(services, self.switchboard.dispatcher, self._solved)
        self._listening = contextlib.ExitStack()

    async def recover(self) -> None:
        """Take up what an earlier run left in the book; to be done before anybody is on the line."""
        await self._keeper.recover()

    async def start(self) -> None:
        """Take calls, and make our own."""
        await self.switchboard.start()
        self._listening.callback(self._own_calls.begin())

    async def stop(self) -> None:
        """No more calls; also after a `start` that failed."""
        self._listening.close()
        await self._solved.stop()
        await self._own_calls.stop()
        await self.switchboard.stop()

    def jobs(self) -> list[Coroutine[None, None, None]]:
        """What watches the floor, the promises and the cases; each runs until it is cancelled."""
        services = self.services
        return [
            services.floor.run(),
            self._keeper.run(),
            self._renegotiating.run(),
            watch_cases(services.book, services.clock),
            watch_problems(services.book, services.clock),
            watch_silences(services.book, services.clock),
        ]
