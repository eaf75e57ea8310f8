"""A problem is solved: everyone who was hit by it is called, the gravest matter first (lesson 1)."""

from __future__ import annotations

from dataclasses import replace

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import SetWindow
from callbacks.entries import HOTLINE
from callbacks.events import ProblemSolved
from callbacks.model import ProblemState, Promise, PromiseKind
from callbacks.ports import ProblemNote
from callbacks.problems.links import refuse_unless_open


class ProblemSolving(Bookkeeping):
    """The part of the promise book that turns *solved* into calls."""

    async def solve_problem(self, problem_id: str, *, by: str = HOTLINE) -> tuple[Promise, ...]:
        """The problem is solved: every linked promise gets a window, at the pace of the rules. Returned in the order of
        service: urgency, tier, age. Raises `Refused` unless the problem is open.

        They are owed still; `fall_due` hands each over once its window is open, like any other promise.
        """
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            problem = await self.the_problem(unit, problem_id, lock=True)
            refuse_unless_open(problem)
            await unit.save_problem(replace(problem, solved_at=now, state=ProblemState.SOLVED))
            await unit.note_problem(ProblemNote(problem_id, now, by, "solved"))
            waiting = await unit.promises(problem=problem_id, kind=PromiseKind.WHEN_FIXED)
            locked = [await self.the_promise(unit, name, lock=True) for name in sorted(one.id for one in waiting)]
            ready = self.rules.in_order([one for one in locked if one.state.is_open and one.opens is None])
            owed = [(promise, await self.the_contact(unit, promise.contact)) for promise in ready]
            windows = self.rules.pace(await unit.promised_calls(None), owed, now)
            given = [
                await self.carry_out(unit, promise, SetWindow(*window, by), now)
                for promise, window in zip(ready, windows, strict=True)
            ]
            await unit.tell(ProblemSolved(subject=problem_id, at=now, promises=len(given)))
        return tuple(given)
