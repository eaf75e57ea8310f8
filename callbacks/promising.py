"""Giving promises, looking at them, and changing them openly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from callbacks.audit import AuditReport, Identity, difference
from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import Claim, OtherWindow, Renegotiate, Withdraw
from callbacks.entries import HOTLINE, Entry
from callbacks.model import Case, Contact, Promise, PromiseKind, PromiseState
from callbacks.ports import PromisedCalls
from config.errors import NotFound
from config.urgency import Urgency
from routing.windows import Window
from routing.work import Needs

_PAGE = 500


class Promising(Bookkeeping):
    """The part of the promise book that makes, shows, renegotiates and withdraws."""

    async def make(
        self,
        *,
        kind: PromiseKind,
        contact: str,
        case: str | None,
        problem: str | None,
        tier: str,
        urgency: Urgency,
        language: str,
        queue: str,
        skills: tuple[tuple[str, int], ...],
        opens: datetime | None,
        due: datetime | None,
        owner: str | None = None,
        note: str = "",
        by: str = HOTLINE,
    ) -> Promise:
        """Give a promise; committed when this returns, so its reference may be spoken then.

        An open promise of the same kind about the same case (or, for when-fixed, problem) is returned instead of a
        second one. Raises `LedgerRefusal` for a window that is none, `NotFound` for an unknown contact.
        """
        async with self.store.unit_of_work() as unit:
            return await self.give(
                unit,
                self.clock.now(),
                kind=kind,
                contact=contact,
                case=case,
                problem=problem,
                tier=tier,
                urgency=urgency,
                needs=Needs(queue=queue, language=language, skills=skills),
                opens=opens,
                due=due,
                owner=owner,
                note=note,
                by=by,
            )

    async def make_about(
        self,
        case: Case,
        contact: Contact,
        kind: PromiseKind,
        window: Window,
        *,
        owner: str | None = None,
        note: str = "",
        by: str = HOTLINE,
    ) -> Promise:
        """`make` about a case, for whoever can serve its category and the contact."""
        async with self.store.unit_of_work() as unit:
            now = self.clock.now()
            return await self.give_about(unit, now, case, contact, kind, window, owner=owner, note=note, by=by)

    async def promise(self, promise_id: str) -> Promise:
        """The promise. Raises `NotFound`."""
        async with self.store.reading() as reader:
            return await self.the_promise(reader, promise_id)

    async def by_reference(self, reference: str) -> Promise:
        """The promise with the reference that was spoken. Raises `NotFound`."""
        async with self.store.reading() as reader:
            found = await reader.promise_by_reference(reference)
        if found is None:
            raise NotFound("there is no promise with this reference", where=f"reference {reference}")
        return found

    async def open_promises(self) -> tuple[Promise, ...]:
        """Everything still owed, by due time; what has no window yet comes last."""
        async with self.store.reading() as reader:
            return await reader.promises()

    async def owed_to(self, contact_id: str) -> tuple[Promise, ...]:
        """What is still owed to the contact, by due time."""
        async with self.store.reading() as reader:
            return await reader.promises(contact=contact_id)

    async def owned_by(self, agent: str) -> tuple[Promise, ...]:
        """What the agent has made their own and is still owed, by due time."""
        async with self.store.reading() as reader:
            return await reader.promises(owner=agent)

    async def first_due(self, queues: Collection[str], languages: Collection[str], limit: int) -> tuple[Promise, ...]:
        """The open promises of these queues (none given: all) in these languages whose windows end first; those
        without a window come last."""
        async with self.store.reading() as reader:
            return await reader.first_due(queues, languages, limit)

    async def promised_calls(self, until: datetime | None) -> tuple[PromisedCalls, ...]:
        """What capacity is given away already: open promises whose windows open before `until` (None: ever)."""
        async with self.store.reading() as reader:
            return await reader.promised_calls(until)

    async def counts(self) -> dict[PromiseState, int]:
        """How many promises are in each state."""
        async with self.store.reading() as reader:
            return await reader.counts()

    async def identity(self) -> Identity:
        """The numbers of the book, as the database keeps them."""
        async with self.store.reading() as reader:
            return await reader.identity()

    async def entries(self, promise_id: str) -> tuple[Entry, ...]:
        """The promise's ledger, oldest first."""
        async with self.store.reading() as reader:
            return await reader.entries(promise_id)

    async def claim(self, promise_id: str, agent: str) -> Promise:
        """The agent makes it their own. Raises `LedgerRefusal` when it is offered to, or dialled for, another."""
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, Claim(agent), self.clock.now())

    async def hand_over(self, promise_id: str, agent: str, by: str) -> Promise:
        """Somebody gives it to the agent, whose own it is now. Raises `LedgerRefusal` like `claim`."""
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, Claim(agent, by), self.clock.now())

    async def withdraw(self, promise_id: str, reason: str, by: str) -> Promise:
        """It is no longer wanted. Raises `LedgerRefusal` without a reason or when it is closed."""
        async with self.store.unit_of_work() as unit:
            promise = await self.the_promise(unit, promise_id, lock=True)
            return await self.carry_out(unit, promise, Withdraw(reason, by), self.clock.now())

    async def renegotiate(self, promise_id: str, opens: datetime, due: datetime, reason: str, by: str) -> Promise:
        """Agree on another window before the old one is missed. Returns the promise that holds now; the old one is
        closed and named by its `follows`. Raises `LedgerRefusal`."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            old = await self.the_promise(unit, promise_id, lock=True)
            window = OtherWindow(self.make_id(), opens, due)
            await self.carry_out(unit, old, Renegotiate(window.successor, opens, due, reason, by), now)
            return await self.follow(unit, old, window, by, now)

    async def audit(self) -> AuditReport:
        """Fold every ledger again and compare it with its row; count the identity, and compare it with the one that
        is kept. Reads page by page.

        All of it is seen at one moment; meanwhile the hotline goes on.
        """
        differing: list[tuple[str, str]] = []
        promises = entries = 0
        async with self.store.reading() as reader:
            last = ""
            while page := await reader.promises_after(last, _PAGE):
                ledgers = await reader.entries_of([promise.id for promise in page])
                for promise in page:
                    ledger = ledgers.get(promise.id, ())
                    fault = difference(promise, ledger)
                    promises, entries = promises + 1, entries + len(ledger)
                    if fault is not None:
                        differing.append((promise.reference, fault))
                last = page[-1].id
            kept, counted = await reader.identity(), await reader.recount()
            return AuditReport(promises, entries, tuple(differing), counted, kept)
