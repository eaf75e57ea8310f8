"""Which cases a problem is behind, and what their contacts are owed for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.commands import Withdraw
from callbacks.entries import HOTLINE
from callbacks.model import Case, CaseStatus, Problem, ProblemState, Promise, PromiseKind
from callbacks.ports import BookUnit, CaseNote, ProblemNote
from config.errors import Refused
from prompts.letters import Template
from routing.work import Needs

_OTHER_CAUSE = "the case has another cause"


class ProblemLinks(Bookkeeping):
    """The part of the promise book that notes who was hit."""

    async def link_case(
        self, problem_id: str, case_id: str, needs: Needs | None = None, *, by: str = HOTLINE
    ) -> Promise:
        """Another case of a known problem: its contact is owed a call when it is fixed. `needs` defaults to what the
        category takes. Raises `Refused` unless the problem is open."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            problem = await self.the_problem(unit, problem_id, lock=True)
            refuse_unless_open(problem)
            return await self._link(unit, problem, case_id, needs, now, by)

    async def unlink_case(self, problem_id: str, case_id: str, *, by: str) -> Case:
        """The case has another cause. What its contact was owed for it is withdrawn, unless another case of theirs
        still has this one. Raises `Refused` when the case is not linked, or the problem is not open."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            case = await self.the_case(unit, case_id, lock=True)
            problem = await self.the_problem(unit, problem_id, lock=True)
            refuse_unless_open(problem)
            if case.problem != problem_id:
                raise Refused(f"it is not linked to {problem.title}", where=f"case {case.reference}")
            unlinked = replace(case, problem=None)
            await unit.save_case(unlinked)
            await unit.note_case(CaseNote(case_id, now, by, "unlinked", problem.title))
            await unit.note_problem(ProblemNote(problem_id, now, by, "unlinked", case.reference))
            if not await unit.cases(contact=contact, problem=problem_id):
                for name in sorted(one.id for one in await unit.promises(contact=contact, problem=problem_id)):
                    promise = await self.the_promise(unit, name, lock=True)
                    if promise.kind is PromiseKind.WHEN_FIXED and promise.state.is_open:
                        await self.carry_out(unit, promise, Withdraw(_OTHER_CAUSE, by), now)
        return unlinked

    async def link_open_cases(self, unit: BookUnit, problem: Problem, now: datetime, by: str) -> int:
        """Every open case of the problem's category (and product) that has no known cause joins it; how many did."""
        hit: defaultdict[str, list[Case]] = defaultdict(list)
        for case in await unit.cases(category=problem.category, status=CaseStatus.OPEN):
            if case.problem is None and problem.product in (None, case.product):
                hit[case.contact].append(case)
        for contact in sorted(hit):
            await self.the_contact(unit, contact, lock=True)
            for case in sorted(hit[contact], key=lambda case: (case.opened_at, case.id)):
                await self._link(unit, problem, case.id, None, now, by)
        return sum(len(found) for found in hit.values())

    async def _link(
        self, unit: BookUnit, problem: Problem, case_id: str, needs: Needs | None, now: datetime, by: str
    ) -> Promise:
        case = await self.the_case(unit, case_id, lock=True)
        contact = await self.the_contact(unit, case.contact)
        if case.problem != problem.id:
            await unit.save_case(replace(case, problem=problem.id))
            await unit.note_case(CaseNote(case.id, now, by, "linked", problem.title))
            await unit.note_problem(ProblemNote(problem.id, now, by, "linked", case.reference))
        needs = needs or self.rules.needs_of(case.category, case.language)
        promise = await self.give(
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
        if problem.workaround and case.problem != problem.id:
            fields = {"reference": promise.reference, "workaround": problem.workaround}
            await self.tell(unit, contact, Template.WORKAROUND, fields, promise=promise)
        return promise


_CLOSED = {
    ProblemState.SOLVED: "solved already",
    ProblemState.PROPOSED: "not confirmed yet",
    ProblemState.DISMISSED: "dismissed",
}


def refuse_unless_open(problem: Problem) -> None:
    """Raise `Refused`, saying what it is instead."""
    if problem.state is not ProblemState.OPEN:
        remedy = "confirm it first" if problem.state is ProblemState.PROPOSED else "open a new one"
        raise Refused(f"the problem is {_CLOSED[problem.state]}", where=f"problem {problem.title}", remedy=remedy)
