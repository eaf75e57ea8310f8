"""Meeting the caller: a contact who rings in is never rung at the same moment (lesson 2).

Both sides lock the contact first: whoever commits first, the other one sees it.
"""

from __future__ import annotations

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import KeepByCall, StandDown
from callbacks.model import Promise, PromiseState

_STOOD_DOWN_FROM = frozenset({PromiseState.DUE, PromiseState.OFFERED})


class Meeting(Bookkeeping):
    """The part of the promise book for contacts who ring in."""

    async def meet_caller(self, contact_id: str, call_id: str) -> tuple[Promise, ...]:
        """The contact is on the line. In one transaction, what was due or offered is owed again, and no attempt can
        start until `caller_left`. Returns everything owed to the contact, by due time; one that is `DIALLING` was
        started before, and its leg must be ended by whoever runs it (outcome `STOOD_DOWN`)."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, contact_id, lock=True)
            await unit.hold(contact_id, call_id, now + self.line_hold)
            await unit.seen(contact_id, now)
            for name in sorted(promise.id for promise in await unit.promises(contact=contact_id)):
                promise = await self.the_promise(unit, name, lock=True)
                if promise.state in _STOOD_DOWN_FROM:
                    await self.carry_out(unit, promise, StandDown(call_id), now)
            return await unit.promises(contact=contact_id)

    async def caller_left(self, contact_id: str, call_id: str) -> None:
        """The call is over: what is still owed falls due again in its time."""
        async with self.store.unit_of_work() as unit:
            await unit.release(contact_id, call_id)

    async def keep_by_call(self, promise_id: str, call_id: str) -> Promise:
        """The contact rang in and was served. Raises `LedgerRefusal` while an attempt is running."""
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, KeepByCall(call_id), self.clock.now())
