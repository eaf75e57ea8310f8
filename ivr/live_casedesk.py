"""`ivr.casedesk.CaseDesk` over the running hotline."""

from __future__ import annotations

from callbacks.contacts.zones import zones_of
from callbacks.model import Case, CaseStatus, Promise, PromiseKind
from callbacks.window_check import WhyNot, WindowCheck, check_window, without
from config.errors import NotFound, Refused
from config.hotline_file import Agent
from config.urgency import Urgency
from ivr.casedesk import CaseInHand, Helped
from ivr.dial_plan import DialPlan
from ivr.dispatch import Dispatcher
from ivr.free_text import without_addresses
from ivr.services import Services
from ivr.solved_cases import LikeSolved
from ivr.stations import checked_station, station_of
from routing.changes import AgentSeated
from routing.windows import Window
from routing.work import Needs, WorkKind


class LiveCaseDesk:
    """The port's promises over the floor and the book."""

    def __init__(self, services: Services, dispatcher: Dispatcher, solved: LikeSolved) -> None:
        self._services = services
        self._dispatcher = dispatcher
        self._solved = solved

    async def case_in_hand(self, agent: str) -> CaseInHand | None:
        """The case of the agent's work."""
        case_id = await self._case_id(agent)
        if case_id is None:
            return None
        book = self._services.book
        case = await book.case(case_id)
        contact = await book.contact(case.contact)
        history = await book.case_history(case_id)
        owed = await book.owed_to(case.contact)
        return CaseInHand(
            case,
            is_confirmed=any(note.what == "classified" for note in history),
            problem=await book.problem(case.problem) if case.problem else None,
            promised=tuple(promise for promise in owed if promise.case == case_id),
            can_be_rung=contact.can_be_rung and case.status is CaseStatus.OPEN,
        )

    async def similar(self, agent: str) -> tuple[Helped, ...]:
        """Solved cases like the one in hand."""
        case_id = await self._case_id(agent)
        if case_id is None:
            return ()
        case = await self._services.book.case(case_id)
        return tuple(
            Helped(
                one.case.reference,
                one.case.category,
                one.case.product,
                one.case.language,
                one.at,
                without_addresses(one.case.summary),
                without_addresses(one.note),
                without_addresses(one.workaround),
            )
            for one in await self._solved.like(case, "")
        )

    async def correct(self, agent: str, category: str, product: str, urgency: Urgency, reason: str) -> Case:
        """Say what the case is about."""
        case_id, book = await self._the_case_id(agent), self._services.book
        await book.must_be_correctable(case_id, category, urgency, reason)
        case = await book.classify_case(case_id, category, product or None, agent)
        if urgency.rank > case.urgency.rank:
            return await book.raise_urgency(case_id, urgency, by=agent)
        if urgency.rank < case.urgency.rank:
            return await book.lower_urgency(case_id, urgency, agent, reason)
        return case

    # --- windows ----------------------------------------------------------------------------------------------------

    async def proposed_window(self, agent: str, promise: str | None) -> Window:
        """The first that can be promised now."""
        needs, number, _ = await self._wanted(agent, promise)
        return await self._services.promising.window(needs, number)

    async def check_window(self, agent: str, promise: str | None, window: Window) -> WindowCheck:
        """Whether it can be kept."""
        services, file = self._services, self._services.edition().file
        needs, number, moving = await self._wanted(agent, promise)
        promised = await services.book.promised_calls(None)
        if moving is not None and moving.opens is not None and moving.due is not None:
            promised = without(promised, Window(moving.opens, moving.due), needs)
        return check_window(file, promised, needs, services.clock.now(), window, zones_of(number))

    async def promise(self, agent: str, kind: PromiseKind, window: Window | None, note: str) -> Promise:
        """Give our word."""
        case_id = await self._the_case_id(agent)
        if window is not None:
            _refuse_unless_kept(await self.check_window(agent, None, window))
        return await self._services.book.promise_about(case_id, kind, window, agent, note.strip())

    async def move(self, agent: str, promise: str, window: Window, reason: str) -> Promise:
        """Agree on another window."""
        _refuse_unless_kept(await self.check_window(agent, promise, window))
        return await self._services.book.renegotiate(promise, *window, reason, agent)

    async def _wanted(self, agent: str, promise: str | None) -> tuple[Needs, str, Promise | None]:
        """What a call takes and whom it rings: for the promise that is to move, else about the case in hand."""
        book = self._services.book
        if promise is not None:
            self._declared(agent)
            moving = await book.promise(promise)
            needs = Needs(moving.queue, moving.language, moving.skills)
            return needs, await book.number_of(moving), moving
        case = await book.case(await self._the_case_id(agent))
        contact = await book.contact(case.contact)
        return book.needs_about(case, contact), contact.number, None

    # --- the agent's phone ------------------------------------------------------------------------------------------

    async def station(self, agent: str) -> str:
        """The phone that rings."""
        return station_of(self._services.floor, agent, self._declared(agent))

    async def sit_at(self, agent: str, station: str) -> str:
        """The agent sits there."""
        declared, wanted = self._declared(agent), station.strip()
        checked = checked_station(wanted, DialPlan.of(self._services.edition().file)) if wanted else ""
        await self._services.floor.feed(AgentSeated(agent, checked))
        return station_of(self._services.floor, agent, declared)

    # --- what is in hand --------------------------------------------------------------------------------------------

    async def _case_id(self, agent: str) -> str | None:
        self._declared(agent)
        engagement = self._dispatcher.engagement(agent) or self._dispatcher.finished(agent)
        if engagement is None:
            return None
        if engagement.promise is None and engagement.work.kind is WorkKind.PROMISE:  # offered, and not dialled yet
            return (await self._services.book.promise(engagement.work.id)).case
        return engagement.case

    async def _the_case_id(self, agent: str) -> str:
        case_id = await self._case_id(agent)
        if case_id is None:
            raise Refused("you have no case in hand", remedy="it is opened once the caller has said what it is about")
        return case_id

    def _declared(self, agent: str) -> Agent:
        agents = self._services.edition().file.agents
        if agent not in agents:
            raise NotFound(f"there is no agent named {agent}")
        return agents[agent]


def _refuse_unless_kept(checked: WindowCheck) -> None:
    if checked.why_not is not None:
        raise Refused(
            f"this time cannot be promised: {_WHY[checked.why_not]}", remedy="choose one of the times offered"
        )


_WHY = {
    WhyNot.PAST: "it has begun already",
    WhyNot.BACKWARDS: "it ends before it begins",
    WhyNot.TOO_SHORT: "it is too short to call in",
    WhyNot.CLOSED: "nobody serves this matter then",
    WhyNot.NIGHT: "the contact is not to be rung at that hour",
    WhyNot.FULL: "the agents' time is promised away already",
}
