"""Following up (lesson 14): some days after a case was solved we ask whether it is, and how well we helped."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from callbacks.aftercare.ratings import Rating
from callbacks.aftercare.silence import Silence, windows_from
from callbacks.bookkeeping import Bookkeeping
from callbacks.contacts.zones import zones_of
from callbacks.entries import HOTLINE
from callbacks.events import CaseReopened
from callbacks.letters.telling import address_of
from callbacks.model import Case, CaseStatus, CaseStep, Promise, PromiseKind
from callbacks.ports import BookUnit, CaseNote
from config.errors import Refused
from config.urgency import Urgency
from prompts.letters import Template
from routing.windows import Window

log = structlog.get_logger(__name__)

#: *No* makes a case more urgent by one, up to money: that people are in danger, or the law is, nobody has said.
_RAISED = {Urgency.INFO: Urgency.SERVICE, Urgency.SERVICE: Urgency.MONEY}
_TWO_WEEKS = timedelta(days=14)


def raised(urgency: Urgency) -> Urgency:
    """The urgency of a case that was taken for solved and is not."""
    return _RAISED.get(urgency, urgency)


async def promise_follow_up(book: Bookkeeping, unit: BookUnit, case: Case, solver: str, now: datetime) -> None:
    """The case is solved: promise to ask, in the transaction that says so. Who likes to be written to is written to;
    who cannot be reached is not asked, nor anybody whom the floor could not ask within two weeks of the day. `solver`
    owns the promise, as the ratings are about their work."""
    rules = book.rules.aftercare
    if rules.follow_up_after is None:
        return
    contact = await book.the_contact(unit, case.contact, lock=True)
    wanted = now + rules.follow_up_after
    if address_of(contact):
        fields = {"reference": case.reference}
        await book.tell(unit, contact, Template.FOLLOW_UP, fields, case=case.id, not_before=wanted)
        return
    if not contact.can_be_rung:
        return
    needs, end = book.needs_about(case, contact), wanted + _TWO_WEEKS
    spells = tuple(rules.spells(needs.queue, wanted, end, zones_of(contact.number)))
    has_room = rules.capacity(await unit.promised_calls(end), needs, now, end)
    window = next(filter(has_room, windows_from(spells, wanted, rules.window)), None)
    if window is None:
        log.warning("follow_up_not_promised", case=case.id, queue=needs.queue)
        return
    await book.give_about(
        unit,
        now,
        case,
        contact,
        PromiseKind.FOLLOW_UP,
        Window(window.start, window.end),
        owner=case.owner or solver,
        note="is it solved, and how well did we help?",
    )


class FollowUps(Bookkeeping):
    """The part of the promise book that takes the answers."""

    async def answer_follow_up(
        self, case_id: str, visit: str, *, solved: bool | None, rating: int | None, by: str
    ) -> Case:
        """What the contact answered in `visit` (the attempt, or the call), None where they did not say; kept as a
        rating of whoever solved the case. *No* reopens it. Returns the case as it stands then.

        Raises `Refused` for a rating outside 1 to 5.
        """
        if rating is not None and not 1 <= rating <= 5:
            raise Refused(f"a rating is 1 to 5, not {rating}", where=f"visit {visit}")
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            case = await self.the_case(unit, case_id, lock=True)
            agent = await self._solver(unit, case)
            if solved is not None or rating is not None:
                given = Rating(visit, now, contact, case.category, rating, solved, agent, case_id)
                await unit.save_rating(given)
            if solved is not False or case.status is CaseStatus.OPEN:
                return case
            return await self._reopen(unit, case, agent, by, now)

    async def reopen_case(self, case_id: str, by: str, reason: str) -> Case:
        """The case was taken for solved and is not. Raises `Refused` when it is open, or no reason is given."""
        if not reason.strip():
            raise Refused("a case is reopened with a reason", where=f"case {case_id}")
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = (await self.the_case(unit, case_id)).contact
            await self.the_contact(unit, contact, lock=True)
            case = await self.the_case(unit, case_id, lock=True)
            if case.status is CaseStatus.OPEN:
                raise Refused("the case is open", where=f"case {case.reference}")
            return await self._reopen(unit, case, await self._solver(unit, case), by, now, reason.strip())

    async def _reopen(
        self,
        unit: BookUnit,
        case: Case,
        solver: str | None,
        by: str,
        now: datetime,
        reason: str = "the contact says no",
    ) -> Case:
        """Open again, one step more urgent, in the hands of its owner, else of whoever took it for solved."""
        contact = await self.the_contact(unit, case.contact)
        step = CaseStep.HAND_OVER
        open_again = replace(
            case,
            status=CaseStatus.OPEN,
            urgency=raised(case.urgency),
            owner=case.owner or solver,
            step=step,
            step_due=self.rules.steps.due(step, case.category, contact.tier, now),
            repeat=True,
        )
        await unit.save_case(open_again)
        await unit.save_silence(Silence(case.id, contact.id, contact.tier, now))
        await unit.note_case(CaseNote(case.id, now, by, "reopened", reason))
        await unit.tell(CaseReopened(subject=case.id, at=now, by=by, urgency=open_again.urgency))
        return open_again

    async def _solver(self, unit: BookUnit, case: Case) -> str | None:
        """Who last said that the case is solved; a person, never the hotline itself."""
        solved = [note.by for note in await unit.case_notes(case.id) if note.what == "solved" and note.by != HOTLINE]
        return solved[-1] if solved else case.owner

    async def follow_up_of(self, case_id: str) -> Promise | None:
        """The follow-up still owed about the case."""
        async with self.store.reading() as reader:
            return next(iter(await reader.promises(case=case_id, kind=PromiseKind.FOLLOW_UP)), None)
