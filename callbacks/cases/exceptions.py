"""Favours that are no rule (lesson 22): recorded with their reason, seen by the next agent, told to be exceptions."""

from __future__ import annotations

from callbacks.bookkeeping import Bookkeeping
from callbacks.events import ExceptionMade
from callbacks.model import CaseException
from callbacks.ports import CaseNote
from config.errors import Refused


class CaseExceptions(Bookkeeping):
    """The part of the promise book about exceptions."""

    async def record_exception(self, case_id: str, what: str, reason: str, by: str) -> CaseException:
        """Grant something once. Raises `Refused` without a reason: a favour nobody can explain becomes the rule."""
        now = self.clock.now()
        if not what.strip() or not reason.strip():
            raise Refused("an exception needs what is granted, and a reason", where=f"case {case_id}")
        async with self.store.unit_of_work() as unit:
            await self.the_case(unit, case_id, lock=True)
            exception = CaseException(case_id, now, by, what.strip(), reason.strip())
            await unit.add_exception(exception)
            note = f"{exception.what}: {exception.reason}"
            await unit.note_case(CaseNote(case_id, now, by, "exception", note))
            await unit.tell(ExceptionMade(subject=case_id, at=now, by=by))
        return exception

    async def exceptions_of(self, contact_id: str) -> tuple[CaseException, ...]:
        """What the contact was granted once, in any case, oldest first: the next agent must not take it for a rule."""
        async with self.store.reading() as reader:
            return await reader.exceptions(contact_id)
