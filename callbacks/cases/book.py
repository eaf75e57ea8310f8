"""Cases: what a contact complained of or asked for, and how far it has come."""

from __future__ import annotations

from dataclasses import replace

from callbacks.aftercare.follow_up import promise_follow_up
from callbacks.aftercare.silence import Silence
from callbacks.cases.progress import CaseProgress
from callbacks.entries import HOTLINE
from callbacks.events import CaseOpened, CaseSolved
from callbacks.letters.telling import break_silence
from callbacks.model import Case, CaseStatus, CaseStep, Wish
from callbacks.ports import BookUnit, CaseNote
from config.errors import Refused
from config.urgency import Urgency

#: As many cases as a screen can show.
MOST_CASES = 200


class CaseBook(CaseProgress):
    """The part of the promise book about cases."""

    async def open_case(
        self,
        *,
        contact: str,
        category: str,
        urgency: Urgency,
        wish: Wish,
        language: str,
        summary: str,
        product: str | None = None,
        call: str | None = None,
        by: str = HOTLINE,
    ) -> Case:
        """A new case, opened in `call`, else by `by`; `repeat`: the contact complained of the same matter before."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            tier = (await self.the_contact(unit, contact, lock=True)).tier
            before = await unit.cases(contact=contact, category=category)
            step = CaseStep.CLASSIFY if summary else CaseStep.INTAKE  # what was said is written down: taken in
            case = Case(
                id=self.make_id(),
                reference=await self.free_reference(unit),
                contact=contact,
                category=category,
                urgency=urgency,
                wish=wish,
                language=language,
                status=CaseStatus.OPEN,
                opened_at=now,
                product=product,
                summary=summary,
                repeat=any(self.rules.steps.is_repeat(earlier, product, now) for earlier in before),
                step=step,
                step_due=self.rules.steps.due(step, category, tier, now),
            )
            await unit.save_case(case)
            await unit.save_silence(Silence(case.id, contact, tier, now))
            opened_by = f"call:{call}" if call else by
            await unit.note_case(CaseNote(case.id, now, opened_by, "opened", summary))
            if call is not None:
                await unit.join_call(case.id, call, now)
            await unit.tell(CaseOpened(subject=case.id, at=now, category=category, urgency=urgency, repeat=case.repeat))
        return case

    async def join_call(self, case_id: str, call_id: str) -> None:
        """A later call is about the case too."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            await self.the_case(unit, case_id, lock=True)
            await unit.join_call(case_id, call_id, now)
            await break_silence(unit, case_id, now)
            await unit.note_case(CaseNote(case_id, now, f"call:{call_id}", "joined"))

    async def complain_again(self, case_id: str, call_id: str) -> Case:
        """The contact rings about the case a second time: it is marked a repeat, the call joins it (lesson 4)."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            case = await self.the_case(unit, case_id, lock=True)
            await unit.join_call(case_id, call_id, now)
            note = CaseNote(case_id, now, f"call:{call_id}", "complained-again")
            return await _changed(unit, replace(case, repeat=True), note)

    async def case(self, case_id: str) -> Case:
        """The case. Raises `NotFound`."""
        async with self.store.reading() as reader:
            return await self.the_case(reader, case_id)

    async def cases_of(self, contact_id: str) -> tuple[Case, ...]:
        """The contact's cases, newest first."""
        async with self.store.reading() as reader:
            return await reader.cases(contact=contact_id)

    async def open_cases(self, category: str | None = None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first, at most `MOST_CASES`."""
        async with self.store.reading() as reader:
            return await reader.cases(category=category, status=CaseStatus.OPEN, limit=MOST_CASES)

    async def case_history(self, case_id: str) -> tuple[CaseNote, ...]:
        """What was done about the case, oldest first."""
        async with self.store.reading() as reader:
            return await reader.case_notes(case_id)

    async def raise_urgency(self, case_id: str, urgency: Urgency, by: str = HOTLINE) -> Case:
        """At least this urgent from now on, and every open promise about it too."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            case = await self.raised(unit, await self.the_case(unit, case_id, lock=True), urgency, by, now)
            await unit.save_case(case)
        return case

    async def lower_urgency(self, case_id: str, urgency: Urgency, by: str, reason: str) -> Case:
        """Only a person may do this, and says why (lesson 11). Raises `Refused`."""
        if not reason.strip() or by in ("", HOTLINE):
            raise Refused("urgency is lowered by a person, with a reason", where=f"case {case_id}")
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            case = await self.the_case(unit, case_id, lock=True)
            if urgency.rank >= case.urgency.rank:
                raise Refused(f"{urgency} is not less urgent than {case.urgency}", where=f"case {case.reference}")
            text = f"{case.urgency} to {urgency}: {reason.strip()}"
            return await _changed(
                unit, replace(case, urgency=urgency), CaseNote(case_id, now, by, "urgency-lowered", text)
            )

    async def note_case(self, case_id: str, by: str, text: str) -> None:
        """What an agent wants the next one to know."""
        async with self.store.unit_of_work() as unit:
            await self.the_case(unit, case_id, lock=True)
            await unit.note_case(CaseNote(case_id, self.clock.now(), by, "noted", text))

    async def solve_case(self, case_id: str, by: str, note: str) -> Case:
        """The case is solved. Raises `Refused` when it is not open."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, (await self.the_case(unit, case_id)).contact, lock=True)
            case = await self.the_case(unit, case_id, lock=True)
            if case.status is not CaseStatus.OPEN:
                raise Refused(f"the case is {case.status}", where=f"case {case.reference}")
            await unit.end_silence(case_id)
            await promise_follow_up(self, unit, case, by, now)
            await unit.tell(CaseSolved(subject=case_id, at=now, by=by))
            solved = replace(case, status=CaseStatus.SOLVED, step=CaseStep.DONE, step_due=None)
            return await _changed(unit, solved, CaseNote(case_id, now, by, "solved", note))


async def _changed(unit: BookUnit, case: Case, note: CaseNote) -> Case:
    await unit.save_case(case)
    await unit.note_case(note)
    return case
