"""Looking through the book in memory, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from callbacks.lists import (
    CaseFilter,
    ContactFilter,
    KnownContact,
    Place,
    PromiseFilter,
    place_of_case,
    place_of_contact,
    place_of_promise,
)
from callbacks.model import Case, CaseStatus, Contact, Promise
from callbacks.store.memory_pages import Pages

_Row = TypeVar("_Row")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class MemoryListReader:
    """`ListReader` on such pages."""

    pages: Pages

    async def contacts_listed(self, wanted: ContactFilter, after: Place | None, limit: int) -> tuple[KnownContact, ...]:
        seen = self.pages.personal.seen
        known = (KnownContact(c, seen.get(c.id)) for c in self.pages.contacts.values() if _agrees(c, wanted))
        return _page(known, place_of_contact, after, limit, newest_first=True)

    async def cases_listed(self, wanted: CaseFilter, after: Place | None, limit: int) -> tuple[Case, ...]:
        found = (case for case in self.pages.cases.values() if _is_wanted(case, wanted))
        return _page(found, place_of_case, after, limit, newest_first=True)

    async def promises_listed(self, wanted: PromiseFilter, after: Place | None, limit: int) -> tuple[Promise, ...]:
        found = (
            promise
            for promise in self.pages.promises.values()
            if promise.state in wanted.states
            and wanted.kind in (None, promise.kind)
            and _owned(promise.owner, wanted.owner)
            and (wanted.due_by is None or (promise.due is not None and promise.due <= wanted.due_by))
        )
        return _page(found, place_of_promise, after, limit, newest_first=not wanted.is_open)

    async def contacts_named(self, names: Sequence[str]) -> dict[str, Contact]:
        return {name: self.pages.contacts[name] for name in names if name in self.pages.contacts}

    async def case_times(self, category: str, product: str | None, since: datetime) -> tuple[datetime, ...]:
        cases = (case for case in self.pages.cases.values() if case.category == category and case.opened_at >= since)
        return tuple(sorted(case.opened_at for case in cases if product in (None, case.product)))


def _agrees(contact: Contact, wanted: ContactFilter) -> bool:
    text = wanted.text.lower()
    return (
        bool(contact.numbers or contact.name)
        and (not wanted.digits or any(wanted.digits in number for number in contact.numbers))
        and (not text or text in contact.name.lower() or text in contact.mail.lower())
        and wanted.tier in (None, contact.tier)
        and wanted.do_not_call in (None, contact.do_not_call)
    )


def _is_wanted(case: Case, wanted: CaseFilter) -> bool:
    late = wanted.overdue_at
    return (
        wanted.status in (None, case.status)
        and wanted.category in (None, case.category)
        and wanted.urgency in (None, case.urgency)
        and wanted.repeat in (None, case.repeat)
        and _owned(case.owner, wanted.owner)
        and (late is None or (case.status is CaseStatus.OPEN and case.step_due is not None and case.step_due <= late))
    )


def _owned(owner: str | None, wanted: str | None) -> bool:
    return wanted is None or (owner or "") == wanted


def _page(
    found: Iterable[_Row], place: Callable[[_Row], Place], after: Place | None, limit: int, *, newest_first: bool
) -> tuple[_Row, ...]:
    def order(at: Place) -> tuple[bool, float, str]:
        since = 0.0 if at.at is None else (at.at - _EPOCH).total_seconds()
        return at.at is None, -since if newest_first else since, at.id

    rows = sorted(found, key=lambda row: order(place(row)))
    return tuple([row for row in rows if after is None or order(place(row)) > order(after)][:limit])
