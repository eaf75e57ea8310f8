"""The promise book in memory: for tests, `hotline talk` and simulations. One transaction at a time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from callbacks.audit import Identity
from callbacks.entries import Entry, EntryKind
from callbacks.ledger import next_look
from callbacks.model import (
    Case,
    CaseException,
    CaseStatus,
    Contact,
    Problem,
    ProblemState,
    Promise,
    PromiseKind,
    PromiseState,
)
from callbacks.ports import OPEN_STATES, CaseNote, CaseSeen, ProblemNote, PromisedCalls, StaleVersion
from callbacks.store.memory_aftercare import MemoryAftercareReader, MemoryAftercareUnit
from callbacks.store.memory_lists import MemoryListReader
from callbacks.store.memory_pages import Pages
from callbacks.store.memory_personal import MemoryPersonalReader, MemoryPersonalUnit
from config.errors import Refused
from config.events import Event, Events
from routing.work import Needs


def _agrees(*conditions: tuple[str | None, str | None]) -> bool:
    return all(wanted is None or wanted == found for wanted, found in conditions)


def _by_due(promise: Promise) -> tuple[bool, datetime, datetime, str]:
    return promise.due is None, promise.due or promise.made_at, promise.made_at, promise.id


class MemoryBookReader(MemoryListReader, MemoryPersonalReader, MemoryAftercareReader):
    """`BookReader` on one copy of the pages."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages.aftercare)
        self.pages = pages

    async def contact(self, contact: str, *, lock: bool = False) -> Contact | None:
        return self.pages.contacts.get(contact)

    async def contact_by_number(self, number: str) -> Contact | None:
        found = (contact for contact in self.pages.contacts.values() if number and number in contact.numbers)
        return next(found, None)

    async def case(self, case: str, *, lock: bool = False) -> Case | None:
        return self.pages.cases.get(case)

    async def case_by_reference(self, reference: str) -> Case | None:
        return next((case for case in self.pages.cases.values() if case.reference == reference), None)

    async def cases(
        self,
        *,
        contact: str | None = None,
        category: str | None = None,
        problem: str | None = None,
        status: CaseStatus | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        found = [
            case
            for case in self.pages.cases.values()
            if _agrees((contact, case.contact), (category, case.category), (problem, case.problem))
            and _agrees((status, case.status))
        ]
        found.sort(key=lambda case: case.id)
        found.sort(key=lambda case: case.opened_at, reverse=True)
        return tuple(found[:limit])

    async def case_notes(self, case: str) -> tuple[CaseNote, ...]:
        return tuple(note for note in self.pages.notes if note.case == case)

    async def cases_late(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Case, ...]:
        open_cases = (case for case in self.pages.cases.values() if case.status is CaseStatus.OPEN)
        late = [(case.step_due, case.id) for case in open_cases if case.step_due is not None and case.step_due <= now]
        return tuple(self.pages.cases[name] for _, name in sorted(late)[:limit])

    async def exceptions(self, contact: str) -> tuple[CaseException, ...]:
        return tuple(e for e in self.pages.exceptions if self.pages.cases[e.case].contact == contact)

    async def case_calls(self, case: str) -> tuple[str, ...]:
        calls = [(at, call) for (joined, call), at in self.pages.calls.items() if joined == case]
        return tuple(call for _, call in sorted(calls))

    async def references_taken(self, references: Collection[str]) -> frozenset[str]:
        cases, promises = self.pages.cases.values(), self.pages.promises.values()
        taken = {*(case.reference for case in cases), *(promise.reference for promise in promises)}
        return frozenset(taken.intersection(references))

    async def problem(self, problem: str, *, lock: bool = False) -> Problem | None:
        return self.pages.problems.get(problem)

    async def problem_notes(self, problem: str) -> tuple[ProblemNote, ...]:
        return tuple(note for note in self.pages.problem_notes if note.problem == problem)

    async def open_problems(self, category: str | None = None) -> tuple[Problem, ...]:
        found = [
            p for p in self.pages.problems.values() if p.state is ProblemState.OPEN and _agrees((category, p.category))
        ]
        found.sort(key=lambda problem: problem.id)
        return tuple(sorted(found, key=lambda problem: problem.opened_at, reverse=True))

    async def problems_in(self, states: frozenset[ProblemState]) -> tuple[Problem, ...]:
        found = sorted((p for p in self.pages.problems.values() if p.state in states), key=lambda problem: problem.id)
        return tuple(sorted(found, key=lambda problem: problem.opened_at, reverse=True))

    async def cases_since(self, since: datetime) -> tuple[CaseSeen, ...]:
        found = (case for case in self.pages.cases.values() if case.opened_at >= since)
        return tuple(CaseSeen(case.category, case.product, case.opened_at) for case in found)

    async def promise(self, promise: str, *, lock: bool = False) -> Promise | None:
        return self.pages.promises.get(promise)

    async def promise_by_reference(self, reference: str) -> Promise | None:
        found = (promise for promise in self.pages.promises.values() if promise.reference == reference)
        return next(found, None)

    async def promises(
        self,
        *,
        contact: str | None = None,
        case: str | None = None,
        problem: str | None = None,
        kind: PromiseKind | None = None,
        owner: str | None = None,
        states: frozenset[PromiseState] = OPEN_STATES,
    ) -> tuple[Promise, ...]:
        found = (
            promise
            for promise in self.pages.promises.values()
            if promise.state in states
            and _agrees((contact, promise.contact), (case, promise.case), (problem, promise.problem))
            and _agrees((kind, promise.kind), (owner, promise.owner))
        )
        return tuple(sorted(found, key=_by_due))

    async def promises_named(self, names: Sequence[str]) -> tuple[Promise, ...]:
        return tuple(self.pages.promises[name] for name in names if name in self.pages.promises)

    async def first_due(self, queues: Collection[str], languages: Collection[str], limit: int) -> tuple[Promise, ...]:
        found = [p for p in await self.promises() if p.language in languages and (not queues or p.queue in queues)]
        return tuple(found[:limit])

    async def due_names(self) -> frozenset[str]:
        return frozenset(p.id for p in self.pages.promises.values() if p.state is PromiseState.DUE)

    async def opening_in(self, queue: str, start: datetime, end: datetime) -> int:
        opens = (p.opens for p in self.pages.promises.values() if p.queue == queue)
        return sum(1 for moment in opens if moment is not None and start <= moment < end)

    async def promised_calls(self, until: datetime | None) -> tuple[PromisedCalls, ...]:
        found: Counter[tuple[datetime, datetime, Needs]] = Counter()
        for p in await self.promises():
            if p.opens is not None and p.due is not None and (until is None or p.opens < until):
                found[p.opens, p.due, Needs(p.queue, p.language, p.skills)] += 1
        return tuple(PromisedCalls(*alike, count) for alike, count in found.items())

    async def promises_after(self, promise: str, limit: int) -> tuple[Promise, ...]:
        names = sorted(name for name in self.pages.promises if name > promise)
        return tuple(self.pages.promises[name] for name in names[:limit])

    async def waiting_for_time(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Promise, ...]:
        found: list[tuple[datetime, str]] = []
        for promise in self.pages.promises.values():
            moment = next_look(promise)
            held = promise.state is not PromiseState.DIALLING and await self.on_line(promise.contact, now)
            if moment is not None and moment <= now and not held:
                found.append((moment, promise.id))
        return tuple(self.pages.promises[name] for _, name in sorted(found)[:limit])

    async def entries(self, promise: str) -> tuple[Entry, ...]:
        return self.pages.entries.get(promise, ())

    async def entries_of(self, names: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        return {name: self.pages.entries[name] for name in names if name in self.pages.entries}

    async def on_line(self, contact: str, now: datetime) -> bool:
        return any(held == contact and until > now for (held, _), until in self.pages.holds.items())

    async def counts(self) -> dict[PromiseState, int]:
        states = [promise.state for promise in self.pages.promises.values()]
        return {state: states.count(state) for state in PromiseState}

    async def identity(self) -> Identity:
        return await self.recount()

    async def recount(self) -> Identity:
        counts = await self.counts()
        made = [entry for entries in self.pages.entries.values() for entry in entries if entry.kind is EntryKind.MADE]
        return Identity(
            made=len(made),
            kept=counts[PromiseState.KEPT],
            renegotiated=counts[PromiseState.RENEGOTIATED],
            broken=counts[PromiseState.BROKEN],
            withdrawn=counts[PromiseState.WITHDRAWN],
            open=sum(counts[state] for state in OPEN_STATES),
        )


class MemoryBookUnit(MemoryPersonalUnit, MemoryAftercareUnit, MemoryBookReader):
    """`BookUnit` on a copy that becomes the truth when the unit commits."""

    def __init__(self, pages: Pages) -> None:
        super().__init__(pages)
        self.told: list[Event] = []

    async def tell(self, event: Event) -> None:
        self.told.append(event)

    async def add_contact(self, contact: Contact) -> Contact:
        known = await self.contact_by_number(contact.number)
        if known is None:
            self.pages.contacts[contact.id] = contact
        return known or contact

    async def save_contact(self, contact: Contact) -> None:
        for number in contact.numbers:
            known = await self.contact_by_number(number)
            if known is not None and known.id != contact.id:
                raise Refused("this number is another contact's", where=f"contact {contact.id}")
        self.pages.contacts[contact.id] = contact
        await self.follow_tier(contact.id, contact.tier)

    async def save_case(self, case: Case) -> None:
        self.pages.cases[case.id] = case

    async def note_case(self, note: CaseNote) -> None:
        self.pages.notes = (*self.pages.notes, note)

    async def add_exception(self, exception: CaseException) -> None:
        self.pages.exceptions = (*self.pages.exceptions, exception)

    async def join_call(self, case: str, call: str, at: datetime) -> None:
        self.pages.calls.setdefault((case, call), at)

    async def save_problem(self, problem: Problem) -> None:
        self.pages.problems[problem.id] = problem

    async def note_problem(self, note: ProblemNote) -> None:
        self.pages.problem_notes += (note,)

    async def record(self, promise: Promise, entries: tuple[Entry, ...]) -> None:
        written = self.pages.entries.get(promise.id, ())
        if promise.version - len(entries) != len(written):
            raise StaleVersion(promise)
        self.pages.promises[promise.id] = promise
        self.pages.entries[promise.id] = (*written, *entries)

    async def hold(self, contact: str, call: str, until: datetime) -> None:
        self.pages.holds[contact, call] = until

    async def release(self, contact: str, call: str) -> None:
        self.pages.holds.pop((contact, call), None)

    async def release_all(self) -> None:
        self.pages.holds.clear()


class MemoryBook:
    """`BookStore` without a disk."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self.pages = Pages()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncIterator[MemoryBookUnit]:
        async with self._turn:
            unit = MemoryBookUnit(self.pages.copy())
            yield unit
            self.pages = unit.pages
        for event in unit.told:
            await self._events.publish(event)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[MemoryBookReader]:
        yield MemoryBookReader(self.pages)
