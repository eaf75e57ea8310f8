"""Keeping promises: the clock makes them due, agents take them, phones ring, and the outcome is written down."""

from __future__ import annotations

from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import Command, Correct, EndAttempt, Offer, StartAttempt, WithdrawOffer
from callbacks.ledger import what_time_brings
from callbacks.model import AttemptOutcome, Promise, PromiseState
from config.errors import Refused

#: So many promises change in one transaction of the clock's tick: other writers get their turn in between.
_BATCH = 200


class Keeping(Bookkeeping):
    """The part of the promise book between *owed* and *kept*."""

    async def fall_due(self, now: datetime) -> tuple[Promise, ...]:
        """Everything that the time alone brings: promises fall due, attempts whose lease ran out are lost and owed
        again, missed windows are broken. Contacts on the line are left alone, except for lost attempts.

        Returns the promises that are due since this call, in the order of service: urgency, tier, age.
        """
        due: list[Promise] = []
        while True:
            async with self.store.reading() as reader:
                if not await reader.waiting_for_time(now, 1):
                    break
            async with self.store.unit_of_work() as unit:
                found = await unit.waiting_for_time(now, _BATCH, lock=True)
                for promise in found:
                    entries = what_time_brings(promise, now, self.rules.retry)
                    changed = await self.write(unit, promise, entries)
                    if changed.state is PromiseState.DUE:
                        due.append(changed)
            if not found:
                break  # another process is at them
        return self.rules.in_order(due)

    async def recover(self) -> tuple[Promise, ...]:
        """To be called once at start, when this process alone keeps the book: no call of the last run is up and no
        offer of it stands. Returns every promise that is due, in the order of service, for the floor.

        Attempts of the last run keep their lease: the phones may still be talking.
        """
        async with self.store.unit_of_work() as unit:
            await unit.release_all()
            for offered in await unit.promises(states=frozenset({PromiseState.OFFERED})):
                await self.carry_out(unit, offered, WithdrawOffer(), self.clock.now())
            return self.rules.in_order(list(await unit.promises(states=frozenset({PromiseState.DUE}))))

    async def offer(self, promise_id: str, agent: str) -> Promise:
        """Put a due promise to an agent. Raises `LedgerRefusal`."""
        return await self._command(promise_id, Offer(agent))

    async def withdraw_offer(self, promise_id: str) -> Promise:
        """The agent declined or did not answer: it is due again. Raises `LedgerRefusal`."""
        return await self._command(promise_id, WithdrawOffer())

    async def start_attempt(self, promise_id: str, agent: str) -> Promise:
        """Committed when this returns, so that phones may ring then; the result's `attempt` is the id to end it by.

        Possible inside the window only, from owed, due, or offered to this agent. Raises `LedgerRefusal`, or `Refused`
        while the contact is on the line.
        """
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_promise(unit, promise_id)).contact
            await self.the_contact(unit, contact, lock=True)
            promise = await self.the_promise(unit, promise_id, lock=True)
            if await unit.on_line(contact, now):
                raise Refused(
                    "the contact is on the line just now",
                    where=f"promise {promise.reference}",
                    remedy="serve them in that call",
                )
            command = StartAttempt(self.make_id(), agent, self.attempt_lease)
            return await self.carry_out(unit, promise, command, now)

    async def end_attempt(self, promise_id: str, attempt_id: str, outcome: AttemptOutcome, note: str = "") -> Promise:
        """How the try went, as soon as it is known: `ANSWERED` (when both sides are connected) keeps the promise; else
        it is owed again at `not_before`, or broken when the rules leave no further try. Raises `LedgerRefusal` when
        this attempt is over already, for example because its lease ran out."""
        return await self._command(promise_id, EndAttempt(attempt_id, outcome, self.rules.retry, note))

    async def correct_outcome(self, promise_id: str, outcome: AttemptOutcome, by: str) -> Promise:
        """The agent says at wrap-up that the attempt which kept the promise reached a voicemail, a stranger…: it is
        owed again, or broken. `ANSWERED` confirms it and changes nothing. Raises `LedgerRefusal` an hour later, and
        `Refused` when the same was promised again meanwhile."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_promise(unit, promise_id)).contact
            await self.the_contact(unit, contact, lock=True)
            promise = await self.the_promise(unit, promise_id, lock=True)
            if outcome is AttemptOutcome.ANSWERED and promise.state is PromiseState.KEPT:
                return promise
            for other in await unit.promises(contact=contact, kind=promise.kind):
                if other.case == promise.case and other.id != promise.id:
                    raise Refused(f"the same is promised again, as {other.reference}", where=promise.reference)
            return await self.carry_out(unit, promise, Correct(outcome, self.rules.retry, by), now)

    async def _command(self, promise_id: str, command: Command) -> Promise:
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, command, self.clock.now())
