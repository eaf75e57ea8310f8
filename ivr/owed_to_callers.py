"""What is owed to a contact who is on the line: nobody is to dial them now, and talking with them may keep it."""

from __future__ import annotations

import structlog

from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.errors import Refused
from ivr.dispatch import Dispatcher
from ivr.services import Services
from routing.changes import LeftWhy, WorkLeft

log = structlog.get_logger(__name__)


class OwedToCallers:
    """To be told of each caller's coming and going."""

    def __init__(self, services: Services, dispatcher: Dispatcher) -> None:
        self._services = services
        self._dispatcher = dispatcher

    async def meet(self, contact: str, call: str) -> tuple[Promise, ...]:
        """The contact is on the line; everything owed to them, by due time."""
        owed = await self._services.book.meet_caller(contact, call)
        for promise in owed:
            await self._stand_down(promise)
        return owed

    async def left(self, contact: str, call: str, served_about: str | None, case: str | None) -> None:
        """The call is over. `served_about` is the promise they asked for and have talked with an agent about: kept.
        `case` is what they have talked with an agent about: a report on how it goes is not owed any more."""
        book = self._services.book
        if served_about is not None:
            try:
                await book.keep_by_call(served_about, call)
            except Refused as refusal:  # closed meanwhile, by a person
                log.warning("promise_not_kept_by_call", promise=served_about, why=str(refusal))
        if case is not None:
            await book.told_about(case, call)
        await book.caller_left(contact, call)

    async def _stand_down(self, promise: Promise) -> None:
        if promise.state is PromiseState.DIALLING and not self._dispatcher.stand_down(promise.id):
            # An attempt of a process that died: its lease must not outlive this call, or they are rung once more.
            try:
                await self._services.book.end_attempt(promise.id, promise.attempt or "", AttemptOutcome.STOOD_DOWN)
            except Refused as refusal:
                log.info("attempt_over_already", promise=promise.id, why=str(refusal))
        await self._services.floor.feed(WorkLeft(promise.id, LeftWhy.STOOD_DOWN))
