"""Problems behind the table of rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from callbacks.model import Case, CaseStatus, Contact, Problem, ProblemState
from callbacks.ports import ProblemNote
from callbacks.problems.book import Statement
from callbacks.problems.preview import SolutionPreview
from config.errors import Refused
from console.book.ground import BookGround
from console.desk.service import need, person
from console.identity.users import Action, User

log = structlog.get_logger(__name__)

#: The evidence: cases of the last week by six hours, beside what was usual in the weeks before.
STEP, STEPS = timedelta(hours=6), 28
_WEEKS_BEFORE = 4
_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Evidence:
    """Cases of the problem's kind in each `STEP` of the last week, oldest first, and how many were usual in one."""

    counts: tuple[int, ...]
    usual: float


@dataclass(frozen=True, slots=True)
class ProblemStory:
    """All that is known of a problem; `candidates` are open cases of its category without a known cause."""

    problem: Problem
    notes: tuple[ProblemNote, ...]
    cases: tuple[Case, ...]
    candidates: tuple[Case, ...]
    contacts: Mapping[str, Contact]
    evidence: Evidence


class ProblemService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def problems(self, user: User, states: frozenset[ProblemState]) -> tuple[Problem, ...]:
        """Problems in these states, newest first."""
        need(user, Action.SEE_PROBLEMS)
        return await self.book.problems_in(states)

    async def evidence(self, user: User, problem: Problem) -> Evidence:
        """How often cases of its kind came, and how often they used to."""
        need(user, Action.SEE_PROBLEMS)
        now = self.book.clock.now()
        kind = problem.category, problem.product
        week = await self.book.cases_per_step(*kind, step=STEP, steps=STEPS, until=now)
        earlier = await self.book.cases_per_step(
            *kind, step=STEP, steps=STEPS * _WEEKS_BEFORE, until=now - STEP * STEPS
        )
        return Evidence(week, sum(earlier) / len(earlier))

    async def problem(self, user: User, problem: str) -> ProblemStory:
        """One problem. Raises `NotFound`."""
        need(user, Action.SEE_PROBLEMS)
        found = await self.book.problem(problem)
        cases = await self.book.cases_of_problem(problem)
        alike = await self.book.open_cases(found.category)
        candidates = tuple(case for case in alike if case.problem is None)[:_CANDIDATES]
        return ProblemStory(
            found,
            await self.book.problem_history(problem),
            cases,
            candidates,
            await self.contacts({case.contact for case in (*cases, *candidates)}),
            await self.evidence(user, found),
        )

    async def open_problem(
        self, user: User, title: str, category: str, product: str | None, workaround: str
    ) -> Problem:
        """Declare a problem: open cases of its kind join it."""
        need(user, Action.OPEN_PROBLEM)
        if not title.strip():
            raise Refused("a problem needs a title", remedy="say in one line what is wrong")
        opened = await self.book.open_problem(
            title=title.strip(), category=category, product=product, workaround=workaround.strip(), by=person(user)
        )
        log.info("problem_opened", problem=opened.id, by=user.id)
        return opened

    async def confirm(self, user: User, problem: str, title: str) -> Problem:
        """What was proposed is a problem."""
        need(user, Action.OPEN_PROBLEM)
        return await self.book.confirm_problem(problem, by=person(user), title=title)

    async def dismiss(self, user: User, problem: str, reason: str) -> Problem:
        """What was proposed is none, and why."""
        need(user, Action.OPEN_PROBLEM)
        return await self.book.dismiss_problem(problem, reason, by=person(user))

    async def state(self, user: User, problem: str, what: Statement, text: str) -> Problem:
        """State the root cause, the correction chosen, the prevention, or a way round it."""
        need(user, Action.OPEN_PROBLEM)
        return await self.book.state(problem, what, text, by=person(user))

    async def link(self, user: User, problem: str, reference: str) -> None:
        """The case with this reference has this cause. Raises `NotFound`, or `Refused` when it is not open."""
        need(user, Action.OPEN_PROBLEM)
        case = await self.book.case_by_reference(reference.strip())
        if case.status is not CaseStatus.OPEN:
            raise Refused(f"the case is {case.status}", where=f"case {case.reference}")
        await self.book.link_case(problem, case.id, by=person(user))

    async def unlink(self, user: User, problem: str, case: str) -> None:
        """The case has another cause."""
        need(user, Action.OPEN_PROBLEM)
        await self.book.unlink_case(problem, case, by=person(user))

    async def preview(self, user: User, problem: str) -> SolutionPreview:
        """Whom we would call, and when, if it were solved now."""
        need(user, Action.SOLVE_PROBLEM)
        return await self.book.preview_solution(problem)

    async def solve_problem(self, user: User, problem: str) -> int:
        """It is solved; how many calls fall due."""
        need(user, Action.SOLVE_PROBLEM)
        due = len(await self.book.solve_problem(problem, by=person(user)))
        log.info("problem_solved", problem=problem, due=due, by=user.id)
        return due
