"""Looking through the book page by page: contacts, cases and promises that agree with conditions.

Pages are cut by the place of their last row, not by counting: what is added or changed meanwhile neither repeats a row
nor hides one that stayed where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from callbacks.model import Case, CaseStatus, Contact, Promise, PromiseKind, PromiseState
from config.urgency import Urgency

_Row = TypeVar("_Row")
_OPEN = frozenset(state for state in PromiseState if state.is_open)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in its list: by the moment the list is sorted by (None comes last), then by id."""

    at: datetime | None
    id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat() if self.at else ''}~{self.id}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """What `str` gave; None for anything else, so that a mangled address shows the first page."""
        moment, tilde, name = text.partition("~")
        if not tilde or not name:
            return None
        try:
            at = datetime.fromisoformat(moment) if moment else None
        except ValueError:
            return None
        return cls(at, name) if at is None or at.tzinfo is not None else None


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Row]):
    """A page; `after` is the place of its last row when there are more."""

    rows: tuple[_Row, ...]
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact, and when they last rang."""

    contact: Contact
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """`digits` are in one of the numbers, `text` is in the name or mail address; empty ones are no condition."""

    digits: str = ""
    text: str = ""
    tier: str | None = None
    do_not_call: bool | None = None


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """None is no condition. `overdue_at`: open, and the step was due by then; `owner` empty: nobody owns it."""

    status: CaseStatus | None = None
    category: str | None = None
    urgency: Urgency | None = None
    overdue_at: datetime | None = None
    repeat: bool | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """None is no condition. `due_by`: its window ends by then; `owner` empty: nobody owns it. The states are either all
    open or all closed ones: open promises are listed by due time, closed ones the latest first."""

    states: frozenset[PromiseState] = _OPEN
    kind: PromiseKind | None = None
    owner: str | None = None
    due_by: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it asks for open promises."""
        return self.states <= _OPEN


class ListReader(Protocol):
    """Looking it up; each gives at most `limit` rows, of those that come after the place."""

    async def contacts_listed(self, wanted: ContactFilter, after: Place | None, limit: int) -> tuple[KnownContact, ...]:
        """Contacts, who rang last first; those who never rang, by id, at the end. Who has neither number nor name,
        being erased or withheld, is left out."""

    async def cases_listed(self, wanted: CaseFilter, after: Place | None, limit: int) -> tuple[Case, ...]:
        """Cases, the latest opened first."""

    async def promises_listed(self, wanted: PromiseFilter, after: Place | None, limit: int) -> tuple[Promise, ...]:
        """Open promises by due time, those without a window last; closed ones the latest closed first."""

    async def contacts_named(self, names: Sequence[str]) -> dict[str, Contact]:
        """The contacts with these ids, by id; unknown ids are left out."""

    async def case_times(self, category: str, product: str | None, since: datetime) -> tuple[datetime, ...]:
        """When cases of the category (and the product, if one is named) were opened, from this moment on, in order."""


def page_of(found: Sequence[_Row], limit: int, place: Callable[[_Row], Place]) -> Listed[_Row]:
    """The page of `limit` rows, when one more was asked for to see whether there are more."""
    rows = tuple(found[:limit])
    return Listed(rows, place(rows[-1]) if len(found) > limit else None)


def place_of_contact(known: KnownContact) -> Place:
    """Where the contact stands."""
    return Place(known.seen_at, known.contact.id)


def place_of_case(case: Case) -> Place:
    """Where the case stands."""
    return Place(case.opened_at, case.id)


def place_of_promise(promise: Promise) -> Place:
    """Where the promise stands: open ones by due time, closed ones by when they were closed."""
    return Place(promise.due if promise.state.is_open else promise.closed_at, promise.id)
