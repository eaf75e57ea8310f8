"""What helped before: solved cases, with what solved them (lesson 25)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Case, CaseStatus
from callbacks.ports import BookReader


@dataclass(frozen=True, slots=True)
class SolvedCase:
    """A case with what helped: the words of whoever solved it last, and the workaround of the problem behind it. One of
    the two may be empty."""

    case: Case
    at: datetime
    note: str
    workaround: str


class SolvedCases(Bookkeeping):
    """The part of the promise book that remembers what helped."""

    async def solved_cases(self, limit: int) -> tuple[Case, ...]:
        """Cases that are solved, newest first."""
        async with self.store.reading() as reader:
            return await reader.cases(status=CaseStatus.SOLVED, limit=limit)

    async def what_helped(self, cases: Sequence[str], limit: int) -> tuple[SolvedCase, ...]:
        """Of these cases the first `limit` of which it is written down, as the book has them now: what was erased or
        taken up again since is left out."""
        found: list[SolvedCase] = []
        async with self.store.reading() as reader:
            for case in cases:
                solved = await _solved(reader, case)
                if solved is not None:
                    found.append(solved)
                if len(found) == limit:
                    break
        return tuple(found)


async def _solved(reader: BookReader, case_id: str) -> SolvedCase | None:
    case = await reader.case(case_id)
    if case is None or case.status is not CaseStatus.SOLVED:
        return None
    solving = [note for note in await reader.case_notes(case_id) if note.what == "solved"]
    problem = await reader.problem(case.problem) if case.problem else None
    workaround = problem.workaround if problem is not None else ""
    if not solving or not (solving[-1].text or workaround):
        return None
    return SolvedCase(case, solving[-1].at, solving[-1].text, workaround)
