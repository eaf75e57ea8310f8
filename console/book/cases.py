"""Cases behind the table of rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from callbacks.calls.model import CallLine, CallRecord
from callbacks.cases.care import CaseFile
from callbacks.lists import CaseFilter, Listed, Place
from callbacks.model import Case, CaseException, Contact
from callbacks.privacy.personal import Looked
from config.errors import NotFound, Refused
from config.urgency import Urgency
from console.book.ground import PAGE, BookGround
from console.desk.service import need, person
from console.identity.users import Action, User

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of cases, and whose they are."""

    cases: Listed[Case]
    contacts: Mapping[str, Contact]


@dataclass(frozen=True, slots=True)
class CaseStory:
    """All that is known of a case; `calls` newest first."""

    file: CaseFile
    calls: tuple[CallRecord, ...]


class CaseService(BookGround):
    """Every method raises `Forbidden` when the user's role does not allow it."""

    async def list_cases(self, user: User, wanted: CaseFilter, after: Place | None = None) -> CasePage:
        """A page of cases that agree, the latest first."""
        need(user, Action.SEE_CASES)
        found = await self.book.list_cases(wanted, after, PAGE)
        return CasePage(found, await self.contacts({case.contact for case in found.rows}))

    async def case(self, user: User, name: str) -> CaseStory:
        """The case with this reference or id. Raises `NotFound`."""
        need(user, Action.SEE_CASES)
        file = await self.book.case_file(await self._id_of(name))
        return CaseStory(file, await self._calls(file))

    async def classify(self, user: User, case: str, category: str, product: str | None, reason: str) -> Case:
        """The machine's guess is confirmed or corrected; a reason is kept as a note."""
        need(user, Action.HANDLE_CASES)
        changed = await self.book.classify_case(case, category, product, person(user))
        if reason.strip():
            await self.book.note_case(case, person(user), reason.strip())
        return changed

    async def set_urgency(self, user: User, case: str, urgency: Urgency, reason: str) -> Case:
        """More urgent than thought, or less; with a reason."""
        need(user, Action.HANDLE_CASES)
        if not reason.strip():
            raise Refused("a reason is needed", remedy="say what makes it more, or less, urgent")
        before = await self.book.case(case)
        if urgency is before.urgency:
            raise Refused(f"it is {urgency} already", remedy="choose another urgency")
        if urgency.rank < before.urgency.rank:
            return await self.book.lower_urgency(case, urgency, person(user), reason)
        raised = await self.book.raise_urgency(case, urgency, person(user))
        await self.book.note_case(case, person(user), reason.strip())
        return raised

    async def assign(self, user: User, case: str, agent: str) -> Case:
        """The agent is responsible from now on; agents may say so of themselves only."""
        need(user, Action.ASSIGN_CASES, agent)
        if agent not in self.file.agents:
            raise NotFound("there is no such agent", where=agent, remedy="choose one of the hotline file")
        changed = await self.book.assign_case(case, agent, person(user))
        log.info("case_assigned", case=case, agent=agent, by=user.id)
        return changed

    async def note_case(self, user: User, case: str, text: str) -> None:
        """Something the next one should know."""
        need(user, Action.HANDLE_CASES)
        if not text.strip():
            raise Refused("the note is empty", remedy="write what the next one should know")
        await self.book.note_case(case, person(user), text.strip())

    async def grant(self, user: User, case: str, what: str, reason: str) -> CaseException:
        """Something is granted once (lesson 22)."""
        need(user, Action.HANDLE_CASES)
        return await self.book.record_exception(case, what, reason, person(user))

    async def solve_case(self, user: User, case: str, note: str) -> Case:
        """The case is solved; what helped is kept for similar ones."""
        need(user, Action.HANDLE_CASES)
        if not note.strip():
            raise Refused("it is not said what helped", remedy="say in a line what was done")
        return await self.book.solve_case(case, person(user), note.strip())

    async def reopen(self, user: User, case: str, reason: str) -> Case:
        """It was taken for solved and is not."""
        need(user, Action.HANDLE_CASES)
        return await self.book.reopen_case(case, person(user), reason)

    async def transcript(self, user: User, call: str) -> tuple[CallLine, ...]:
        """What was said in the call; that it was looked at is kept for ever."""
        need(user, Action.SEE_CALLS)
        await self.calls.call(call)
        await self.book.note_look(person(user), Looked.TRANSCRIPT, call)
        return await self.calls.lines(call)

    async def _id_of(self, name: str) -> str:
        async with self.book.store.reading() as reader:
            found = await reader.case_by_reference(name)
        return found.id if found else name

    async def _calls(self, file: CaseFile) -> tuple[CallRecord, ...]:
        found = [await self.calls.find(call) for call in file.calls]
        about = [record for record in found if record is not None]
        seen = {record.id for record in about}
        mine = {promise.id for promise in file.promises}
        about += [
            record
            for record in await self.calls.of_contact(file.contact.id, None)
            if record.id not in seen and (record.case == file.case.id or record.promise in mine)
        ]
        return tuple(sorted(about, key=lambda record: record.arrived_at, reverse=True))
