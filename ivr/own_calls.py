"""Promises that the hotline keeps by itself: a follow-up asks two questions, and needs nobody who works here.

They never come to the floor. The promise is kept when the contact answers, before a word is said.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, Promise, PromiseKind
from config.errors import DatabaseFault, Refused
from config.hotline_file import HotlineFile
from ivr.own_attempts import OwnAttempts, step_of
from ivr.services import Services
from ivr.switchboard import Switchboard

log = structlog.get_logger(__name__)

#: The kind of step with which such a call begins.
FOLLOW_UP = "follow-up"


def asks_by_itself(file: HotlineFile, promise: Promise) -> bool:
    """Whether the hotline keeps this promise alone."""
    by_hotline = promise.kind is PromiseKind.FOLLOW_UP and file.follow_up.asked_by == "hotline"
    return by_hotline and step_of(file, FOLLOW_UP) is not None


class OwnCalls:
    """To be offered every promise that falls due: `take` says which are not for the floor."""

    def __init__(self, services: Services, switchboard: Switchboard) -> None:
        self._services = services
        self._attempts = OwnAttempts(services, switchboard, FOLLOW_UP)
        self._has_begun = False

    def begin(self) -> Callable[[], None]:
        """There are telephones from now on. The returned function ends the listening to events."""
        self._has_begun = True
        return self._services.events.subscribe(self._attempts.on_event)

    def take(self, promise: Promise) -> bool:
        """True for a promise that is not work for an agent. It is called now, or at a later offer when the lines for
        such calls are taken."""
        if not asks_by_itself(self._services.edition().file, promise):
            return False
        attempts = self._attempts
        if self._has_begun and promise.id not in attempts.under_way and attempts.has_room:
            attempts.begin(promise, self._ask)
        return True

    def rest(self) -> None:
        """Make no more calls; those under way go on."""
        self._attempts.rest()

    @property
    def under_way(self) -> int:
        """How many are being made."""
        return len(self._attempts.under_way)

    async def stop(self) -> None:
        """Make no more calls; see `OwnAttempts.stop`."""
        self._has_begun = False
        await self._attempts.stop()

    async def _ask(self, due: Promise) -> None:
        promise = await self._services.book.start_attempt(due.id, HOTLINE)
        contact = await self._services.book.contact(promise.contact)
        async with self._attempts.ring(promise, contact) as call:
            if await self._is_kept(promise, await call.answer()):
                await self._attempts.converse(call)
        if call.is_machine:
            await self._was_a_machine(promise)

    async def _is_kept(self, promise: Promise, outcome: AttemptOutcome) -> bool:
        """Write down what became of it before a word is said."""
        try:
            ended = await self._services.book.end_attempt(promise.id, promise.attempt or "", outcome)
        except Refused as refusal:
            log.info("attempt_over_already", promise=promise.id, outcome=outcome, why=str(refusal))
            return False
        log.info("attempt_ended", promise=promise.id, outcome=outcome, state=ended.state)
        return outcome is AttemptOutcome.ANSWERED

    async def _was_a_machine(self, promise: Promise) -> None:
        """Nobody heard the question: it is owed again, unless somebody answered it all the same."""
        try:
            if await self._services.book.was_rated(promise.attempt or ""):
                return
            await self._services.book.correct_outcome(promise.id, AttemptOutcome.VOICEMAIL, HOTLINE)
        except (Refused, DatabaseFault) as fault:
            log.warning("outcome_not_corrected", promise=promise.id, why=str(fault))
