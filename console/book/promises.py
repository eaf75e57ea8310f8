"""Promises behind the table of rights: agents see and change those that they own, leaders all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from callbacks.audit import Identity
from callbacks.entries import Entry
from callbacks.lists import Listed, Place, PromiseFilter
from callbacks.model import Case, Contact, Promise, PromiseState
from config.errors import NotFound, Refused
from console.book.ground import PAGE, BookGround
from console.desk.service import need, person
from console.errors import Forbidden
from console.identity.users import Action, User, may

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PromisePage:
    """A page of promises, and to whom they were made."""

    promises: Listed[Promise]
    contacts: Mapping[str, Contact]


@dataclass(frozen=True, slots=True)
class PromiseStory:
    """A promise from the first word to the last; `before` is the one it stands in for, `since` the one that stands in
    for it."""

    promise: Promise
    entries: tuple[Entry, ...]
    contact: Contact
    case: Case | None
    before: Promise | None
    since: Promise | None


class PromiseService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def list_promises(self, user: User, wanted: PromiseFilter, after: Place | None = None) -> PromisePage:
        """A page of promises that agree; of an agent's own only, where the user may not see all."""
        if not may(user, Action.SEE_PROMISES):
            need(user, Action.SEE_PROMISES, user.agent)
            wanted = replace(wanted, owner=user.agent)
        found = await self.book.list_promises(wanted, after, PAGE)
        return PromisePage(found, await self.contacts({promise.contact for promise in found.rows}))

    async def identity(self, user: User) -> Identity:
        """The balance of the book."""
        need(user, Action.SEE_WALLBOARD)
        return await self.book.identity()

    async def promise(self, user: User, name: str) -> PromiseStory:
        """The promise with this reference or id. Raises `NotFound`."""
        promise = await self._find(name)
        need_of(user, Action.SEE_PROMISES, promise)
        async with self.book.store.reading() as reader:
            kin = await reader.promises(contact=promise.contact, states=frozenset(PromiseState))
            return PromiseStory(
                promise,
                await reader.entries(promise.id),
                await self.book.the_contact(reader, promise.contact),
                await reader.case(promise.case) if promise.case else None,
                next((one for one in kin if one.id == promise.follows), None),
                next((one for one in kin if one.follows == promise.id), None),
            )

    async def renegotiate(self, user: User, promise: str, opens: datetime, due: datetime, reason: str) -> Promise:
        """Agree on another window; the promise that holds now."""
        need_of(user, Action.CHANGE_PROMISES, await self.book.promise(promise))
        if due <= opens:
            raise Refused("the window ends before it begins", remedy="choose an end after the start")
        moved = await self.book.renegotiate(promise, opens, due, reason, person(user))
        log.info("promise_moved", promise=promise, to=moved.id, by=user.id)
        return moved

    async def withdraw(self, user: User, promise: str, reason: str) -> Promise:
        """It is no longer wanted, and why."""
        need_of(user, Action.CHANGE_PROMISES, await self.book.promise(promise))
        withdrawn = await self.book.withdraw(promise, reason, person(user))
        log.info("promise_withdrawn", promise=promise, by=user.id)
        return withdrawn

    async def hand_over(self, user: User, promise: str, agent: str) -> Promise:
        """The promise is the agent's own from now on."""
        need_of(user, Action.CHANGE_PROMISES, await self.book.promise(promise))
        if agent not in self.file.agents:
            raise NotFound("there is no such agent", where=agent, remedy="choose one of the hotline file")
        given = await self.book.hand_over(promise, agent, person(user))
        log.info("promise_handed_over", promise=promise, agent=agent, by=user.id)
        return given

    async def _find(self, name: str) -> Promise:
        async with self.book.store.reading() as reader:
            found = await reader.promise_by_reference(name) or await reader.promise(name)
        if found is None:
            raise NotFound("there is no such promise", where=name, remedy="look for it in the list of promises")
        return found


def need_of(user: User, action: Action, promise: Promise) -> None:
    """Raise `Forbidden` unless the user may do this to all promises, or to this one as its owner."""
    if may(user, action):
        return
    if promise.owner is None or not may(user, action, promise.owner):
        raise Forbidden(f"as {user.role} you may not {action} of others", remedy="ask a supervisor")
