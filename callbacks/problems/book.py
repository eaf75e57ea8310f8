"""Problems: known causes behind several cases, and what people have found out about them (lessons 1 and 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from callbacks.entries import HOTLINE
from callbacks.events import ProblemDismissed, ProblemOpened
from callbacks.model import Case, Problem, ProblemState
from callbacks.ports import ProblemNote
from callbacks.problems.links import ProblemLinks
from callbacks.problems.proposals import ProblemProposals
from callbacks.problems.solving import ProblemSolving
from config.errors import Refused

Statement = Literal["root-cause", "correction", "prevention", "workaround"]

_STATED: Mapping[Statement, Callable[[Problem, str], Problem]] = MappingProxyType(
    {
        "root-cause": lambda problem, text: replace(problem, root_cause=text),
        "correction": lambda problem, text: replace(problem, correction=text),
        "prevention": lambda problem, text: replace(problem, prevention=text),
        "workaround": lambda problem, text: replace(problem, workaround=text),
    }
)
_KNOWN = frozenset({ProblemState.PROPOSED, ProblemState.OPEN})


class ProblemBook(ProblemLinks, ProblemProposals, ProblemSolving):
    """The part of the promise book about known root causes."""

    async def open_problem(
        self, *, title: str, category: str, product: str | None, workaround: str, by: str = HOTLINE
    ) -> Problem:
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
            await unit.note_problem(ProblemNote(problem.id, now, by, "opened", title))
            cases = await self.link_open_cases(unit, problem, now, by)
            await unit.tell(ProblemOpened(subject=problem.id, at=now, category=category, cases=cases))
        return problem

    async def confirm_problem(self, problem_id: str, *, by: str, title: str = "") -> Problem:
        """A person says that the proposed problem is one, and what it is (no title: what was proposed). It is open now,
        as if it had been declared. Raises `Refused` unless it is proposed."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            problem = await self.the_problem(unit, problem_id, lock=True)
            _refuse_unless_proposed(problem)
            opened = replace(problem, state=ProblemState.OPEN, title=title.strip() or problem.title)
            await unit.save_problem(opened)
            await unit.note_problem(ProblemNote(problem_id, now, by, "opened", opened.title))
            cases = await self.link_open_cases(unit, opened, now, by)
            await unit.tell(ProblemOpened(subject=problem_id, at=now, category=opened.category, cases=cases))
        return opened

    async def dismiss_problem(self, problem_id: str, reason: str, *, by: str) -> Problem:
        """The proposed problem is none. Raises `Refused` without a reason, or unless it is proposed."""
        if not reason.strip():
            raise Refused("a proposal is dismissed with a reason", where=f"problem {problem_id}")
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            problem = await self.the_problem(unit, problem_id, lock=True)
            _refuse_unless_proposed(problem)
            dismissed = replace(problem, state=ProblemState.DISMISSED)
            await unit.save_problem(dismissed)
            await unit.note_problem(ProblemNote(problem_id, now, by, "dismissed", reason.strip()))
            await unit.tell(ProblemDismissed(subject=problem_id, at=now, by=by))
        return dismissed

    async def state(self, problem_id: str, what: Statement, text: str, *, by: str) -> Problem:
        """A person states the root cause, the correction chosen, what prevents it from now on, or a way round it.
        Every statement stays in the history; the newest is in force. Raises `Refused` without words or a person."""
        if not text.strip() or by in ("", HOTLINE):
            raise Refused("a statement about a problem is made by a person, in words", where=f"problem {problem_id}")
        async with self.store.unit_of_work() as unit:
            problem = await self.the_problem(unit, problem_id, lock=True)
            stated = _STATED[what](problem, text.strip())
            await unit.save_problem(stated)
            await unit.note_problem(ProblemNote(problem_id, self.clock.now(), by, what, text.strip()))
        return stated

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

    async def proposed_problems(self) -> tuple[Problem, ...]:
        """What a rise in cases suggests and nobody has judged yet, newest first."""
        return await self.problems_in(frozenset({ProblemState.PROPOSED}))

    async def problems_in(self, states: frozenset[ProblemState] = _KNOWN) -> tuple[Problem, ...]:
        """Problems in these states, newest first."""
        async with self.store.reading() as reader:
            return await reader.problems_in(states)

    async def problem_history(self, problem_id: str) -> tuple[ProblemNote, ...]:
        """What was done about the problem, oldest first. Raises `NotFound`."""
        async with self.store.reading() as reader:
            await self.the_problem(reader, problem_id)
            return await reader.problem_notes(problem_id)

    async def cases_of_problem(self, problem_id: str) -> tuple[Case, ...]:
        """The cases that have this cause, newest first. Raises `NotFound`."""
        async with self.store.reading() as reader:
            await self.the_problem(reader, problem_id)
            return await reader.cases(problem=problem_id)


def _refuse_unless_proposed(problem: Problem) -> None:
    if problem.state is not ProblemState.PROPOSED:
        raise Refused(f"the problem is {problem.state}, not proposed", where=f"problem {problem.title}")
