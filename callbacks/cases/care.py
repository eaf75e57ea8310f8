"""What somebody who looks after cases does beside serving the contact: look at all of one, say who is responsible."""

from __future__ import annotations

from dataclasses import dataclass, replace

from callbacks.cases.progress import CaseProgress
from callbacks.cases.steps import comes_after
from callbacks.model import Case, CaseException, CaseStep, Contact, Problem, Promise, PromiseState
from callbacks.ports import CaseNote

_EVER = frozenset(PromiseState)


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All that the book holds on a case, seen at one moment; `calls` are ids, oldest first."""

    case: Case
    contact: Contact
    problem: Problem | None
    notes: tuple[CaseNote, ...]
    promises: tuple[Promise, ...]
    exceptions: tuple[CaseException, ...]
    calls: tuple[str, ...]


class CaseCare(CaseProgress):
    """The part of the promise book in which cases are looked after."""

    async def case_file(self, case_id: str) -> CaseFile:
        """The case with everything about it. Raises `NotFound`."""
        async with self.store.reading() as reader:
            case = await self.the_case(reader, case_id)
            granted = await reader.exceptions(case.contact)
            return CaseFile(
                case,
                await self.the_contact(reader, case.contact),
                await reader.problem(case.problem) if case.problem else None,
                await reader.case_notes(case_id),
                await reader.promises(case=case_id, states=_EVER),
                tuple(one for one in granted if one.case == case_id),
                await reader.case_calls(case_id),
            )

    async def assign_case(self, case_id: str, agent: str, by: str) -> Case:
        """Somebody makes the agent responsible: the case is handed over, and feedback is due. The history names both.
        Raises `Refused` when the case is not open."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, (await self.the_case(unit, case_id)).contact, lock=True)
            case = replace(await self.open_case_locked(unit, case_id), owner=agent)
            if comes_after(CaseStep.FEED_BACK, case.step):
                case = await self.begin_step(unit, case, CaseStep.FEED_BACK, now)
            await unit.save_case(case)
            await unit.note_case(CaseNote(case_id, now, by, "owned", "" if by == agent else agent))
        return case
