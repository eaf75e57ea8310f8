"""The manager line (lesson 7): whoever was let down twice is called by a manager, who knows the whole story.

A second promise broken to one contact within `_MEMORY` becomes a promise of its own in the manager line's queue, in the
transaction that breaks it. The line is scarce: so many of its promises open on one day, and what is more is listed for
the first day that has room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import ClassVar, Protocol

from callbacks.commands import Command, Make
from callbacks.entries import HOTLINE, Broken
from callbacks.model import Promise, PromiseKind, PromiseState
from callbacks.ports import BookReader, BookUnit, CaseNote
from callbacks.retry import after_quiet_hours
from callbacks.rules import BookRules
from config.events import Event

#: Breaks longer ago are another story.
_MEMORY = timedelta(days=90)
#: Nobody's place is looked for further ahead: the last day takes more than its quota.
_HORIZON_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedToManager(Event):
    """A promise was broken to a contact for whom one was broken before. `promise` is what the manager owes them now,
    `listed`: today's quota was used up."""

    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "handed-to-manager"
    promise: str
    listed: bool


class ManagersBook(Protocol):
    """What the manager line needs of the promise book."""

    rules: BookRules

    def make_id(self) -> str:
        """A new id."""

    async def free_reference(self, reader: BookReader) -> str:
        """A reference that nothing has."""

    async def carry_out(self, unit: BookUnit, promise: Promise | None, command: Command, now: datetime) -> Promise:
        """Decide and write."""


async def hand_to_manager(book: ManagersBook, unit: BookUnit, broken: Promise, entry: Broken) -> None:
    """After a break: nothing unless it is the contact's second one, or there is no manager line."""
    line = book.rules.manager_line
    if line is None or broken.queue == line.queue:
        return
    before = [
        promise
        for promise in await unit.promises(contact=broken.contact, states=frozenset({PromiseState.BROKEN}))
        if promise.id != broken.id and promise.closed_at is not None and entry.at - promise.closed_at <= _MEMORY
    ]
    if not before:
        return
    day, listed = await _day_with_room(book.rules, unit, entry.at)
    contact = await unit.contact(broken.contact)
    quiet = book.rules.retry.for_contact(contact) if contact is not None else book.rules.retry
    opens = after_quiet_hours(day, quiet)
    note = dossier(broken, before, entry.reason, line.per_day if listed else None)
    make = Make(
        id=book.make_id(),
        reference=await book.free_reference(unit),
        kind=PromiseKind.CALLBACK,
        contact=broken.contact,
        case=broken.case,
        problem=None,
        tier=broken.tier,
        urgency=broken.urgency,
        language=broken.language,
        queue=line.queue,
        skills=(),
        opens=opens,
        due=opens + timedelta(seconds=book.rules.retry.callbacks.window),
        owner=line.agent,
        note=note,
    )
    promise = await book.carry_out(unit, None, make, entry.at)
    if broken.case is not None:
        await unit.note_case(CaseNote(broken.case, entry.at, HOTLINE, "handed-to-manager", note))
    await unit.tell(HandedToManager(subject=broken.id, at=entry.at, promise=promise.id, listed=listed))


def dossier(broken: Promise, before: Sequence[Promise], reason: str, quota: int | None) -> str:
    """The story in one paragraph, for the person who calls. `quota`: how many a day, where it was used up."""
    earlier = ", ".join(f"{promise.reference} ({promise.kind})" for promise in before)
    story = f"Second broken promise: {broken.reference} ({broken.kind}), {reason}. Broken before: {earlier}."
    return story if quota is None else f"{story} Beyond the quota of {quota} a day: listed."


async def _day_with_room(rules: BookRules, unit: BookUnit, now: datetime) -> tuple[datetime, bool]:
    """The moment from which the manager line has room, and whether that is another day than today."""
    line, zone = rules.manager_line, rules.retry.zone
    if line is None:
        raise AssertionError("there is no manager line")
    today = now.astimezone(zone).date()
    starts = [datetime.combine(today + timedelta(days=n), time.min, zone) for n in range(_HORIZON_DAYS + 1)]
    for number, (start, end) in enumerate(pairwise(starts)):
        if await unit.opening_in(line.queue, start, end) < line.per_day:
            return max(now, start), number > 0
    return starts[-1], True
