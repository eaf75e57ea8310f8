"""What the book holds on a case, gathered in one consistent look for the case report."""

from __future__ import annotations

from callbacks.bookkeeping import Bookkeeping
from callbacks.calls.records import CallRecords
from callbacks.entries import AttemptStarted
from callbacks.model import Case, PromiseState
from callbacks.ports import ProblemNote
from callbacks.reports.case_report import CaseReport, Dossier, case_report
from config.errors import NotFound


class ReportBook(Bookkeeping):
    """The part of the promise book that tells a whole story."""

    async def case_by_reference(self, reference: str) -> Case:
        """The case with the reference that was spoken. Raises `NotFound`."""
        async with self.store.reading() as reader:
            found = await reader.case_by_reference(reference)
        if found is None:
            raise NotFound("there is no case with this reference", where=f"reference {reference}")
        return found

    async def case_report(self, case_id: str, calls: CallRecords) -> CaseReport:
        """The case's report as of now. Raises `NotFound`."""
        async with self.store.reading() as reader:
            case = await self.the_case(reader, case_id)
            promises = await reader.promises(case=case_id, states=frozenset(PromiseState))
            ledgers = [(promise, await reader.entries(promise.id)) for promise in promises]
            problem = await reader.problem(case.problem) if case.problem is not None else None
            problem_notes = await reader.problem_notes(case.problem) if case.problem is not None else ()
            notes = await reader.case_notes(case_id)
            about = await reader.case_calls(case_id)
        attempts = {entry.attempt for _, entries in ledgers for entry in entries if isinstance(entry, AttemptStarted)}
        dossier = Dossier(
            case=case,
            notes=notes,
            calls=tuple([call for name in sorted({*about, *attempts}) if (call := await calls.find(name)) is not None]),
            promises=tuple(sorted(ledgers, key=lambda found: found[0].made_at)),
            problem=problem,
            problem_notes=tuple(note for note in problem_notes if _concerns(note, case)),
        )
        return case_report(dossier, self.clock.now())


def _concerns(note: ProblemNote, case: Case) -> bool:
    """That other cases were linked to the problem is no part of this one's story."""
    return note.what not in ("linked", "unlinked") or note.text == case.reference
