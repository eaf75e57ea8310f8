"""Where things stand, for whoever has a reference (lesson 24). The stage is for everybody; when we call, and about
what, only for the contact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Case, CaseStatus, Contact, Promise, PromiseKind, PromiseState
from callbacks.ports import BookReader


class Stage(StrEnum):
    """What anybody may know who has the reference."""

    OWED = "owed"  # we will call
    CALLING = "calling"  # it is being kept just now
    KEPT = "kept"
    CHANGED = "changed"  # agreed anew, under another reference
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    IN_WORK = "in-work"  # a case
    SOLVED = "solved"


_STAGES = {
    PromiseState.OWED: Stage.OWED,
    PromiseState.DUE: Stage.OWED,
    PromiseState.OFFERED: Stage.OWED,
    PromiseState.DIALLING: Stage.CALLING,
    PromiseState.KEPT: Stage.KEPT,
    PromiseState.RENEGOTIATED: Stage.CHANGED,
    PromiseState.BROKEN: Stage.BROKEN,
    PromiseState.WITHDRAWN: Stage.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Details:
    """What only the contact may know. `kind` is None for a case; the window is what is owed now, if anything is, under
    `reference`; `promise` is its id."""

    reference: str
    kind: PromiseKind | None
    category: str
    since: datetime
    opens: datetime | None = None
    due: datetime | None = None
    promise: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the matter of a reference stands; `details` only for who has shown to be the contact."""

    reference: str
    stage: Stage
    details: Details | None = None


class Standings(Bookkeeping):
    """The part of the promise book that answers by reference."""

    async def standing(self, reference: str, is_theirs: Callable[[Contact], bool]) -> Standing | None:
        """Where it stands; None for a reference that we never gave. `is_theirs` says whether whoever asks is this
        contact."""
        async with self.store.reading() as reader:
            promise = await reader.promise_by_reference(reference)
            case = await reader.case_by_reference(reference) if promise is None else None
            about = promise or case
            if about is None:
                return None
            theirs = is_theirs(await self.the_contact(reader, about.contact))
            if promise is not None:
                details = await _of_promise(reader, promise) if theirs else None
                return Standing(reference, _STAGES[promise.state], details)
            assert case is not None
            stage = Stage.IN_WORK if case.status is CaseStatus.OPEN else Stage.SOLVED
            return Standing(reference, stage, await _of_case(reader, case) if theirs else None)

    async def contact_behind(self, reference: str) -> Contact | None:
        """To whom the reference was given."""
        async with self.store.reading() as reader:
            about = await reader.promise_by_reference(reference) or await reader.case_by_reference(reference)
            return await reader.contact(about.contact) if about is not None else None


async def _of_promise(reader: BookReader, promise: Promise) -> Details:
    """Of what holds now: the promise itself, or the one that stands in for it."""
    held = promise
    if promise.state is PromiseState.RENEGOTIATED:
        open_ones = await reader.promises(contact=promise.contact, kind=promise.kind)
        held = next((one for one in open_ones if one.case == promise.case), promise)
    case = await reader.case(held.case) if held.case else None
    category = case.category if case is not None else ""
    if not held.state.is_open:
        return Details(held.reference, held.kind, category, promise.made_at)
    return Details(held.reference, held.kind, category, promise.made_at, held.opens, held.due, held.id)


async def _of_case(reader: BookReader, case: Case) -> Details:
    """The case, with what is owed about it first."""
    owed = next(iter(await reader.promises(case=case.id)), None)
    if owed is None:
        return Details(case.reference, None, case.category, case.opened_at)
    return Details(owed.reference, None, case.category, case.opened_at, owed.opens, owed.due, owed.id)
