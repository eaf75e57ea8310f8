"""The store behind the promise book: what it can be asked inside one transaction.

`lock=True` holds the row until the transaction ends, so that two writers of one row take turns. Whoever locks a
contact does so before locking that contact's cases and promises.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.aftercare.ratings import RatingReader, RatingUnit
from callbacks.aftercare.silence import SilenceReader, SilenceUnit
from callbacks.audit import Identity
from callbacks.entries import Entry
from callbacks.letters.messages import MessageReader, MessageUnit
from callbacks.lists import ListReader
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
from callbacks.privacy.personal import PersonalReader, PersonalUnit
from config.errors import Refused
from config.events import Event
from routing.work import Needs

OPEN_STATES = frozenset(state for state in PromiseState if state.is_open)
#: Before an agent, or on the way there: as many as the floor is busy with, however many are owed.
IN_HAND = OPEN_STATES - {PromiseState.OWED}


class StaleVersion(Refused):
    """Someone else changed the promise at the same moment."""

    def __init__(self, promise: Promise) -> None:
        super().__init__(
            "the promise was changed by someone else at the same moment",
            where=f"promise {promise.reference}",
            remedy="look at it again",
        )


@dataclass(frozen=True, slots=True)
class CaseNote:
    """One line of a case's history, never changed: opened, joined, raised, lowered, owned, linked, solved."""

    case: str
    at: datetime
    by: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ProblemNote:
    """One line of a problem's history, never changed: proposed, opened, stated (root-cause, correction, prevention,
    workaround), linked, unlinked, solved, dismissed."""

    problem: str
    at: datetime
    by: str
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class PromisedCalls:
    """So many open promises that have the same window and the same needs: capacity that is given away."""

    opens: datetime
    due: datetime
    needs: Needs
    count: int


@dataclass(frozen=True, slots=True)
class CaseSeen:
    """That a case of this kind was opened."""

    category: str
    product: str | None
    at: datetime


class BookReader(ListReader, PersonalReader, MessageReader, SilenceReader, RatingReader, Protocol):
    """Looking things up. Everything returned is a value; lists of promises are sorted by due time, then age."""

    async def contact(self, contact: str, *, lock: bool = False) -> Contact | None:
        """The contact."""

    async def contact_by_number(self, number: str) -> Contact | None:
        """The contact known by this number, already in its normal form."""

    async def case(self, case: str, *, lock: bool = False) -> Case | None:
        """The case."""

    async def case_by_reference(self, reference: str) -> Case | None:
        """The case whose reference was spoken to a caller."""

    async def cases(
        self,
        *,
        contact: str | None = None,
        category: str | None = None,
        problem: str | None = None,
        status: CaseStatus | None = None,
        limit: int | None = None,
    ) -> tuple[Case, ...]:
        """Cases that agree with every condition given, newest first."""

    async def case_notes(self, case: str) -> tuple[CaseNote, ...]:
        """The case's history, oldest first."""

    async def cases_late(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Case, ...]:
        """Open cases whose step was due by `now`, the longest overdue first; with `lock`, those that another
        transaction holds are left to it."""

    async def exceptions(self, contact: str) -> tuple[CaseException, ...]:
        """What the contact was granted once, oldest first."""

    async def case_calls(self, case: str) -> tuple[str, ...]:
        """The calls about the case, oldest first."""

    async def references_taken(self, references: Collection[str]) -> frozenset[str]:
        """Those of the references that a case or promise has."""

    async def problem(self, problem: str, *, lock: bool = False) -> Problem | None:
        """The problem."""

    async def problem_notes(self, problem: str) -> tuple[ProblemNote, ...]:
        """The problem's history, oldest first."""

    async def open_problems(self, category: str | None = None) -> tuple[Problem, ...]:
        """Problems not solved yet, newest first."""

    async def problems_in(self, states: frozenset[ProblemState]) -> tuple[Problem, ...]:
        """Problems in these states, newest first."""

    async def cases_since(self, since: datetime) -> tuple[CaseSeen, ...]:
        """When cases of which kind were opened, from this moment on, in any order."""

    async def promise(self, promise: str, *, lock: bool = False) -> Promise | None:
        """The promise."""

    async def promise_by_reference(self, reference: str) -> Promise | None:
        """The promise whose reference was spoken to a caller."""

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
        """Promises in these states that agree with every condition given."""

    async def promises_named(self, names: Sequence[str]) -> tuple[Promise, ...]:
        """The promises with these ids, in any order; unknown ids are left out."""

    async def promises_after(self, promise: str, limit: int) -> tuple[Promise, ...]:
        """A page of all promises by id, beginning after this id."""

    async def first_due(self, queues: Collection[str], languages: Collection[str], limit: int) -> tuple[Promise, ...]:
        """The open promises of these queues (none given: all) in these languages whose windows end first; those
        without a window come last."""

    async def due_names(self) -> frozenset[str]:
        """The ids of the promises that are due and wait for an agent."""

    async def opening_in(self, queue: str, start: datetime, end: datetime) -> int:
        """How many promises of the queue, open or not, have a window that opens from `start` on and before `end`."""

    async def promised_calls(self, until: datetime | None) -> tuple[PromisedCalls, ...]:
        """Every open promise with a window that opens before `until` (None: ever), like ones together."""

    async def waiting_for_time(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Promise, ...]:
        """Promises that time alone changes by `now` and whose contact is not on the line, earliest first; with
        `lock`, those that another transaction holds are left to it."""

    async def entries(self, promise: str) -> tuple[Entry, ...]:
        """The promise's ledger, oldest first."""

    async def entries_of(self, names: Sequence[str]) -> dict[str, tuple[Entry, ...]]:
        """The ledgers of these promises, each oldest first, by the promise's id."""

    async def on_line(self, contact: str, now: datetime) -> bool:
        """Whether a call of this contact holds their promises."""

    async def counts(self) -> dict[PromiseState, int]:
        """How many promises are in each state; every state is there."""

    async def identity(self) -> Identity:
        """The numbers of the book, which every change carries on."""

    async def recount(self) -> Identity:
        """The same, counted from every entry and every row. Slow in a large book."""


class BookUnit(PersonalUnit, MessageUnit, SilenceUnit, RatingUnit, BookReader, Protocol):
    """One transaction: what is done through it happens together or not at all."""

    async def tell(self, event: Event) -> None:
        """Publish the event once the transaction has committed."""

    async def add_contact(self, contact: Contact) -> Contact:
        """Save a new contact, or return the one who already has the number."""

    async def save_contact(self, contact: Contact) -> None:
        """Save changes of a contact. Raises `Refused` when the number is another contact's."""

    async def save_case(self, case: Case) -> None:
        """Save a new or changed case."""

    async def note_case(self, note: CaseNote) -> None:
        """Add to the case's history."""

    async def add_exception(self, exception: CaseException) -> None:
        """Write down what was granted once."""

    async def join_call(self, case: str, call: str, at: datetime) -> None:
        """Say that the call was about the case."""

    async def save_problem(self, problem: Problem) -> None:
        """Save a new or changed problem."""

    async def note_problem(self, note: ProblemNote) -> None:
        """Add to the problem's history."""

    async def record(self, promise: Promise, entries: tuple[Entry, ...]) -> None:
        """Append the entries that led to `promise`. Raises `StaleVersion` unless the stored version is the one before
        them."""

    async def hold(self, contact: str, call: str, until: datetime) -> None:
        """The contact is on the line; `until` is when we stop believing it."""

    async def release(self, contact: str, call: str) -> None:
        """The call is over."""

    async def release_all(self) -> None:
        """No call is up."""


class BookStore(Protocol):
    """Where the book is kept."""

    def unit_of_work(self) -> AbstractAsyncContextManager[BookUnit]:
        """A transaction that commits at the end of the block and is undone by an exception."""

    def reading(self) -> AbstractAsyncContextManager[BookReader]:
        """A consistent look; nothing is changed."""
