"""What every part of the promise book needs: the store, the clock, the rules, and how an entry is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from callbacks.aftercare.manager_line import hand_to_manager
from callbacks.commands import Command, Make, OtherWindow, RaiseUrgency
from callbacks.entries import HOTLINE, Broken, Entry
from callbacks.events import event_of
from callbacks.ledger import decide, evolve
from callbacks.letters.messages import Message
from callbacks.letters.telling import letters_of, note_silence, write_message
from callbacks.model import Case, Contact, Problem, Promise, PromiseKind
from callbacks.ports import BookReader, BookStore, BookUnit
from callbacks.rules import BookRules
from config.clock import Clock
from config.errors import NotFound
from config.ids import new_id, new_reference
from config.urgency import Urgency
from prompts.letters import Template
from routing.windows import Window
from routing.work import Needs

#: So many six-digit references are drawn at once; when none of them is free, a longer one is taken: it never runs out.
_DRAWS = 20


class Bookkeeping:
    """The ground of `callbacks.service.PromiseBook`.

    `rules` may be replaced when a new hotline file is published. `attempt_lease` (seconds) must outlast everything
    between `start_attempt` and `end_attempt`; `line_hold` is how long a caller is believed to be on the line when
    nobody says that they left.
    """

    def __init__(
        self,
        store: BookStore,
        clock: Clock,
        rules: BookRules,
        *,
        make_id: Callable[[], str] = new_id,
        make_reference: Callable[[], str] = new_reference,
        attempt_lease: float = 300.0,
        line_hold: timedelta = timedelta(hours=1),
    ) -> None:
        self.store = store
        self.clock = clock
        self.rules = rules
        self.make_id = make_id
        self.make_reference = make_reference
        self.attempt_lease = attempt_lease
        self.line_hold = line_hold

    async def carry_out(self, unit: BookUnit, promise: Promise | None, command: Command, now: datetime) -> Promise:
        """Decide and write; returns the promise afterwards. Raises `LedgerRefusal`."""
        return await self.write(unit, promise, decide(promise, command, now))

    async def write(self, unit: BookUnit, promise: Promise | None, entries: tuple[Entry, ...]) -> Promise:
        """Append the entries and tell of them, in the unit's transaction."""
        events = []
        for entry in entries:
            promise = evolve(promise, entry)
            events.append(event_of(promise, entry))
        if promise is None:
            raise NotFound("there is nothing to write", where="promise")
        if entries:
            await unit.record(promise, entries)
        for event in events:
            if event is not None:
                await unit.tell(event)
        for entry in entries:
            await note_silence(unit, promise, entry)
            for template, fields, not_before in letters_of(promise, entry, self.rules.aftercare):
                contact = await self.the_contact(unit, promise.contact)
                await self.tell(unit, contact, template, fields, promise=promise, not_before=not_before)
            if isinstance(entry, Broken):
                await hand_to_manager(self, unit, promise, entry)
        return promise

    async def tell(
        self,
        unit: BookUnit,
        contact: Contact,
        template: Template,
        fields: Mapping[str, str],
        *,
        promise: Promise | None = None,
        case: str | None = None,
        not_before: datetime | None = None,
    ) -> Message | None:
        """Write to the contact by the channel they like, in the unit's transaction. None when they like to be rung, or
        no address is known: then whoever calls this has to see to it that they are told by telephone."""
        return await write_message(
            unit,
            contact,
            template,
            fields,
            message_id=self.make_id(),
            language=contact.language or (promise.language if promise else self.rules.aftercare.language),
            at=self.clock.now(),
            not_before=not_before,
            promise=promise.id if promise else None,
            case=case or (promise.case if promise else None),
        )

    async def give(
        self,
        unit: BookUnit,
        now: datetime,
        *,
        kind: PromiseKind,
        contact: str,
        case: str | None,
        problem: str | None,
        tier: str,
        urgency: Urgency,
        needs: Needs,
        opens: datetime | None,
        due: datetime | None,
        owner: str | None = None,
        note: str = "",
        by: str = HOTLINE,
    ) -> Promise:
        """A new promise, or the open one of this kind about the same matter, raised in urgency when this is graver."""
        await self.the_contact(unit, contact, lock=True)
        for same in await unit.promises(contact=contact, kind=kind):
            about_problem = kind is PromiseKind.WHEN_FIXED and problem is not None
            if (same.problem == problem) if about_problem else (same.case == case):
                return await self.raise_promise(unit, same.id, urgency, now)
        make = Make(
            id=self.make_id(),
            reference=await self.free_reference(unit),
            kind=kind,
            contact=contact,
            case=case,
            problem=problem,
            tier=tier,
            urgency=urgency,
            language=needs.language,
            queue=needs.queue,
            skills=needs.skills,
            opens=opens,
            due=due,
            owner=owner,
            note=note,
            by=by,
        )
        return await self.carry_out(unit, None, make, now)

    async def give_about(
        self,
        unit: BookUnit,
        now: datetime,
        case: Case,
        contact: Contact,
        kind: PromiseKind,
        window: Window | None,
        *,
        problem: str | None = None,
        owner: str | None = None,
        note: str = "",
        by: str = HOTLINE,
    ) -> Promise:
        """A promise about the case, to be kept in the window by whoever can serve its category and the contact."""
        return await self.give(
            unit,
            now,
            kind=kind,
            contact=contact.id,
            case=case.id,
            problem=problem,
            tier=contact.tier,
            urgency=case.urgency,
            needs=self.needs_about(case, contact),
            opens=window.opens if window else None,
            due=window.due if window else None,
            owner=owner,
            note=note,
            by=by,
        )

    def needs_about(self, case: Case, contact: Contact) -> Needs:
        """What it takes to speak with the contact about the case."""
        return self.rules.needs_of(case.category, contact.language or case.language)

    async def follow(self, unit: BookUnit, old: Promise, window: OtherWindow, by: str, now: datetime) -> Promise:
        """The promise that takes the place of a renegotiated one."""
        make = Make(
            id=window.successor,
            reference=await self.free_reference(unit),
            kind=old.kind,
            contact=old.contact,
            case=old.case,
            problem=old.problem,
            tier=old.tier,
            urgency=old.urgency,
            language=old.language,
            queue=old.queue,
            skills=old.skills,
            opens=window.opens,
            due=window.due,
            owner=old.owner,
            note=old.note,
            follows=old.id,
            by=by,
        )
        return await self.carry_out(unit, None, make, now)

    async def raise_promise(self, unit: BookUnit, promise: str, urgency: Urgency, now: datetime) -> Promise:
        """The promise, at least as urgent as this."""
        return await self.carry_out(unit, await self.the_promise(unit, promise, lock=True), RaiseUrgency(urgency), now)

    async def free_reference(self, reader: BookReader) -> str:
        """A reference that no case and no promise has."""
        drawn = [self.make_reference() for _ in range(_DRAWS)]
        taken = await reader.references_taken(drawn)
        free = (reference for reference in drawn if reference not in taken)
        return next(free, None) or self.make_reference() + self.make_reference()

    async def the_contact(self, reader: BookReader, contact: str, *, lock: bool = False) -> Contact:
        """The contact, or `NotFound`."""
        found = await reader.contact(contact, lock=lock)
        if found is None:
            raise NotFound("there is no such contact", where=f"contact {contact}")
        return found

    async def the_case(self, reader: BookReader, case: str, *, lock: bool = False) -> Case:
        """The case, or `NotFound`."""
        found = await reader.case(case, lock=lock)
        if found is None:
            raise NotFound("there is no such case", where=f"case {case}")
        return found

    async def the_problem(self, reader: BookReader, problem: str, *, lock: bool = False) -> Problem:
        """The problem, or `NotFound`."""
        found = await reader.problem(problem, lock=lock)
        if found is None:
            raise NotFound("there is no such problem", where=f"problem {problem}")
        return found

    async def the_promise(self, reader: BookReader, promise: str, *, lock: bool = False) -> Promise:
        """The promise, or `NotFound`."""
        found = await reader.promise(promise, lock=lock)
        if found is None:
            raise NotFound("there is no such promise", where=f"promise {promise}")
        return found
