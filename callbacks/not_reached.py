"""Who could not be reached in the promised window is called in another one, once, instead of being given up.

Nobody has agreed to that window: it stands in the ledger as the hotline's own decision, with the reason, and a contact
who likes to be written to gets a letter (lesson 12). What fails a second time is broken.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from callbacks.commands import OtherWindow, Renegotiate
from callbacks.entries import HOTLINE, Renegotiated
from callbacks.ledger import what_follows
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from callbacks.ports import BookReader
from callbacks.reaching import Reaching
from callbacks.retry import GiveUp, RetryRules
from config.errors import Refused

#: The contact's telephone was tried, and nobody was there.
_NOT_REACHED = frozenset(
    {
        AttemptOutcome.BUSY,
        AttemptOutcome.NO_ANSWER,
        AttemptOutcome.REJECTED,
        AttemptOutcome.VOICEMAIL,
        AttemptOutcome.FAILED,
    }
)
#: What the contact waits for; our own reminders to call come again by themselves.
_WAITED_FOR = frozenset({PromiseKind.CALLBACK, PromiseKind.WHEN_FIXED})
#: What is promised for later can matter only by way of other promises in between.
_TWO_WEEKS = timedelta(days=14)


class NotReached(Reaching):
    """The part of the promise book about contacts who do not answer."""

    async def promise_anew(self, promise_id: str) -> Promise:
        """The window ends before another try fits, and no try has reached the contact: promise the next window that the
        floor can keep. Returns the promise that holds now. Raises `Refused` where nobody was rung, it was done before,
        or the promise is in hand or closed."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            old = await self.the_promise(unit, promise_id, lock=True)
            waits = old.state in (PromiseState.OWED, PromiseState.DUE)
            if not waits or not old.attempts or not await self._may_be_moved(unit, old):
                raise Refused("this promise is not moved to another window", where=f"promise {old.reference}")
            window = await self._next_window(unit, old, now)
            reason = f"not reached in {old.attempts} attempts, and no time left in the window"
            moved = Renegotiate(window.successor, window.opens, window.due, reason, HOTLINE)
            await self.carry_out(unit, old, moved, now)
            return await self.follow(unit, old, window, HOTLINE, now)

    async def instead_of_breaking(
        self, reader: BookReader, promise: Promise, outcome: AttemptOutcome, rules: RetryRules, now: datetime
    ) -> OtherWindow | None:
        """The window to call the contact in when the running attempt ends so and is the last one; None when there will
        be another try, or the promise is to be broken."""
        if promise.state is not PromiseState.DIALLING or outcome not in _NOT_REACHED:
            return None
        if not isinstance(what_follows(promise, outcome, rules, now), GiveUp):
            return None
        return await self._next_window(reader, promise, now) if await self._may_be_moved(reader, promise) else None

    async def _may_be_moved(self, reader: BookReader, promise: Promise) -> bool:
        """Whether the hotline has not moved it by itself before, after tries of its own."""
        before = promise.follows
        while before is not None:
            earlier = await self.the_promise(reader, before)
            last = (await reader.entries(before))[-1]
            if earlier.attempts and isinstance(last, Renegotiated) and last.by == HOTLINE:
                return False
            before = earlier.follows
        return promise.kind in _WAITED_FOR

    async def _next_window(self, reader: BookReader, promise: Promise, now: datetime) -> OtherWindow:
        contact = await self.the_contact(reader, promise.contact)
        soonest = now + timedelta(seconds=self.rules.retry.callbacks.earliest_after)
        promised = await reader.promised_calls(soonest + _TWO_WEEKS)
        (window,) = self.rules.pace(promised, [(promise, contact)], soonest)
        return OtherWindow(self.make_id(), window.opens, window.due)
