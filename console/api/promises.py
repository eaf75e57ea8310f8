"""Promises: what was said to contacts that we will do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, Field

from callbacks.entry_json import entry_to_json
from callbacks.lists import PromiseFilter
from callbacks.model import AttemptOutcome, Promise, PromiseKind, PromiseState
from callbacks.ports import OPEN_STATES
from console.api.routing import routes
from console.book.promise_making import PromiseMaking
from console.book.promises import need_of
from console.desk.service import need, person
from console.errors import NotUnderstood
from console.identity.signed_in import SignedIn
from console.identity.users import Action, may
from console.web.api_body import TEXT, Body, Id, Long, Name, Which
from console.web.paging import Cursor, Limit, Page, after, page

_Reason = Annotated[str, Field(min_length=1, max_length=4000, pattern=TEXT)]


class NewPromise(Body):
    """A call that a contact is promised about a case. Without a window it is the first that the floor can keep; without
    an owner it is the team's. A call about a known problem (`when-fixed`) is promised by linking the case to it."""

    case: Name
    kind: Literal["callback", "progress"] = "callback"
    opens: AwareDatetime | None = None
    due: AwareDatetime | None = None
    owner: Name | None = None
    note: Long = ""


class NewWindow(Body):
    """What was agreed on. Times carry their offset."""

    opens: AwareDatetime
    due: AwareDatetime
    reason: _Reason


class Claimed(Body):
    """Whose own it is from now on; without a name, that of the agent who asks."""

    agent: Name | None = None


class Outcome(Body):
    """How the attempt that seemed to keep it really ended."""

    outcome: AttemptOutcome


class Withdrawal(Body):
    """Why it is no longer wanted."""

    reason: _Reason


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One fact of a promise's ledger; `entry` is all of it."""

    kind: str
    at: datetime
    by: str
    entry: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PromiseHistory:
    """A promise and its ledger, oldest entry first."""

    promise: Promise
    entries: tuple[LedgerEntry, ...]


def build_promises(making: PromiseMaking) -> APIRouter:
    """The routes. The application must have `state.sign_in`."""
    router = routes("promises")
    service, book = making.service, making.service.book

    @router.get("/promises")
    async def list_promises(
        user: SignedIn,
        request: Request,
        response: Response,
        state: Annotated[list[PromiseState] | None, Query(max_length=len(PromiseState))] = None,
        kind: PromiseKind | None = None,
        agent: Which = None,
        due_by: AwareDatetime | None = None,
        limit: Limit = 50,
        cursor: Cursor = None,
    ) -> Page[Promise]:
        """Promises in these states (none named: all open ones). Open ones by due time, closed ones the latest first:
        the two are not asked for together. Agents see their own."""
        states = frozenset(state or OPEN_STATES)
        if states & OPEN_STATES and states - OPEN_STATES:
            raise NotUnderstood("query.state", "open and closed states are asked for together", remedy="ask twice")
        owner = agent or (None if may(user, Action.SEE_PROMISES) else user.agent)
        need(user, Action.SEE_PROMISES, owner)
        found = await book.list_promises(PromiseFilter(states, kind, owner, due_by), after("promises", cursor), limit)
        return page(request, response, "promises", found, lambda promise: promise)

    @router.post("/promises", status_code=201)
    async def make_promise(body: NewPromise, user: SignedIn, response: Response) -> Promise:
        """Give a promise, if the floor can keep it; else 409, with windows near the one asked for that it can keep. An
        open promise of the same kind about the same case is given back instead of a second one."""
        if (body.opens is None) is not (body.due is None):
            raise NotUnderstood("body.due", "a window has two ends", remedy="give both, or neither")
        promise = await making.make(
            user, body.case, PromiseKind(body.kind), body.opens, body.due, body.owner, body.note.strip()
        )
        response.headers["Location"] = f"/api/v1/promises/{promise.id}"
        return promise

    @router.get("/promises/{promise}")
    async def get_promise(promise: Id, user: SignedIn) -> PromiseHistory:
        """The promise with this id or reference, and its ledger."""
        story = await service.promise(user, promise)
        entries = (LedgerEntry(entry.kind, entry.at, entry.by, entry_to_json(entry)) for entry in story.entries)
        return PromiseHistory(story.promise, tuple(entries))

    @router.post("/promises/{promise}/claim")
    async def claim_promise(promise: Id, body: Claimed, user: SignedIn) -> Promise:
        """The promise is the agent's own from now on; nobody is rung yet (for that: `/agents/{agent}/work/claim`)."""
        agent = body.agent or user.agent
        if agent is None:
            raise NotUnderstood("body.agent", "it is not said whose it becomes", remedy="name an agent")
        if agent == user.agent:
            need(user, Action.CHANGE_PROMISES, agent)
            return await book.claim(promise, agent)
        return await service.hand_over(user, promise, agent)

    @router.post("/promises/{promise}/outcome")
    async def correct_outcome(promise: Id, body: Outcome, user: SignedIn) -> Promise:
        """Say within the hour that the attempt which kept it reached a voicemail, a stranger…: it is owed again."""
        need_of(user, Action.CHANGE_PROMISES, await book.promise(promise))
        return await book.correct_outcome(promise, body.outcome, person(user))

    @router.post("/promises/{promise}/renegotiate")
    async def renegotiate_promise(promise: Id, body: NewWindow, user: SignedIn) -> Promise:
        """Agree on another window for an open promise; the promise that holds now."""
        return await making.renegotiate(user, promise, body.opens, body.due, body.reason)

    @router.post("/promises/{promise}/withdraw")
    async def withdraw_promise(promise: Id, body: Withdrawal, user: SignedIn) -> Promise:
        """It is no longer wanted."""
        return await service.withdraw(user, promise, body.reason)

    return router
