"""Promising a call, and moving it: only what the floor can keep is promised (lesson 12)."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import structlog

from callbacks.contacts.zones import zones_of
from callbacks.model import Case, CaseStatus, Contact, Promise, PromiseKind
from callbacks.window_check import check_window, without
from config.errors import NotFound, Refused
from console.book.promises import need_of
from console.book.service import BookService
from console.desk.service import need, person
from console.errors import WindowRefused
from console.identity.users import Action, User
from routing.windows import Window
from routing.work import Needs

log = structlog.get_logger(__name__)


class Windows(Protocol):
    """When the floor can keep one more promise."""

    async def window(self, needs: Needs, number: str, wanted: datetime | None = None) -> Window:
        """The first window from `wanted` on (None: as soon as may be) in which this number can be called without
        breaking another promise."""


class PromiseMaking:
    """Every method raises `Forbidden` when the user's role does not allow it."""

    def __init__(self, service: BookService, windows: Windows) -> None:
        self.service = service
        self._windows = windows

    async def make(
        self,
        user: User,
        case_id: str,
        kind: PromiseKind,
        opens: datetime | None,
        due: datetime | None,
        owner: str | None,
        note: str,
    ) -> Promise:
        """Promise the contact of an open case a call, in this window or the first that can be kept. Agents promise what
        they do themselves. Raises `WindowRefused`, or `Refused` for a contact who is not to be, or cannot be, rung."""
        need(user, Action.MAKE_PROMISE, owner or user.agent)
        if owner is not None and owner not in self.service.file.agents:
            raise NotFound("there is no such agent", where="body.owner", remedy="choose one of the hotline file")
        book = self.service.book
        case = await book.case(case_id)
        contact = await book.contact(case.contact)
        _refuse_unless_callable(case, contact)
        needs = book.needs_about(case, contact)
        if opens is not None and due is not None:
            window = Window(opens, due)
            await self._must_fit(needs, contact.number, window)
        else:
            window = await self._windows.window(needs, contact.number)
        promise = await book.make_about(case, contact, kind, window, owner=owner, note=note, by=person(user))
        log.info("promise_made", promise=promise.id, by=user.id)
        return promise

    async def renegotiate(self, user: User, promise: str, opens: datetime, due: datetime, reason: str) -> Promise:
        """Agree on another window; the promise that holds now. Raises `WindowRefused`."""
        book = self.service.book
        old = await book.promise(promise)
        need_of(user, Action.CHANGE_PROMISES, old)
        contact = await book.contact(old.contact)
        needs = Needs(old.queue, old.language, old.skills)
        moved = Window(old.opens, old.due) if old.opens is not None and old.due is not None else None
        await self._must_fit(needs, contact.number, Window(opens, due), moved)
        return await self.service.renegotiate(user, promise, opens, due, reason)

    async def _must_fit(self, needs: Needs, number: str, window: Window, moved: Window | None = None) -> None:
        book = self.service.book
        promised = await book.promised_calls(None)
        if moved is not None:
            promised = without(promised, moved, needs)
        now = book.clock.now()
        check = check_window(self.service.file, promised, needs, now, window, zones_of(number))
        if check.why_not is not None:
            raise WindowRefused(check.why_not.value, check.nearest)


def _refuse_unless_callable(case: Case, contact: Contact) -> None:
    if case.status is not CaseStatus.OPEN:
        raise Refused(f"the case is {case.status}", where=f"case {case.reference}")
    if not contact.can_be_rung:
        raise Refused("this contact cannot be called back", remedy="no number is known, or none may be rung")
