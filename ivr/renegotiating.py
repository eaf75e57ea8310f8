"""Before a promise is missed: the contact hears of it, and another window is agreed, openly (lesson 12).

Who waits on the floor and will not be served in their window, by the floor's own forecast, is told some time before its
end: by the channel they like to be written to, or by a call of the hotline alone. Such a call is an attempt like any
other: committed before the phone rings, and never beside an agent's.

So is who was rung already and not reached, when the next try comes too late to talk in, and nobody will be there to
make it. Where no try fits any more, the hotline moves the promise to another window by itself, once
(`callbacks.not_reached`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from callbacks.entries import HOTLINE, AttemptEnded
from callbacks.letters.telling import address_of
from callbacks.model import AttemptOutcome, Contact, Promise, PromiseKind, PromiseState
from callbacks.retry import LEAST_PAUSE, after_quiet_hours
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
#: What it takes to say why we ring, and to agree on another window.
_TALK = timedelta(seconds=90)
#: With less time than this nothing is agreed on any more.
_LEAST_TALK = timedelta(seconds=60)
#: Of what was rung already, so many promises are looked at, those first whose windows end first.
_LOOKED_AT = 200
_KINDS = frozenset({PromiseKind.CALLBACK, PromiseKind.WHEN_FIXED})
_WRITTEN = "it will not be done in time: the contact is written to"


class Renegotiating:
    """Watches what is due. Each promise is asked about once."""

    def __init__(self, services: Services, switchboard: Switchboard) -> None:
        self._services = services
        self._switchboard = switchboard
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

    def rest(self) -> None:
        """Make no more calls; those under way go on."""
        self._attempts.rest()

    @property
    def under_way(self) -> int:
        """How many are being made."""
        return len(self._attempts.under_way)

    async def stop(self) -> None:
        """Make no more calls; see `OwnAttempts.stop`."""
        await self._attempts.stop()

    async def tick(self) -> None:
        """Whatever will be missed, and was not asked about."""
        due = await self._services.book.due_names()
        again = {promise.id: promise for promise in await self._owed_again()}
        self._asked &= due | again.keys() | self._attempts.under_way
        waiting = await self._services.book.promises_named(sorted(due - self._asked))
        for promise in (*waiting, *(again[name] for name in again.keys() - self._asked - due)):
            if self._attempts.has_room and self.will_be_missed(promise):
                self._asked.add(promise.id)
                self._attempts.begin(promise, self._tell)

    def will_be_missed(self, promise: Promise) -> bool:
        """The end of the window is near, and by the forecast nobody can ring the contact before it."""
        services, rules = self._services, self._services.edition().file.callbacks
        now, ring = services.clock.now(), timedelta(seconds=rules.ring_seconds)
        if promise.kind not in _KINDS or promise.due is None:
            return False
        if promise.due - now > timedelta(seconds=rules.renegotiate_before):
            return False
        if promise.state is PromiseState.DUE:
            wait = services.floor.wait_of(promise.id)
        elif promise.state is PromiseState.OWED and promise.due - ring - _TALK < (promise.not_before or now):
            needs = Needs(promise.queue, promise.language, promise.skills)
            wait = services.floor.estimate_wait(needs, promise.tier, promise.urgency)
        else:
            return False
        return wait is None or wait > promise.due - now - ring

    async def _owed_again(self) -> list[Promise]:
        """What was tried already and waits for its next try, near the end of its window."""
        services, file = self._services, self._services.edition().file
        until = services.clock.now() + timedelta(seconds=file.callbacks.renegotiate_before)
        first = await services.book.first_due((), tuple(file.languages), _LOOKED_AT)
        tried = (one for one in first if one.state is PromiseState.OWED and one.attempts)
        return [one for one in tried if one.due is not None and one.due <= until]

    async def _tell(self, promise: Promise) -> None:
        services, rules = self._services, self._services.edition().file.callbacks
        contact = await services.book.contact(promise.contact)
        left = (promise.due or promise.made_at) - services.clock.now()
        if why := await self._switchboard.ceiling.reached():
            await self._move(promise, why, self._switchboard.ceiling.tomorrow())
        elif address_of(contact):
            await self._move(promise, _WRITTEN)
        elif promise.attempts and left <= timedelta(seconds=max(rules.ring_seconds, 2 * LOOK_SECONDS)):
            moved = await services.book.promise_anew(promise.id)
            log.info("promise_renegotiated", promise=promise.id, by="hotline", opens=moved.opens)
        elif step_of(services.edition().file, RENEGOTIATE) is not None and await self._may_ring(promise, contact, left):
            await self._call(await services.book.start_attempt(promise.id, HOTLINE), contact)
        else:
            self._asked.discard(promise.id)  # not yet

    async def _may_ring(self, promise: Promise, contact: Contact, left: timedelta) -> bool:
        """Whether it is time to ring. The last try of what is owed again is left where the rules put it, unless nothing
        could be agreed on then: it is made so much earlier, but not at night, nor within a minute of the one before."""
        if promise.state is PromiseState.DUE:
            return True
        services, now = self._services, self._services.clock.now()
        ring = timedelta(seconds=services.edition().file.callbacks.ring_seconds)
        if (
            not _LEAST_TALK < left - ring <= _TALK
            or after_quiet_hours(now, services.book.rules.retry.for_contact(contact)) > now
        ):
            return False
        ledger = await services.book.entries(promise.id)
        return all(entry.at + LEAST_PAUSE <= now for entry in ledger if isinstance(entry, AttemptEnded))

    async def _move(self, promise: Promise, why: str, wanted: datetime | None = None) -> None:
        """To the next window, from `wanted` on. A letter, to who likes to be written to, goes out with the promise that
        is made instead."""
        services = self._services
        needs, number = Needs(promise.queue, promise.language, promise.skills), await services.book.number_of(promise)
        window = await services.promising.window(needs, number, wanted)
        await services.book.renegotiate(promise.id, window.opens, window.due, why, HOTLINE)
        log.info("promise_renegotiated", promise=promise.id, by="hotline", why=why)

    async def _call(self, promise: Promise, contact: Contact) -> None:
        await self._services.floor.feed(WorkLeft(promise.id, LeftWhy.STOOD_DOWN))
        async with self._attempts.ring(promise, contact) as call:
            outcome = await call.answer()
            if outcome is AttemptOutcome.ANSWERED:
                await self._attempts.converse(call)
                # they have heard us; what they did not agree to stands, and is no try
                outcome = AttemptOutcome.VOICEMAIL if call.is_machine else AttemptOutcome.STOOD_DOWN
        await self._end(promise, outcome)
        if outcome is not AttemptOutcome.STOOD_DOWN:
            self._asked.discard(promise.id)  # nobody was asked

    async def _end(self, promise: Promise, outcome: AttemptOutcome) -> None:
        """Nothing is left to end where another window was agreed on."""
        try:
            await self._services.book.end_attempt(promise.id, promise.attempt or "", outcome)
        except Refused as refusal:
            log.info("attempt_over_already", promise=promise.id, outcome=outcome, why=str(refusal))
