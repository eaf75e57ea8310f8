"""`CaseDesk` without telephones or a book, for the console's tests and pictures, over the same `Floor` as the desk."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from callbacks.contacts.zones import zones_of
from callbacks.model import Case, CaseStatus, Promise, PromiseKind, PromiseState
from callbacks.ports import PromisedCalls
from callbacks.window_check import WindowCheck, check_window, without
from config.clock import Clock
from config.errors import NotFound, Refused
from config.events import Events
from config.hotline_file import HotlineFile
from config.ids import new_id, new_reference
from config.urgency import Urgency, graver
from console.sample.memory_floor import AgentChanged, Floor, PromiseChanged
from ivr.casedesk import CaseInHand, Helped
from ivr.dial_plan import DialPlan
from ivr.free_text import without_addresses
from ivr.solved_cases import SHOWN, matter_of
from ivr.stations import checked_station
from ivr.understanding.similar_cases import SimilarCases
from routing.windows import Promised, Window, feasible_window
from routing.work import Needs


class MemoryCaseDesk:
    """The port's promises; `file` says who is there when, and what may be dialled."""

    def __init__(self, clock: Clock, events: Events, floor: Floor, file: HotlineFile) -> None:
        self._clock = clock
        self._events = events
        self._floor = floor
        self._file = file

    async def case_in_hand(self, agent: str) -> CaseInHand | None:
        """The case of the agent's work."""
        case = self._case(agent)
        if case is None:
            return None
        about = [promise for promise in self._open() if promise.case == case.id]
        may_ring = self._floor.contacts[case.contact].can_be_rung and case.status is CaseStatus.OPEN
        problem = self._floor.problems.get(case.problem or "")
        return CaseInHand(case, case.id in self._floor.confirmed, problem, tuple(about), may_ring)

    async def similar(self, agent: str) -> tuple[Helped, ...]:
        """Solved cases like the one in hand."""
        case = self._case(agent)
        if case is None:
            return ()
        cases = self._floor.cases
        index = SimilarCases([(name, matter_of(cases[name])) for name in self._floor.solutions if name != case.id])
        return tuple(self._helped(cases[name]) for name in index.like(matter_of(case), SHOWN))

    async def correct(self, agent: str, category: str, product: str, urgency: Urgency, reason: str) -> Case:
        """Say what the case is about."""
        case = self._the_case(agent)
        if category not in self._floor.categories:
            raise Refused(f"no category is called `{category}`")
        declared = self._file.categories.get(category)
        least = declared.urgency if declared is not None and category != case.category else case.urgency
        if urgency.rank < graver(case.urgency, least).rank and not reason.strip():
            raise Refused("to make a case less urgent needs a reason")
        changed = replace(case, category=category, product=product or case.product, urgency=urgency)
        self._floor.cases[case.id] = changed
        self._floor.confirmed.add(case.id)
        work = self._floor.work[agent]
        self._floor.work[agent] = replace(work, category=category)
        await self._events.publish(AgentChanged(subject=agent, at=self._clock.now()))
        return changed

    async def proposed_window(self, agent: str, promise: str | None) -> Window:
        """The first that can be promised now."""
        needs, number, _ = self._wanted(agent, promise)
        service = self._file.callbacks.service_seconds
        given = [Promised(one.opens, one.due, one.count * service, one.needs) for one in self._promised()]
        return feasible_window(self._file, given, needs, self._clock.now(), zones=zones_of(number))

    async def check_window(self, agent: str, promise: str | None, window: Window) -> WindowCheck:
        """Whether it can be kept."""
        needs, number, moving = self._wanted(agent, promise)
        promised = self._promised()
        if moving is not None and moving.opens is not None and moving.due is not None:
            promised = without(promised, Window(moving.opens, moving.due), needs)
        return check_window(self._file, promised, needs, self._clock.now(), window, zones_of(number))

    async def promise(self, agent: str, kind: PromiseKind, window: Window | None, note: str) -> Promise:
        """Give our word."""
        case = self._the_case(agent)
        if window is not None and (await self.check_window(agent, None, window)).why_not is not None:
            raise Refused("this time cannot be promised")
        if any(one.case == case.id and one.kind is kind for one in self._open()):
            raise Refused("this is promised already")
        if kind is PromiseKind.WHEN_FIXED and case.problem is None:
            raise Refused("no known problem is linked to the case")
        if (window is None) is not (kind is PromiseKind.WHEN_FIXED):
            raise Refused("this kind of promise needs a window")
        needs, now = self._needs(case), self._clock.now()
        made = Promise(
            id=new_id(), reference=new_reference(), kind=kind, state=PromiseState.OWED, contact=case.contact,
            case=case.id, problem=case.problem, tier=self._floor.contacts[case.contact].tier, urgency=case.urgency,
            language=case.language, queue=needs.queue, skills=needs.skills, made_at=now,
            opens=window.opens if window else None, due=window.due if window else None, owner=agent, attempts=0,
            version=1, note=note,
        )  # fmt: skip
        self._floor.promises[made.id] = made
        await self._events.publish(PromiseChanged(subject=made.id, at=now))
        return made

    async def move(self, agent: str, promise: str, window: Window, reason: str) -> Promise:
        """Agree on another window."""
        if (await self.check_window(agent, promise, window)).why_not is not None:
            raise Refused("this time cannot be promised")
        old, now = self._floor.promises[promise], self._clock.now()
        if not old.state.is_open or (old.due is not None and old.due <= now) or not reason.strip():
            raise Refused("this promise cannot be moved now")
        again = replace(
            old, id=new_id(), reference=new_reference(), state=PromiseState.OWED, made_at=now, attempts=0,
            opens=window.opens, due=window.due, version=1, not_before=None, attempt=None, agent=None, follows=old.id,
        )  # fmt: skip
        self._floor.promises[promise] = replace(old, state=PromiseState.RENEGOTIATED, closed_at=now)
        self._floor.promises[again.id] = again
        self._floor.waiting.pop(promise, None)
        await self._events.publish(PromiseChanged(subject=promise, at=now))
        return again

    async def station(self, agent: str) -> str:
        """The phone that rings."""
        if agent not in self._floor.agents:
            raise NotFound(f"there is no agent named {agent}")
        return self._floor.agents[agent].station

    async def sit_at(self, agent: str, station: str) -> str:
        """The agent sits there."""
        declared = self._floor.stations.setdefault(agent, await self.station(agent))
        wanted = station.strip()
        chosen = checked_station(wanted, DialPlan.of(self._file)) if wanted else declared
        self._floor.agents[agent] = replace(self._floor.agents[agent], station=chosen)
        return chosen

    # --- what is known ----------------------------------------------------------------------------------------------

    def _case(self, agent: str) -> Case | None:
        if agent not in self._floor.agents:
            raise NotFound(f"there is no agent named {agent}")
        work = self._floor.work.get(agent)
        if work is None or work.case is None:
            return None
        return self._floor.cases.get(work.case.id, work.case)

    def _the_case(self, agent: str) -> Case:
        case = self._case(agent)
        if case is None:
            raise Refused("you have no case in hand")
        return case

    def _helped(self, case: Case) -> Helped:
        at, note = self._floor.solutions[case.id]
        problem = self._floor.problems.get(case.problem or "")
        workaround = without_addresses(problem.workaround) if problem is not None else ""
        summary = without_addresses(case.summary)
        return Helped(
            case.reference, case.category, case.product, case.language, at, summary, without_addresses(note), workaround
        )

    def _open(self) -> list[Promise]:
        return [promise for promise in self._floor.promises.values() if promise.state.is_open]

    def _promised(self) -> tuple[PromisedCalls, ...]:
        """What is promised, with its windows."""
        alike = Counter(
            (one.opens, one.due, Needs(one.queue, one.language, one.skills))
            for one in self._open()
            if one.opens is not None and one.due is not None
        )
        return tuple(PromisedCalls(opens, due, needs, count) for (opens, due, needs), count in alike.items())

    def _needs(self, case: Case) -> Needs:
        declared = self._file.categories.get(case.category)
        language = self._floor.contacts[case.contact].language or case.language
        if declared is None:
            return Needs(case.category, language)
        return Needs(declared.queue, language, tuple(sorted(declared.skills.items())))

    def _wanted(self, agent: str, promise: str | None) -> tuple[Needs, str, Promise | None]:
        if promise is None:
            case = self._the_case(agent)
            return self._needs(case), self._floor.contacts[case.contact].number, None
        moving = self._floor.promises.get(promise)
        if moving is None:
            raise NotFound("there is no such promise")
        needs = Needs(moving.queue, moving.language, moving.skills)
        return needs, self._floor.contacts[moving.contact].number, moving
