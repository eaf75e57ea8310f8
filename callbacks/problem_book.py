"""Problems: note who was hit, and ring them all when it is solved (lesson 1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import SetWindow
from callbacks.entries import HOTLINE
from callbacks.events import ProblemOpened, ProblemSolved
from callbacks.model import Case, CaseStatus, Problem, Promise, PromiseKind
from callbacks.ports import BookUnit, CaseNote
from callbacks.retry import after_quiet_hours
from config.errors import Refused
from routing.work import Needs


class ProblemBook(Bookkeeping):
    """The part of the promise book about known root causes."""

    async def open_problem(self, *, title: str, category: str, product: str | None, workaround: str) -> Problem:
        """Declare a problem. Open cases of the category (and product) join it, and each of their contacts is owed a
        call when it is fixed."""
        now = self.clock.now()
        problem = Problem(
            id=self.make_id(),
            title=title,
            category=category,
            opened_at=now,
            product=product,
            workaround=workaround,
        )
        async with self.store.unit_of_work() as unit:
            await unit.save_problem(problem)
            hit: defaultdict[str, list[Case]] = defaultdict(list)
            for case in await unit.cases(category=category, status=CaseStatus.OPEN):
                if case.problem is None and (product is None or case.product == product):
                    hit[case.contact].append(case)
            for contact in sorted(hit):
                await self.the_contact(unit, contact, lock=True)
                for case in sorted(hit[contact], key=lambda case: (case.opened_at, case.id)):
                    await self._link(unit, problem, case.id, None, now)
            cases = sum(len(found) for found in hit.values())
            await unit.tell(ProblemOpened(subject=problem.id, at=now, category=category, cases=cases))
        return problem

    async def link_case(self, problem_id: str, case_id: str, needs: Needs | None = None) -> Promise:
        """Another case of a known problem: its contact is owed a call when it is fixed. `needs` defaults to what the
        category takes. Raises `Refused` when the problem is solved already."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            problem = await self.the_problem(unit, problem_id, lock=True)
            if problem.solved_at is not None:
                raise Refused("the problem is solved already", where=f"problem {problem.title}")
            return await self._link(unit, problem, case_id, needs, now)

    async def known_problem(self, category: str, product: str | None = None) -> Problem | None:
        """The problem a caller probably has: one with exactly this product before one of the whole category."""
        async with self.store.reading() as reader:
            problems = await reader.open_problems(category)
        exact = (problem for problem in problems if product is not None and problem.product == product)
        general = (problem for problem in problems if problem.product is None)
        return next(exact, None) or next(general, None)

    async def problem(self, problem_id: str) -> Problem:
        """The problem. Raises `NotFound`."""
        async with self.store.reading() as reader:
            return await self.the_problem(reader, problem_id)

    async def problems(self) -> tuple[Problem, ...]:
        """Problems not solved yet, newest first."""
        async with self.store.reading() as reader:
            return await reader.open_problems()

    async def solve_problem(self, problem_id: str, opens: datetime, window: float) -> tuple[Promise, ...]:
        """The problem is solved: every linked promise gets the window that begins at `opens`, or at the end of the
        quiet hours it lies in, and lasts `window` seconds. Returned in the order of service: urgency, tier, age.

        They are owed still; `fall_due` hands them over once the window is open, like any other promise.
        """
        now = self.clock.now()
        begins = after_quiet_hours(opens, self.rules.retry)
        command = SetWindow(begins, begins + timedelta(seconds=window))
        async with self.store.unit_of_work() as unit:
            problem = await self.the_problem(unit, problem_id, lock=True)
            if problem.solved_at is not None:
                raise Refused("the problem is solved already", where=f"problem {problem.title}")
            await unit.save_problem(replace(problem, solved_at=now))
            waiting = await unit.promises(problem=problem_id, kind=PromiseKind.WHEN_FIXED)
            ready = []
            for name in sorted(promise.id for promise in waiting):
                promise = await self.the_promise(unit, name, lock=True)
                if promise.state.is_open and promise.opens is None:
                    ready.append(await self.carry_out(unit, promise, command, now))
            await unit.tell(ProblemSolved(subject=problem_id, at=now, promises=len(ready)))
        return self.rules.in_order(ready)

    async def _link(
        self, unit: BookUnit, problem: Problem, case_id: str, needs: Needs | None, now: datetime
    ) -> Promise:
        case = await self.the_case(unit, case_id, lock=True)
        contact = await self.the_contact(unit, case.contact)
        if case.problem != problem.id:
            await unit.save_case(replace(case, problem=problem.id))
            await unit.note_case(CaseNote(case.id, now, HOTLINE, "linked", problem.title))
        needs = needs or self.rules.needs_of(case.category, case.language)
        return await self.give(
            unit,
            now,
            kind=PromiseKind.WHEN_FIXED,
            contact=contact.id,
            case=case.id,
            problem=problem.id,
            tier=contact.tier,
            urgency=case.urgency,
            needs=needs,
            opens=None,
            due=None,
            owner=case.owner,
            note=problem.title,
        )
