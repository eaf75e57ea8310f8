"""What a rise in cases suggests: proposed to a person, who confirms or dismisses it."""

from __future__ import annotations

import asyncio
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.entries import HOTLINE
from callbacks.events import ProblemProposed
from callbacks.model import Problem, ProblemState
from callbacks.ports import ProblemNote
from callbacks.problems.emergence import Kind, looks_back, rises

_JUDGED = frozenset({"opened", "dismissed", "solved"})
_KNOWN = frozenset({ProblemState.PROPOSED, ProblemState.OPEN})


class ProblemProposals(Bookkeeping):
    """The part of the promise book that suspects."""

    async def propose_problem(
        self, title: str, category: str, product: str | None, *, cases: int, expected: float
    ) -> Problem | None:
        """`cases` came where `expected` were usual. None when such a problem is known, or proposed, already."""
        now = self.clock.now()
        problem = Problem(
            id=self.make_id(),
            title=title,
            category=category,
            opened_at=now,
            product=product,
            state=ProblemState.PROPOSED,
        )
        async with self.store.unit_of_work() as unit:
            for known in await unit.problems_in(_KNOWN):
                if known.category == category and known.product in (None, product):
                    return None
            await unit.save_problem(problem)
            await unit.note_problem(ProblemNote(problem.id, now, HOTLINE, "proposed", title))
            await unit.tell(
                ProblemProposed(
                    subject=problem.id, at=now, category=category, product=product, cases=cases, expected=expected
                )
            )
        return problem

    async def look_for_rises(self) -> tuple[Problem, ...]:
        """Propose a problem for each kind of case that comes much oftener than usual, and is not known already."""
        now, rules = self.clock.now(), self.rules.problems
        async with self.store.reading() as reader:
            seen = await reader.cases_since(now - looks_back(rules))
            judged: dict[Kind, datetime] = {}
            for known in await reader.problems_in(frozenset(ProblemState)):
                for note in await reader.problem_notes(known.id):
                    if note.what in _JUDGED:
                        kind = (known.category, known.product)
                        judged[kind] = max(note.at, judged.get(kind, note.at))
        proposed = []
        for rise in await asyncio.to_thread(rises, seen, rules, self.rules.retry.zone, now, judged):
            what = f"{rise.category} / {rise.product}" if rise.product else rise.category
            title = f"{what}: {rise.cases} > {rise.expected:.1f} ({rise.hours} h)"
            problem = await self.propose_problem(
                title, rise.category, rise.product, cases=rise.cases, expected=rise.expected
            )
            if problem is not None:
                proposed.append(problem)
        return tuple(proposed)
