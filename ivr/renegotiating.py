"""Before a promise is missed: the contact hears of it, and another window is agreed, openly (lesson 12).

Who waits on the floor and will not be served in their window, by the floor's own forecast, is told some time before its
end: by the channel they like to be written to, or by a call of the hotline alone. Such a call is an attempt like any
other: committed before the phone rings, and never beside an agent's.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseKind, PromiseState
from callbacks.telling import address_of
from config.errors import DatabaseFault, Refused
from ivr.own_attempts import OwnAttempts, step_of
from ivr.services import Services
from ivr.switchboard import Switchboard
from routing.changes import LeftWhy, WorkLeft
from routing.work import Needs

log = structlog.get_logger(__name__)

#: The kind of step with which such a call begins.
RENEGOTIATE = "renegotiate"
LOOK_SECONDS = 15.0
_KINDS = frozenset({PromiseKind.CALLBACK, PromiseKind.WHEN_FIXED})
_WRITTEN = "it will not be done in time: the contact is written to"


class Renegotiating:
    """Watches what is due. Each promise is asked about once."""

    def __init__(self, services: Services, switchboard: Switchboard) -> None:
        self._services = services
        self._attempts = OwnAttempts(services, switchboard, RENEGOTIATE)
        self._asked: set[str] = set()

    async def run(self) -> None:
        """Look for ever."""
        leave = self._services.events.subscribe(self._attempts.on_event)
        try:
            while True:
                await self._services.clock.sleep(LOOK_SECONDS)
                try:
                    await self.tick()
                except DatabaseFault as fault:
                    log.error("promises_not_looked_at", fault=str(fault))  # the next look finds them
        finally:
            leave()
            await self.stop()

    async def stop(self) -> None:
        """Make no more calls; see `OwnAttempts.stop`."""
        await self._attempts.stop()

    async def tick(self) -> None:
        """Whatever will be missed, and was not asked about."""
        due = await self._services.book.due_names()
        self._asked &= due | self._attempts.under_way
        for promise in await self._services.book.promises_named(sorted(due - self._asked)):
            if self._attempts.has_room and self.will_be_missed(promise):
                self._asked.add(promise.id)
                self._attempts.begin(promise, self._tell)

    def will_be_missed(self, promise: Promise) -> bool:
        """The end of the window is near, and by the forecast nobody can ring the contact before it."""
        rules, now = self._services.edition().file.callbacks, self._services.clock.now()
        if promise.kind not in _KINDS or promise.state is not PromiseState.DUE or promise.due is None:
            return False
        left = promise.due - now - timedelta(seconds=rules.ring_seconds)
        if promise.due - now > timedelta(seconds=rules.renegotiate_before):
            return False
        wait = self._services.floor.wait_of(promise.id)
        return wait is None or wait > left

    async def _tell(self, promise: Promise) -> None:
        contact = await self._services.book.contact(promise.contact)
        if address_of(contact):
            await self._write(promise)
        elif step_of(self._services.edition().file, RENEGOTIATE) is not None:
            await self._call(await self._services.book.start_attempt(promise.id, HOTLINE), contact)

    async def _write(self, promise: Promise) -> None:
        """The letter goes out with the promise that is made instead."""
        services = self._services
        needs, number = Needs(promise.queue, promise.language, promise.skills), await services.book.number_of(promise)
        window = await services.promising.window(needs, number)
        await services.book.renegotiate(promise.id, window.opens, window.due, _WRITTEN, HOTLINE)
        log.info("promise_renegotiated", promise=promise.id, by="letter")

    async def _call(self, promise: Promise, contact: Contact) -> None:
        await self._services.floor.feed(WorkLeft(promise.id, LeftWhy.STOOD_DOWN))
        async with self._attempts.ring(promise, contact) as call:
            outcome = await call.answer()
            if outcome is AttemptOutcome.ANSWERED:
                await self._attempts.converse(call)
                # they have heard us; what they did not agree to stands, and is no try
                outcome = AttemptOutcome.VOICEMAIL if call.is_machine else AttemptOutcome.STOOD_DOWN
        await self._end(promise, outcome)

    async def _end(self, promise: Promise, outcome: AttemptOutcome) -> None:
        """Nothing is left to end where another window was agreed on."""
        try:
            await self._services.book.end_attempt(promise.id, promise.attempt or "", outcome)
        except Refused as refusal:
            log.info("attempt_over_already", promise=promise.id, outcome=outcome, why=str(refusal))
