"""A `Desk` without telephones, for the console's tests and pictures. `console.sample_floor` fills it.

What callers and the switch do is done here by `offer`, `connect` and `caller_hung_up`. Every change is told as an
event after it happened, as the real desk does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from callbacks.model import AttemptOutcome, Case, CaseStatus, Contact, Problem, Promise, PromiseKind, PromiseState
from config.clock import Clock
from config.errors import NotFound, Refused
from config.events import Event, Events
from config.ids import new_id, new_reference
from ivr.desk import AgentView, Stage, WaitingView, Wallboard, WorkView
from routing.work import Mood, WorkKind

#: States in which the agent's hands are free.
FREE = ("paused", "ready", "unreachable")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChanged(Event):
    """An agent's state or work is another one."""

    noun: ClassVar[str] = "agent"
    verb: ClassVar[str] = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseChanged(Event):
    """A promise moved on."""

    noun: ClassVar[str] = "promise"
    verb: ClassVar[str] = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChanged(Event):
    """A problem was opened or solved."""

    noun: ClassVar[str] = "problem"
    verb: ClassVar[str] = "changed"


@dataclass(slots=True)
class Floor:
    """Everything that the desk knows; tests look into it."""

    agents: dict[str, AgentView] = field(default_factory=dict)
    work: dict[str, WorkView] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    promises: dict[str, Promise] = field(default_factory=dict)
    waiting: dict[str, WaitingView] = field(default_factory=dict)
    offered: int = 0
    answered: int = 0
    answered_in_time: int = 0
    abandoned: int = 0
    notes: list[tuple[str, str]] = field(default_factory=list)


class MemoryDesk:
    """The port's promises over a `Floor`."""

    def __init__(self, clock: Clock, events: Events, floor: Floor | None = None) -> None:
        self._clock = clock
        self._events = events
        self.floor = floor or Floor()
        self._wishes: dict[str, tuple[str, str]] = {}

    async def agent(self, agent: str) -> AgentView:
        found = self.floor.agents.get(agent)
        if found is None:
            raise NotFound(f"there is no agent {agent}", remedy="see the agents of the hotline file")
        return found

    async def sign_in(self, agent: str) -> None:
        if (await self.agent(agent)).state != "signed-out":
            raise Refused("the shift has begun already")
        await self._enter(agent, "paused")

    async def ready(self, agent: str) -> None:
        await self._wish(agent, "ready")

    async def pause(self, agent: str, reason: str) -> None:
        await self._wish(agent, "paused", reason)

    async def sign_out(self, agent: str) -> None:
        await self._wish(agent, "signed-out")

    async def current(self, agent: str) -> WorkView | None:
        await self.agent(agent)
        return self.floor.work.get(agent)

    async def decline(self, agent: str, work: str) -> None:
        await self._at_stage(agent, (Stage.OFFERED,), work)
        await self._free(agent, "paused", "declined")

    async def claim(self, agent: str, promise: str) -> None:
        view = await self.agent(agent)
        found = self._promise(promise)
        if view.state not in FREE:
            raise Refused("there is work in hand, or the shift has not begun", remedy="be ready or paused to claim")
        if found.state not in (PromiseState.OWED, PromiseState.DUE):
            raise Refused("somebody is on this promise already", remedy="choose another")
        if found.owner != agent and not _able(view, found):
            raise Refused("this promise needs other skills", remedy="choose one of the team's promises")
        self.floor.promises[promise] = replace(
            found, state=PromiseState.DIALLING, owner=agent, attempts=found.attempts + 1, version=found.version + 1
        )
        contact = self.floor.contacts[found.contact]
        case = self.floor.cases.get(found.case or "")
        self.floor.work[agent] = WorkView(
            work=promise,
            kind=WorkKind.PROMISE,
            stage=Stage.RINGING,
            since=self._clock.now(),
            why="you claimed it",
            contact=contact.id,
            name=contact.name,
            number=contact.number,
            tier=found.tier,
            language=found.language,
            category=case.category if case else "",
            urgency=found.urgency,
            mood=Mood.CALM,
            transcript=(),
            owed=(self.floor.promises[promise],),
            history=tuple(c for c in self.floor.cases.values() if c.contact == contact.id),
            case=case,
            promise=self.floor.promises[promise],
        )
        await self._enter(agent, "talking")
        await self._events.publish(PromiseChanged(subject=promise, at=self._clock.now()))

    async def hang_up(self, agent: str) -> None:
        await self._at_stage(agent, (Stage.RINGING, Stage.TALKING))
        await self._to(agent, Stage.WRAP_UP)

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        work = await self._at_stage(agent, (Stage.WRAP_UP,))
        if work.promise is not None:
            kept = outcome in (None, AttemptOutcome.ANSWERED)
            current = self._promise(work.promise.id)
            self.floor.promises[current.id] = replace(
                current, state=PromiseState.KEPT if kept else PromiseState.OWED, version=current.version + 1
            )
        if solved and work.case is not None:
            self.floor.cases[work.case.id] = replace(work.case, status=CaseStatus.SOLVED)
        if note:
            self.floor.notes.append((work.work, note))
        await self._free(agent, "ready")
        if work.promise is not None:
            await self._events.publish(PromiseChanged(subject=work.promise.id, at=self._clock.now()))

    async def mine(self, agent: str) -> tuple[Promise, ...]:
        await self.agent(agent)
        return self._by_due(p for p in self.floor.promises.values() if p.state.is_open and p.owner == agent)

    async def team(self, agent: str) -> tuple[Promise, ...]:
        view = await self.agent(agent)
        free = (PromiseState.OWED, PromiseState.DUE)
        return self._by_due(
            p for p in self.floor.promises.values() if p.state in free and p.owner != agent and _able(view, p)
        )

    async def renegotiate(self, agent: str, promise: str, opens: datetime, due: datetime, reason: str) -> None:
        await self.agent(agent)
        old = self._promise(promise)
        if old.state not in (PromiseState.OWED, PromiseState.DUE):
            raise Refused("this promise cannot be moved now", remedy="only what is owed or due can be moved")
        if due <= self._clock.now():
            raise Refused("the new window is over already", remedy="choose a time to come")
        self.floor.promises[promise] = replace(old, state=PromiseState.RENEGOTIATED, version=old.version + 1)
        again = replace(old, id=new_id(), state=PromiseState.OWED, opens=opens, due=due, note=reason, version=1)
        self.floor.promises[again.id] = again
        await self._events.publish(PromiseChanged(subject=promise, at=self._clock.now()))

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
            offered=floor.offered,
            answered=floor.answered,
            answered_in_time=floor.answered_in_time,
            abandoned=floor.abandoned,
            problems=await self.problems(),
        )

    async def open_cases(self, category: str | None = None) -> tuple[Case, ...]:
        cases = [c for c in self.floor.cases.values() if c.status is CaseStatus.OPEN and category in (None, c.category)]
        return tuple(sorted(cases, key=lambda case: case.opened_at, reverse=True)[:200])

    async def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.floor.problems.values() if problem.solved_at is None)

    async def open_problem(self, title: str, category: str, product: str | None, workaround: str) -> Problem:
        problem = Problem(new_id(), title, category, self._clock.now(), product, workaround)
        self.floor.problems[problem.id] = problem
        await self._events.publish(ProblemChanged(subject=problem.id, at=self._clock.now()))
        return problem

    async def link_case(self, problem: str, case: str) -> Promise:
        found, linked = self.floor.problems.get(problem), self.floor.cases.get(case)
        if found is None or linked is None:
            raise NotFound("there is no such problem, or no such case")
        now = self._clock.now()
        promise = Promise(
            id=new_id(),
            reference=new_reference(),
            kind=PromiseKind.WHEN_FIXED,
            state=PromiseState.OWED,
            contact=linked.contact,
            case=case,
            problem=problem,
            tier=self.floor.contacts[linked.contact].tier,
            urgency=linked.urgency,
            language=linked.language,
            queue="support",
            skills=(),
            made_at=now,
            opens=None,
            due=None,
            owner=linked.owner,
            attempts=0,
            version=1,
        )
        self.floor.promises[promise.id] = promise
        self.floor.cases[case] = replace(linked, problem=problem)
        await self._events.publish(PromiseChanged(subject=promise.id, at=now))
        return promise

    async def solve_problem(self, problem: str) -> int:
        found = self.floor.problems.get(problem)
        if found is None:
            raise NotFound("there is no such problem")
        if found.solved_at is not None:
            raise Refused("the problem is solved already")
        self.floor.problems[problem] = replace(found, solved_at=self._clock.now())
        linked = [p for p in self.floor.promises.values() if p.problem == problem and p.state is PromiseState.OWED]
        for promise in linked:
            self.floor.promises[promise.id] = replace(promise, state=PromiseState.DUE, version=promise.version + 1)
        await self._events.publish(ProblemChanged(subject=problem, at=self._clock.now()))
        return len(linked)

    async def offer(self, agent: str, work: WorkView) -> None:
        """The floor puts work to a ready agent."""
        if (await self.agent(agent)).state != "ready":
            raise Refused("the agent is not ready")
        self.floor.work[agent] = replace(work, stage=Stage.OFFERED, since=self._clock.now())
        self.floor.waiting.pop(work.work, None)
        await self._enter(agent, "offered")

    async def connect(self, agent: str) -> None:
        """The agent, and the contact, picked up."""
        await self._at_stage(agent, (Stage.OFFERED, Stage.RINGING))
        await self._to(agent, Stage.TALKING)

    async def caller_hung_up(self, agent: str) -> None:
        """The contact ended the conversation."""
        await self._at_stage(agent, (Stage.TALKING,))
        await self._to(agent, Stage.WRAP_UP)

    async def _to(self, agent: str, stage: Stage) -> None:
        self.floor.work[agent] = replace(self.floor.work[agent], stage=stage, since=self._clock.now())
        await self._enter(agent, stage.value)

    async def _wish(self, agent: str, state: str, reason: str = "") -> None:
        """With work in hand the wish waits until it is finished."""
        view = await self.agent(agent)
        if view.state == "signed-out":
            raise Refused("the shift has not begun", remedy="begin the shift first")
        if view.state in FREE:
            await self._enter(agent, state, reason)
        else:
            self._wishes[agent] = (state, reason)

    async def _free(self, agent: str, state: str, reason: str = "") -> None:
        del self.floor.work[agent]
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

    @staticmethod
    def _by_due(promises: Iterable[Promise]) -> tuple[Promise, ...]:
        return tuple(sorted(promises, key=lambda promise: (promise.due is None, promise.due or promise.made_at)))


def _able(agent: AgentView, promise: Promise) -> bool:
    skilled = all(agent.skills.get(skill, 0) >= level for skill, level in promise.skills)
    return skilled and promise.language in agent.languages
