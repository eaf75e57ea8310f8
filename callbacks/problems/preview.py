"""What declaring a problem solved would bring: whom we would call, in which order, and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Contact, Promise, PromiseKind
from callbacks.problems.links import refuse_unless_open
from routing.windows import Window


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call that would fall due."""

    promise: Promise
    contact: Contact
    window: Window


@dataclass(frozen=True, slots=True)
class SolutionPreview:
    """The calls in the order of service."""

    calls: tuple[PlannedCall, ...]

    @property
    def per_hour(self) -> tuple[tuple[datetime, int], ...]:
        """How many windows open in each hour (UTC, whole hours) in which any does, in order of time."""
        hours = Counter(call.window.opens.replace(minute=0, second=0, microsecond=0) for call in self.calls)
        return tuple(sorted(hours.items()))


class SolutionPreviews(Bookkeeping):
    """The part of the promise book that looks before it leaps."""

    async def preview_solution(self, problem_id: str) -> SolutionPreview:
        """What `solve_problem` would do now; nothing is changed. Raises `NotFound`, and `Refused` unless the problem is
        open."""
        async with self.store.reading() as reader:
            refuse_unless_open(await self.the_problem(reader, problem_id))
            waiting = await reader.promises(problem=problem_id, kind=PromiseKind.WHEN_FIXED)
            ready = self.rules.in_order([promise for promise in waiting if promise.opens is None])
            contacts = await reader.contacts_named([promise.contact for promise in ready])
            promised = await reader.promised_calls(None)
        owed = [(promise, contacts[promise.contact]) for promise in ready]
        windows = self.rules.pace(promised, owed, self.clock.now())
        return SolutionPreview(tuple(PlannedCall(*one, window) for one, window in zip(owed, windows, strict=True)))
