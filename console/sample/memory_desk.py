"""A `Desk` without telephones, for the console's tests and pictures. `console.sample.morning` fills it.

What callers and the switch do is done here by `offer`, `connect` and `caller_hung_up`. Every change is told as an
event after it happened, as the real desk does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, Case, CaseStatus, Problem, Promise, PromiseKind, PromiseState
from config.clock import Clock
from config.errors import NotFound, Refused
from config.events import Events
from config.ids import new_id, new_reference
from console.sample.memory_floor import AgentChanged, Floor, ProblemChanged, PromiseChanged
from ivr.desk import AgentView, Stage, WaitingView, Wallboard, WorkView
from routing.work import Mood, WorkKind

#: How long a window is that the solution of a problem opens, and when to try again after a voicemail, or an agent who
#: did not take the call. The real desk has them from the hotline file.
WINDOW = timedelta(hours=2)
TRY_AGAIN = timedelta(hours=1)
AGENT_PAUSE = timedelta(seconds=10)

#: What can be claimed or moved.
_FREE = (PromiseState.OWED, PromiseState.DUE)


# An agent who has this before them has not said yes yet.
_NOT_TAKEN = (Stage.OFFERED, Stage.PREVIEW, Stage.RINGING)


class MemoryDesk:
    """The port's promises over a `Floor`."""

    def __init__(self, clock: Clock, events: Events, floor: Floor | None = None) -> None:
        self._clock = clock
        self._events = events
        self.floor = floor or Floor()
        self._wishes: dict[str, tuple[str, str]] = {}
        self._places: dict[str, WaitingView] = {}  # where the work on offer waited

    def stops_at(self) -> datetime | None:
        return self.floor.stops_at

    async def agent(self, agent: str) -> AgentView:
        found = self.floor.agents.get(agent)
        if found is None:
            raise NotFound(f"there is no agent {agent}", remedy="see the agents of the hotline file")
        return found

    async def sign_in(self, agent: str) -> None:
        if (await self.agent(agent)).state != "signed-out":
            raise Refused("the shift has begun already")
        await self._enter(agent, "paused", "signed in")

    async def ready(self, agent: str) -> None:
        state = (await self._at_work(agent)).state
        if state in ("paused", "unreachable"):
            await self._enter(agent, "ready")
        elif state == "wrap-up":
            self._wishes.pop(agent, None)
            await self._free(agent, "ready")
        elif state == "talking":
            self._wishes.pop(agent, None)

    async def pause(self, agent: str, reason: str) -> None:
        await self._step_back(agent, "paused", reason)

    async def sign_out(self, agent: str) -> None:
        await self._step_back(agent, "signed-out", "")
        station = self.floor.stations.pop(agent, None)
        if station is not None:
            self.floor.agents[agent] = replace(self.floor.agents[agent], station=station)

    async def current(self, agent: str) -> WorkView | None:
        await self.agent(agent)
        work = self.floor.work.get(agent)
        if work is None:
            return None
        return replace(
            work,
            case=self.floor.cases.get(work.case.id, work.case) if work.case else None,
            promise=self._promise(work.promise.id) if work.promise else None,
        )

    async def accept(self, agent: str, work: str) -> None:
        await self._at_stage(agent, (Stage.OFFERED,), work)
        if not self.floor.phones_can_pick_up:
            raise Refused("your telephone cannot be picked up from here", remedy="pick it up by hand")
        await self.connect(agent)

    async def decline(self, agent: str, work: str) -> None:
        await self._at_stage(agent, _NOT_TAKEN, work)
        await self._give_back(agent, "paused", "declined")

    async def dial(self, agent: str, work: str) -> None:
        shown = await self._at_stage(agent, (Stage.PREVIEW,), work)
        self.floor.work[agent] = replace(shown, stage=Stage.RINGING, since=self._clock.now())

    async def claim(self, agent: str, promise: str) -> None:
        view, held, now = await self.agent(agent), await self.current(agent), self._clock.now()
        if held is not None and held.stage is not Stage.WRAP_UP:
            raise Refused("finish the work in hand first")
        if self.floor.stops_at is not None:
            raise Refused("the hotline is about to stop", remedy="claim it again in a few minutes")
        found = self._promise(promise)
        await self._at_work(agent)
        if found.opens is None or found.due is None or not found.opens <= now < found.due:
            raise Refused("the contact is not to be called now", remedy="agree on another window with them first")
        if any(work.contact == found.contact and work.stage is not Stage.WRAP_UP for work in self.floor.work.values()):
            raise Refused("the contact is on the line just now", remedy="serve them in that call")
        if found.state not in _FREE:
            raise Refused("somebody is on this promise already", remedy="choose another")
        if found.owner != agent and not _able(view, found):
            raise Refused("this promise needs other skills", remedy="choose one of the team's promises")
        tries = found.attempts + 1
        dialling = self._write(
            replace(found, state=PromiseState.DIALLING, owner=agent, agent=agent, attempt=new_id(), attempts=tries)
        )
        self.floor.waiting.pop(promise, None)
        contact = self.floor.contacts[found.contact]
        case = self.floor.cases.get(found.case or "")
        self.floor.work[agent] = WorkView(
            work=promise,
            kind=WorkKind.PROMISE,
            stage=Stage.RINGING,
            since=now,
            why="claimed by hand",
            contact=contact.id,
            name=contact.name,
            number=contact.number,
            tier=found.tier,
            language=found.language,
            category=case.category if case else "",
            urgency=found.urgency,
            mood=Mood.CALM,
            transcript=(),
            owed=self._by_due(p for p in self._open_promises() if p.contact == contact.id),
            history=tuple(c for c in self.floor.cases.values() if c.contact == contact.id),
            case=case,
            promise=dialling,
        )
        await self._enter(agent, "talking")
        await self._events.publish(PromiseChanged(subject=promise, at=now))

    async def hang_up(self, agent: str) -> None:
        work = await self._at_stage(agent, tuple(Stage))
        if work.stage is Stage.TALKING:
            await self._to(agent, Stage.WRAP_UP)
        elif work.stage is not Stage.WRAP_UP:
            await self.decline(agent, work.work)

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        work = await self._at_stage(agent, (Stage.WRAP_UP,))
        if solved and work.case is not None and work.case.status is not CaseStatus.OPEN:
            raise Refused(f"the case is {work.case.status}")
        kept = work.promise is not None and work.promise.state is PromiseState.KEPT
        if kept and work.promise is not None and outcome not in (None, AttemptOutcome.ANSWERED):
            again = replace(work.promise, state=PromiseState.OWED, attempt=None, closed_at=None)
            if outcome is AttemptOutcome.WRONG_NUMBER:
                self._write(replace(again, state=PromiseState.BROKEN, closed_at=self._clock.now()))
            else:
                self._write(replace(again, not_before=self._clock.now() + TRY_AGAIN))
        if solved and work.case is not None:
            self.floor.cases[work.case.id] = replace(work.case, status=CaseStatus.SOLVED)
            self.floor.solutions[work.case.id] = self._clock.now(), note.strip()
        if note.strip():
            self.floor.notes.append((work.work, note.strip()))
        await self._free(agent, "ready")
        if work.promise is not None:
            await self._events.publish(PromiseChanged(subject=work.promise.id, at=self._clock.now()))

    async def mine(self, agent: str) -> tuple[Promise, ...]:
        await self.agent(agent)
        return self._by_due(p for p in self._open_promises() if p.owner == agent)

    async def team(self, agent: str) -> tuple[Promise, ...]:
        view = await self.agent(agent)
        return self._by_due(p for p in self._open_promises() if p.owner != agent and _able(view, p))

    async def renegotiate(self, agent: str, promise: str, opens: datetime, due: datetime, reason: str) -> None:
        await self.agent(agent)
        old, now = self._promise(promise), self._clock.now()
        if not old.state.is_open or (old.due is not None and old.due <= now):
            raise Refused("this promise cannot be moved now", remedy="move only what is owed, before its window ends")
        if due <= now or due <= opens:
            raise Refused("the new window is not one", remedy="choose an end after its start, in time to come")
        if not reason.strip():
            raise Refused("a new time needs a reason")
        self._write(replace(old, state=PromiseState.RENEGOTIATED, attempt=None, agent=None, closed_at=now))
        again = replace(
            old, id=new_id(), reference=new_reference(), state=PromiseState.OWED, made_at=now, opens=opens, due=due,
            attempts=0, version=1, not_before=None, attempt=None, agent=None, follows=old.id,
        )  # fmt: skip
        self.floor.promises[again.id] = again
        self.floor.waiting.pop(promise, None)
        await self._events.publish(PromiseChanged(subject=promise, at=now))

    async def wallboard(self) -> Wallboard:
        floor = self.floor
        counts = dict.fromkeys(PromiseState, 0)
        for promise in floor.promises.values():
            counts[promise.state] += 1
        return Wallboard(
            at=self._clock.now(),
            waiting=tuple(sorted(floor.waiting.values(), key=lambda one: -one.score)),
            agents=tuple(floor.agents.values()),
            promises=counts,
            made=len(floor.promises),
            identity_holds=True,
            offered=floor.offered,
            answered=floor.answered,
            answered_in_time=floor.answered_in_time,
            abandoned=floor.abandoned,
            problems=await self.problems(),
            forecasts=floor.forecasts,
        )

    async def open_cases(self, category: str | None = None) -> tuple[Case, ...]:
        cases = [c for c in self.floor.cases.values() if c.status is CaseStatus.OPEN and category in (None, c.category)]
        return tuple(sorted(cases, key=lambda case: case.opened_at, reverse=True)[:200])

    async def problems(self) -> tuple[Problem, ...]:
        known = (problem for problem in self.floor.problems.values() if problem.solved_at is None)
        return tuple(sorted(known, key=lambda problem: problem.opened_at, reverse=True))

    async def open_problem(
        self, title: str, category: str, product: str | None, workaround: str, *, by: str = HOTLINE
    ) -> Problem:
        if category not in self.floor.categories:
            raise NotFound(f"there is no category named {category}")
        problem = Problem(new_id(), title, category, self._clock.now(), product, workaround)
        self.floor.problems[problem.id] = problem
        for case in await self.open_cases(category):
            if case.problem is None and product in (None, case.product):
                self._link(problem, case)
        await self._events.publish(ProblemChanged(subject=problem.id, at=self._clock.now()))
        return problem

    async def link_case(self, problem: str, case: str, *, by: str = HOTLINE) -> Promise:
        found, linked = self.floor.problems.get(problem), self.floor.cases.get(case)
        if found is None or linked is None:
            raise NotFound("there is no such problem, or no such case")
        if found.solved_at is not None:
            raise Refused("the problem is solved already")
        promise = self._link(found, linked)
        await self._events.publish(PromiseChanged(subject=promise.id, at=self._clock.now()))
        return promise

    def _link(self, problem: Problem, case: Case) -> Promise:
        """The call that the case's contact is owed when the problem is solved; one for each contact."""
        self.floor.cases[case.id] = replace(case, problem=problem.id)
        for same in self._open_promises():
            if (same.kind, same.contact, same.problem) == (PromiseKind.WHEN_FIXED, case.contact, problem.id):
                return same
        promise = Promise(
            id=new_id(), reference=new_reference(), kind=PromiseKind.WHEN_FIXED, state=PromiseState.OWED,
            contact=case.contact, case=case.id, problem=problem.id, tier=self.floor.contacts[case.contact].tier,
            urgency=case.urgency, language=case.language, queue="support", skills=(), made_at=self._clock.now(),
            opens=None, due=None, owner=case.owner, attempts=0, version=1, note=problem.title,
        )  # fmt: skip
        self.floor.promises[promise.id] = promise
        return promise

    async def solve_problem(self, problem: str, *, by: str = HOTLINE) -> int:
        found, now = self.floor.problems.get(problem), self._clock.now()
        if found is None:
            raise NotFound("there is no such problem")
        if found.solved_at is not None:
            raise Refused("the problem is solved already")
        self.floor.problems[problem] = replace(found, solved_at=now)
        linked = [p for p in self._open_promises() if p.problem == problem and p.opens is None]
        for promise in linked:
            self._write(replace(promise, state=PromiseState.DUE, opens=now, due=now + WINDOW))
        await self._events.publish(ProblemChanged(subject=problem, at=now))
        return len(linked)

    async def offer(self, agent: str, work: WorkView) -> None:
        """The floor puts work to a ready agent."""
        if (await self.agent(agent)).state != "ready":
            raise Refused("the agent is not ready")
        self.floor.work[agent] = replace(work, stage=Stage.OFFERED, since=self._clock.now())
        place = self.floor.waiting.pop(work.work, None)
        if place is not None:
            self._places[work.work] = place
        await self._enter(agent, "offered")

    async def connect(self, agent: str) -> None:
        """The agent, and the contact, picked up."""
        work = await self._at_stage(agent, _NOT_TAKEN)
        self._places.pop(work.work, None)
        if work.promise is not None and work.promise.state.is_open:
            self._write(replace(work.promise, state=PromiseState.KEPT, agent=None, closed_at=self._clock.now()))
        await self._to(agent, Stage.TALKING)

    async def caller_hung_up(self, agent: str) -> None:
        """The contact ended the conversation."""
        await self._at_stage(agent, (Stage.TALKING,))
        await self._to(agent, Stage.WRAP_UP)

    async def _to(self, agent: str, stage: Stage) -> None:
        moved = replace(self.floor.work[agent], stage=stage, since=self._clock.now(), on_hold=False)
        self.floor.work[agent] = moved
        await self._enter(agent, stage.value)

    async def _at_work(self, agent: str) -> AgentView:
        view = await self.agent(agent)
        if view.state == "signed-out":
            raise Refused("the shift has not begun", remedy="begin the shift first")
        return view

    async def _step_back(self, agent: str, state: str, reason: str) -> None:
        """An offer goes back; with work in hand the wish waits until it is finished."""
        view = await self._at_work(agent)
        if view.state == "offered":
            await self._give_back(agent, state, reason or "declined")
        elif view.state in ("talking", "wrap-up"):
            self._wishes[agent] = (state, reason)
        else:
            await self._enter(agent, state, reason)

    async def _give_back(self, agent: str, state: str, reason: str) -> None:
        """The work waits again at its old place; a promise is owed again."""
        work, now = await self._at_stage(agent, _NOT_TAKEN), self._clock.now()
        place = self._places.pop(work.work, None)
        if place is not None:
            self.floor.waiting[work.work] = place
        await self._free(agent, state, reason)
        if work.promise is not None and work.promise.state is PromiseState.DIALLING:
            tries = work.promise.attempts - 1  # the contact's phone has not rung
            owed = replace(work.promise, state=PromiseState.OWED, agent=None, attempt=None, attempts=tries)
            self._write(replace(owed, not_before=now + AGENT_PAUSE))
            await self._events.publish(PromiseChanged(subject=owed.id, at=now))

    async def _free(self, agent: str, state: str, reason: str = "") -> None:
        self.floor.work.pop(agent, None)
        await self._enter(agent, *self._wishes.pop(agent, (state, reason)))

    async def _enter(self, agent: str, state: str, reason: str = "") -> None:
        now = self._clock.now()
        self.floor.agents[agent] = replace(self.floor.agents[agent], state=state, reason=reason, since=now)
        await self._events.publish(AgentChanged(subject=agent, at=now))

    async def _at_stage(self, agent: str, stages: tuple[Stage, ...], work: str | None = None) -> WorkView:
        current = await self.current(agent)
        if current is None or current.stage not in stages or work not in (None, current.work):
            raise Refused("there is no such work in hand now", remedy="look again: it may have moved on")
        return current

    def _promise(self, promise: str) -> Promise:
        found = self.floor.promises.get(promise)
        if found is None:
            raise NotFound("there is no such promise")
        return found

    def _open_promises(self) -> list[Promise]:
        return [promise for promise in self.floor.promises.values() if promise.state.is_open]

    def _write(self, promise: Promise) -> Promise:
        """The promise as it is after one more entry."""
        self.floor.promises[promise.id] = written = replace(promise, version=promise.version + 1)
        return written

    @staticmethod
    def _by_due(promises: Iterable[Promise]) -> tuple[Promise, ...]:
        return tuple(sorted(promises, key=lambda promise: (promise.due is None, promise.due or promise.made_at)))


def _able(agent: AgentView, promise: Promise) -> bool:
    skilled = all(agent.skills.get(skill, 0) >= level for skill, level in promise.skills)
    return skilled and promise.language in agent.languages
