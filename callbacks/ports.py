"""The store behind the promise book: what it can be asked inside one transaction.

`lock=True` holds the row until the transaction ends, so that two writers of one row take turns. Whoever locks a
contact does so before locking that contact's cases and promises.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callbacks.audit import Identity
from callbacks.entries import Entry
from callbacks.model import Case, CaseStatus, Contact, Problem, Promise, PromiseKind, PromiseState
from config.errors import Refused
from config.events import Event

OPEN_STATES = frozenset(state for state in PromiseState if state.is_open)


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


class BookReader(Protocol):
    """Looking things up. Everything returned is a value; lists of promises are sorted by due time, then age."""

    async def contact(self, contact: str, *, lock: bool = False) -> Contact | None:
        """The contact."""

    async def contact_by_number(self, number: str) -> Contact | None:
        """The contact known by this number, already in its normal form."""

    async def case(self, case: str, *, lock: bool = False) -> Case | None:
        """The case."""

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

    async def case_calls(self, case: str) -> tuple[str, ...]:
        """The calls about the case, oldest first."""

    async def reference_taken(self, reference: str) -> bool:
        """Whether a case or promise has this reference."""

    async def problem(self, problem: str, *, lock: bool = False) -> Problem | None:
        """The problem."""

    async def open_problems(self, category: str | None = None) -> tuple[Problem, ...]:
        """Problems not solved yet, newest first."""

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
        states: frozenset[PromiseState] = OPEN_STATES,
    ) -> tuple[Promise, ...]:
        """Promises in these states that agree with every condition given."""

    async def promises_after(self, promise: str, limit: int) -> tuple[Promise, ...]:
        """A page of all promises by id, beginning after this id."""

    async def waiting_for_time(self, now: datetime, limit: int, *, lock: bool = False) -> tuple[Promise, ...]:
        """Promises that time alone changes by `now` and whose contact is not on the line, earliest first; with
        `lock`, those that another transaction holds are left to it."""

    async def entries(self, promise: str) -> tuple[Entry, ...]:
        """The promise's ledger, oldest first."""

    async def on_line(self, contact: str, now: datetime) -> bool:
        """Whether a call of this contact holds their promises."""

    async def counts(self) -> dict[PromiseState, int]:
        """How many promises are in each state; every state is there."""

    async def identity(self) -> Identity:
        """The numbers of the book, from one consistent moment."""


class BookUnit(BookReader, Protocol):
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

    async def join_call(self, case: str, call: str, at: datetime) -> None:
        """Say that the call was about the case."""

    async def save_problem(self, problem: Problem) -> None:
        """Save a new or changed problem."""

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
