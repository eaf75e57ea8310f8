"""Keeping promises: the clock makes them due, agents take them, phones ring, and the outcome is written down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from callbacks.commands import Command, Correct, EndAttempt, Offer, StartAttempt, Withdraw, WithdrawOffer
from callbacks.contacts.do_not_call import instead_of_calling, must_not_be_called
from callbacks.entries import HOTLINE
from callbacks.ledger import decide, what_time_brings
from callbacks.letters.telling import told_meanwhile
from callbacks.model import AttemptOutcome, Promise, PromiseState
from callbacks.not_reached import NotReached
from config.errors import Refused

#: So many promises change in one transaction of the clock's tick: other writers get their turn in between.
_BATCH = 200
#: A report on progress is not given to who was told about the matter since it was promised.
_TOLD_MEANWHILE = "they were told meanwhile"
_TOLD = Withdraw(_TOLD_MEANWHILE, HOTLINE)


class Keeping(NotReached):
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
                    dialling = promise.state is PromiseState.DIALLING
                    rules = await self.retry_rules(unit, promise) if dialling else self.rules.retry
                    entries = what_time_brings(promise, now, rules)
                    contact = await self.the_contact(unit, promise.contact)
                    if contact.do_not_call and not dialling:
                        entries = instead_of_calling(promise, contact, now)
                    elif not dialling and await told_meanwhile(unit, promise):
                        entries = decide(promise, _TOLD, now)
                    changed = await self.write(unit, promise, entries)
                    if changed.state is PromiseState.DUE:
                        due.append(changed)
            if not found:
                break  # another process is at them
        return self.rules.in_order(due)

    async def due_names(self) -> frozenset[str]:
        """The ids of what is due and waits for an agent."""
        async with self.store.reading() as reader:
            return await reader.due_names()

    async def promises_named(self, names: Sequence[str]) -> tuple[Promise, ...]:
        """The promises with these ids, in the order of service."""
        async with self.store.reading() as reader:
            return self.rules.in_order(list(await reader.promises_named(names)))

    async def recover(self) -> tuple[Promise, ...]:
        """To be called once at start, when this process alone keeps the book: no call of the last run is up and no
        offer of it stands. Returns every promise that is due, in the order of service, for the floor.

        Attempts of the last run keep their lease, unless `lose_attempt` says better: the phones may still be talking.
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
        while the contact is on the line, is not to be called, or was told meanwhile what there is to tell.
        """
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_promise(unit, promise_id)).contact
            do_not_call = (await self.the_contact(unit, contact, lock=True)).do_not_call
            promise = await self.the_promise(unit, promise_id, lock=True)
            if do_not_call:
                raise must_not_be_called(promise)
            if await unit.on_line(contact, now):
                raise Refused(
                    "the contact is on the line just now",
                    where=f"promise {promise.reference}",
                    remedy="serve them in that call",
                )
            if not await told_meanwhile(unit, promise):
                command = StartAttempt(self.make_id(), agent, self.attempt_lease)
                return await self.carry_out(unit, promise, command, now)
            await self.carry_out(unit, promise, _TOLD, now)
        raise Refused(_TOLD_MEANWHILE, where=f"promise {promise.reference}", remedy="take the next one")

    async def end_attempt(self, promise_id: str, attempt_id: str, outcome: AttemptOutcome, note: str = "") -> Promise:
        """How the try went, as soon as it is known: `ANSWERED` (when both sides are connected) keeps the promise; else
        it is owed again at `not_before`. When the rules leave no further try it is broken, or renegotiated where the
        contact could only not be reached (`NotReached`). Raises `LedgerRefusal` when this attempt is over already, for
        example because its lease ran out."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            rules = await self.retry_rules(unit, promise)
            instead = await self.instead_of_breaking(unit, promise, outcome, rules, now)
            ended = EndAttempt(attempt_id, outcome, rules, note, instead=instead)
            after = await self.carry_out(unit, promise, ended, now)
            if instead is not None:
                await self.follow(unit, after, instead, HOTLINE, now)
            return after

    async def attempts_under_way(self) -> tuple[Promise, ...]:
        """The promises that somebody is being called about; straight after a start, all of the last run."""
        async with self.store.reading() as reader:
            return tuple(await reader.promises(states=frozenset({PromiseState.DIALLING})))

    async def lose_attempt(self, promise_id: str, attempt_id: str) -> Promise:
        """An attempt of a run that died, of which the telephones say that none of its legs is up: its lease protects
        nobody any more. Owed again after the least pause. Raises `LedgerRefusal` when it is over already."""
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            rules = await self.retry_rules(unit, promise)
            lost = EndAttempt(attempt_id, AttemptOutcome.LOST, rules, "no leg of it is up", legs_are_over=True)
            return await self.carry_out(unit, promise, lost, self.clock.now())

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
            correction = Correct(outcome, await self.retry_rules(unit, promise), by)
            return await self.carry_out(unit, promise, correction, now)

    async def _command(self, promise_id: str, command: Command) -> Promise:
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, command, self.clock.now())
