"""How a case comes from step to step, each with its time limit, and what happens when one is missed (lesson 9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from callbacks.bookkeeping import Bookkeeping
from callbacks.cases.steps import comes_after, escalated_before, next_owner, pause_after
from callbacks.entries import HOTLINE
from callbacks.events import CaseEscalated
from callbacks.model import Case, CaseStatus, CaseStep
from callbacks.ports import BookUnit, CaseNote
from config.errors import Refused
from config.urgency import Urgency, graver

#: So many cases escalate in one transaction: other writers get their turn in between.
_BATCH = 100


class CaseProgress(Bookkeeping):
    """The part of the promise book about the steps of cases."""

    async def begin_step(self, unit: BookUnit, case: Case, step: CaseStep, now: datetime) -> Case:
        """The case at a step that begins now; not saved yet."""
        tier = (await self.the_contact(unit, case.contact)).tier
        return replace(case, step=step, step_due=self.rules.steps.due(step, case.category, tier, now))

    async def classify_case(self, case_id: str, category: str, product: str | None, by: str) -> Case:
        """A person says what the case is about. The history has `OLD to NEW` where that differs from what the machine
        thought; another category that is graver makes the case and its open promises so (lesson 11). Raises `Refused`
        for a category that the hotline file does not have, or a case that is not open."""
        now = self.clock.now()
        if category not in self.rules.categories:
            raise Refused(f"no category is called `{category}`", where=f"case {case_id}")
        async with self.store.unit_of_work() as unit:
            await self.the_contact(unit, (await self.the_case(unit, case_id)).contact, lock=True)
            case = await self.open_case_locked(unit, case_id)
            text = "" if category == case.category else f"{case.category} to {category}"
            changed = replace(case, category=category, product=product or case.product)
            following = CaseStep.FEED_BACK if case.owner else CaseStep.HAND_OVER
            if comes_after(following, case.step):
                changed = await self.begin_step(unit, changed, following, now)
            await unit.note_case(CaseNote(case_id, now, by, "classified", text))
            least = self.rules.urgencies.get(category)
            if category != case.category and least is not None:
                changed = await self.raised(unit, changed, least, by, now)
            await unit.save_case(changed)
        return changed

    async def raised(self, unit: BookUnit, case: Case, urgency: Urgency, by: str, now: datetime) -> Case:
        """The case, at least this urgent, and every open promise about it too; it is noted, but not saved yet. The
        contact and the case must be locked."""
        if graver(case.urgency, urgency) is case.urgency:
            return case
        for promise in sorted(await unit.promises(case=case.id), key=lambda promise: promise.id):
            await self.raise_promise(unit, promise.id, urgency, now)
        await unit.note_case(CaseNote(case.id, now, by, "urgency-raised", f"{case.urgency} to {urgency}"))
        return replace(case, urgency=urgency)

    async def own_case(self, case_id: str, agent: str) -> Case:
        """The agent is responsible from now on: the case is handed over, and feedback is due."""
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            case = replace(await self.the_case(unit, case_id, lock=True), owner=agent)
            if comes_after(CaseStep.FEED_BACK, case.step):
                case = await self.begin_step(unit, case, CaseStep.FEED_BACK, now)
            await unit.save_case(case)
            await unit.note_case(CaseNote(case_id, now, agent, "owned"))
        return case

    async def escalate_late_cases(self, now: datetime) -> tuple[Case, ...]:
        """Every open case whose step is overdue: noted, told, and due again after a pause that doubles as long as
        nobody does anything (`steps.pause_after`). The first time it goes to its owner, or to whoever answers for
        the step; then to the next person up, and at last to the agent of the manager line. Its urgency stays: lateness
        is our fault, not its harm. Returns them."""
        escalated: list[Case] = []
        while True:
            async with self.store.reading() as reader:
                if not await reader.cases_late(now, 1):
                    break
            async with self.store.unit_of_work() as unit:
                found = await unit.cases_late(now, _BATCH, lock=True)
                escalated += [await self._escalate(unit, case, now) for case in found]
            if not found:
                break  # another process is at them
        return tuple(escalated)

    async def _escalate(self, unit: BookUnit, case: Case, now: datetime) -> Case:
        before = escalated_before(await unit.case_notes(case.id))
        owner = next_owner(case.owner, self._ladder(case.step), before)
        again = await self.begin_step(unit, case, case.step, now)
        step_due = now + pause_after(before) if again.step_due else None  # no limit any more, says a newer file
        times = case.escalations + 1
        changed = replace(again, owner=owner, step_due=step_due, escalations=times)
        due = f", due {case.step_due:%Y-%m-%d %H:%M} UTC" if case.step_due else ""
        to = f", to {owner}" if owner else ""
        await unit.save_case(changed)
        await unit.note_case(CaseNote(case.id, now, HOTLINE, "escalated", f"{case.step}{due}{to}"))
        await unit.tell(CaseEscalated(subject=case.id, at=now, step=case.step, owner=owner, times=times))
        return changed

    def _ladder(self, step: CaseStep) -> tuple[str, ...]:
        """Who is asked about a late step, one above the other."""
        line = self.rules.manager_line
        people = (self.rules.steps.responsible.get(step), line.agent if line else None)
        return tuple(person for person in people if person is not None)

    async def open_case_locked(self, unit: BookUnit, case_id: str) -> Case:
        """The case, locked. Raises `NotFound`, and `Refused` when it is not open."""
        case = await self.the_case(unit, case_id, lock=True)
        if case.status is not CaseStatus.OPEN:
            raise Refused(f"the case is {case.status}", where=f"case {case.reference}")
        return case
