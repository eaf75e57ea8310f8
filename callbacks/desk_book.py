"""What an agent gives a contact their word for, during a call or after it."""

from __future__ import annotations

from callbacks.bookkeeping import Bookkeeping
from callbacks.model import Case, CaseStatus, Promise, PromiseKind
from config.errors import Refused
from config.urgency import Urgency, graver
from routing.windows import Window


class DeskBook(Bookkeeping):
    """The part of the promise book that agents write in from their desks."""

    async def promise_about(
        self, case_id: str, kind: PromiseKind, window: Window | None, agent: str, note: str
    ) -> Promise:
        """The agent promises the contact of an open case to ring them, and owns the promise; committed when this
        returns. `window` is None for when-fixed, which has none before its problem is solved.

        Raises `Refused` where the contact cannot be rung, no problem is linked, or the same is promised already: then
        that promise is to be renegotiated, not doubled.
        """
        now = self.clock.now()
        async with self.store.unit_of_work() as unit:
            contact = await self.the_contact(unit, (await self.the_case(unit, case_id)).contact, lock=True)
            case = await self.the_case(unit, case_id, lock=True)
            problem = case.problem if kind is PromiseKind.WHEN_FIXED else None
            _refuse_unless_open(case)
            if (window is None) is not (kind is PromiseKind.WHEN_FIXED):
                raise Refused("this kind of promise needs a window", where=f"case {case.reference}")
            if kind is PromiseKind.WHEN_FIXED and problem is None:
                raise Refused("no known problem is linked to the case", remedy="promise a callback instead")
            if not contact.can_be_rung:
                raise Refused("this contact cannot be called back", remedy="no number is known, or none may be rung")
            same = [one for one in await unit.promises(contact=contact.id, kind=kind) if one.case == case_id]
            if same:
                what = f"this is promised already, as number {same[0].reference}"
                raise Refused(what, remedy="agree on another time for that promise")
            return await self.give_about(
                unit, now, case, contact, kind, window, problem=problem, owner=agent, note=note, by=agent
            )

    async def must_be_correctable(self, case_id: str, category: str, urgency: Urgency, reason: str) -> None:
        """Raises `Refused` where the case cannot be given this category and urgency: before half of it is written.

        A graver category makes the case graver; whoever takes it for less urgent than that says why (lesson 11).
        """
        async with self.store.reading() as reader:
            case = await self.the_case(reader, case_id)
        _refuse_unless_open(case)
        if category not in self.rules.categories:
            raise Refused(f"no category is called `{category}`", remedy="choose one of the list")
        least = self.rules.urgencies.get(category, case.urgency) if category != case.category else case.urgency
        if urgency.rank < graver(case.urgency, least).rank and not reason.strip():
            raise Refused("to make a case less urgent needs a reason", remedy="say why it is not as grave")


def _refuse_unless_open(case: Case) -> None:
    if case.status is not CaseStatus.OPEN:
        raise Refused(f"the case is {case.status}", where=f"case {case.reference}")
