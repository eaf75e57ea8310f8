"""The desk of the running hotline: what screens see and do, carried out on the floor, the book and the phones."""

from __future__ import annotations

from datetime import datetime

from callbacks.calls.records import Speaker
from callbacks.entries import HOTLINE
from callbacks.model import AttemptOutcome, Case, Problem, Promise, PromiseState
from config.errors import NotFound, Refused
from config.hotline_file import Agent
from ivr.desk import AgentView, HeardLine, Stage, WaitingView, Wallboard, WorkView
from ivr.dispatch import Dispatcher
from ivr.engagement import Engagement
from ivr.keeper import PromiseKeeper, work_of
from ivr.services import Services
from routing.agents import AgentState
from routing.changes import (
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    Change,
    FailedWhy,
    OfferFailed,
    WorkClaimed,
    WrapUpEnded,
)
from routing.work import Work, WorkKind

# So far back goes the search for what a contact said; our own attempts to reach them count.
_CALLS_BEFORE = 200
# So many of their calls about one case are read again.
_CALLS_SHOWN = 3
# An agent who has this before them has not said yes yet.
_NOT_TAKEN = (Stage.OFFERED, Stage.PREVIEW, Stage.RINGING)
# So many promises of the team are looked at for those that an agent may claim, and so many of these shown.
_TEAM_LOOKED_AT = 1000
_TEAM_SHOWN = 200


class LiveDesk:
    """`ivr.desk.Desk` over the running hotline."""

    def __init__(self, services: Services, dispatcher: Dispatcher, keeper: PromiseKeeper) -> None:
        self._services = services
        self._dispatcher = dispatcher
        self._keeper = keeper
        self._opened_at = services.clock.now()

    def stops_at(self) -> datetime | None:
        """When the hotline stops, once it has been told to."""
        return self._keeper.rests_until

    # --- the agent's own state --------------------------------------------------------------------------------------

    async def agent(self, agent: str) -> AgentView:
        """The agent and their state."""
        self._declared(agent)
        return next(view for view in self._agents() if view.id == agent)

    async def sign_in(self, agent: str) -> None:
        """Begin a shift: paused until ready."""
        await self._feed(agent, AgentSignedIn(agent))

    async def ready(self, agent: str) -> None:
        """Take work from now on."""
        await self._feed(agent, AgentReady(agent))

    async def pause(self, agent: str, reason: str) -> None:
        """Take no more work."""
        await self._feed(agent, AgentPaused(agent, reason))

    async def sign_out(self, agent: str) -> None:
        """End the shift."""
        await self._feed(agent, AgentSignedOut(agent))

    async def _feed(self, agent: str, change: Change) -> None:
        self._declared(agent)
        off = AgentState.SIGNED_OUT
        is_at_work = any(one.id == agent and one.state is not off for one in self._services.floor.agents())
        if is_at_work and isinstance(change, AgentSignedIn):
            raise Refused("the shift has begun already")
        if not is_at_work and not isinstance(change, AgentSignedIn):
            raise Refused("you are not at work", remedy="sign in first")
        await self._services.floor.feed(change)

    def _declared(self, agent: str) -> Agent:
        agents = self._services.edition().file.agents
        if agent not in agents:
            raise NotFound(
                f"there is no agent named {agent}", remedy="the hotline file's agents section names them all"
            )
        return agents[agent]

    # --- the work in hand -------------------------------------------------------------------------------------------

    async def current(self, agent: str) -> WorkView | None:
        """The work offered to, or in the hands of, the agent."""
        self._declared(agent)
        engagement = self._dispatcher.engagement(agent)
        if engagement is None:
            return None
        if engagement.work.kind is WorkKind.CALL and engagement.session is None and engagement.adopted is None:
            return None  # a caller who is gone already
        return await self._work_view(engagement)

    async def accept(self, agent: str, work: str) -> None:
        """Take the call that rings."""
        engagement = self._held(agent)
        if engagement.work.id != work or engagement.stage is not Stage.OFFERED:
            raise Refused("this is no longer offered to you", remedy="look at what your desk shows now")
        if not engagement.pick_up():
            raise Refused("your telephone cannot be picked up from here", remedy="pick it up by hand")

    async def decline(self, agent: str, work: str) -> None:
        """Give an offer back."""
        engagement = self._held(agent)
        if engagement.work.id != work or engagement.stage not in _NOT_TAKEN:
            raise Refused("this is no longer offered to you", remedy="look at what your desk shows now")
        self._dispatcher.hang_up(agent)
        await self._services.floor.feed(OfferFailed(agent, work, FailedWhy.DECLINED))

    async def dial(self, agent: str, work: str) -> None:
        """The agent is ready for the call they are shown."""
        engagement = self._held(agent)
        if engagement.work.id != work or engagement.stage is not Stage.PREVIEW:
            raise Refused("there is nothing to dial", remedy="look at what your desk shows now")
        engagement.may_dial.set()

    async def claim(self, agent: str, promise: str) -> None:
        """Take a promise in hand now."""
        declared = self._declared(agent)
        held = self._dispatcher.engagement(agent)
        if held is not None and held.stage is not Stage.WRAP_UP:
            raise Refused("finish the work in hand first")
        if self.stops_at() is not None:
            raise Refused("the hotline is about to stop", remedy="claim it again in a few minutes")
        book, now = self._services.book, self._services.clock.now()
        wanted = await book.promise(promise)
        if (await self.agent(agent)).state == AgentState.SIGNED_OUT:
            raise Refused("you are not at work", remedy="sign in first")
        if wanted.opens is None or wanted.due is None or not wanted.opens <= now < wanted.due:
            raise Refused("the contact is not to be called now", remedy="agree on another window with them first")
        if self._dispatcher.is_on_the_line(wanted.contact):
            raise Refused("the contact is on the line just now", remedy="serve them in that call")
        await self._keeper.check()
        if wanted.owner != agent and not _can_serve(declared, wanted):
            raise Refused("this promise needs other skills", remedy="choose one of the team's promises")
        claimed = await book.claim(promise, agent)
        await self._services.floor.feed(WorkClaimed(agent, work_of(claimed)))

    async def hang_up(self, agent: str) -> None:
        """End the conversation; what only rings yet is declined."""
        engagement = self._held(agent)
        if engagement.stage in _NOT_TAKEN:
            await self.decline(agent, engagement.work.id)
        else:
            self._dispatcher.hang_up(agent)

    async def finish(self, agent: str, outcome: AttemptOutcome | None, solved: bool, note: str) -> None:
        """End the wrap-up. When it has ended by itself, what the agent notes still counts until other work is offered
        to them, and changes nothing for the agent."""
        late = self._dispatcher.finished(agent)
        engagement = late or self._held(agent)
        if engagement.stage is not Stage.WRAP_UP:
            raise Refused("the conversation is not over", remedy="hang up first")
        book = self._services.book
        kept = engagement.promise is not None and engagement.promise.state is PromiseState.KEPT
        if kept and engagement.promise is not None and outcome not in (None, AttemptOutcome.ANSWERED):
            await book.correct_outcome(engagement.promise.id, outcome, agent)
        case = engagement.case
        if case is not None and solved:
            await book.solve_case(case, agent, note)
        elif case is not None:
            if note.strip():
                await book.note_case(case, agent, note.strip())
            if (await book.case(case)).owner is None:
                await book.own_case(case, agent)  # who spoke with the caller and has not solved it answers for it
        engagement.noted = True
        if late is None:
            await self._services.floor.feed(WrapUpEnded(agent))

    def _held(self, agent: str) -> Engagement:
        self._declared(agent)
        engagement = self._dispatcher.engagement(agent)
        if engagement is None:
            raise Refused("you have no work in hand")
        return engagement

    async def _work_view(self, engagement: Engagement) -> WorkView:
        book, work, session = self._services.book, engagement.work, engagement.session
        promise = await book.promise(work.id) if work.kind is WorkKind.PROMISE else None
        case_id = promise.case if promise is not None else engagement.case
        case = await book.case(case_id) if case_id else None
        contact = session.contact if session is not None else await book.contact(_contact_of(engagement, promise))
        return WorkView(
            work=work.id,
            kind=work.kind,
            stage=engagement.stage,
            since=engagement.since,
            why=engagement.why,
            contact=contact.id,
            name=contact.name,
            number=contact.number,
            tier=work.tier,
            language=work.needs.language,
            category=case.category if case else session.category if session else "",
            urgency=work.urgency,
            mood=session.mood if session else work.mood,
            mood_told_by=session.told_by if session else "",
            transcript=await self._said(work, contact.id, case_id),
            owed=await book.owed_to(contact.id),
            history=await book.cases_of(contact.id),
            case=case,
            promise=promise,
            recording=engagement.recording,
            on_hold=engagement.on_hold,
            answerer=engagement.answerer,
            budget=self._budget(work.needs.queue),
            exceptions=await book.exceptions_of(contact.id),
        )

    def _budget(self, queue: str) -> float:
        file = self._services.edition().file
        declared = file.queues.get(queue)
        return declared.service_seconds if declared is not None else file.callbacks.service_seconds

    async def _said(self, work: Work, contact: str, case: str | None) -> tuple[HeardLine, ...]:
        """What the contact says in this call, after what they said in their own calls about the case: it need not be
        asked twice."""
        records, heard = self._services.calls, list[HeardLine]()
        known = await records.of_contact(contact, _CALLS_BEFORE) if case is not None else ()
        calls = [call.id for call in known if call.case == case and call.promise is None and call.id != work.id]
        before = reversed(calls[:_CALLS_SHOWN])
        for call in (*before, work.id) if work.kind is WorkKind.CALL else before:
            said = [line for line in await records.lines(call) if line.speaker is Speaker.CALLER]
            heard += [HeardLine(line.text, line.confidence, line.at) for line in said]
        return tuple(heard)

    # --- promises ---------------------------------------------------------------------------------------------------

    async def mine(self, agent: str) -> tuple[Promise, ...]:
        """Open promises the agent owns, by due time."""
        self._declared(agent)
        return await self._services.book.owned_by(agent)

    async def team(self, agent: str) -> tuple[Promise, ...]:
        """Open promises of others, or of nobody, that the agent's skills and languages allow them to claim: those whose
        windows end first."""
        declared = self._declared(agent)
        first = await self._services.book.first_due(declared.queues, declared.languages, _TEAM_LOOKED_AT)
        return tuple(p for p in first if p.owner != agent and _can_serve(declared, p))[:_TEAM_SHOWN]

    async def renegotiate(self, agent: str, promise: str, opens: datetime, due: datetime, reason: str) -> None:
        """Agree on another window."""
        self._declared(agent)
        await self._services.book.renegotiate(promise, opens, due, reason, agent)

    # --- the whole floor --------------------------------------------------------------------------------------------

    async def wallboard(self) -> Wallboard:
        """The floor and the ledger at this moment."""
        figures, identity = self._services.floor.figures(), await self._services.book.identity()
        return Wallboard(
            at=self._services.clock.now(),
            waiting=tuple(
                WaitingView(
                    w.work.id,
                    w.work.kind,
                    w.work.needs.queue,
                    w.work.tier,
                    w.work.urgency,
                    w.work.needs.language,
                    w.work.since,
                    w.work.due,
                    w.score,
                )
                for w in self._services.floor.waiting()
            ),
            agents=self._agents(),
            promises=await self._services.book.counts(),
            made=identity.made,
            identity_holds=identity.holds,
            offered=figures.offered,
            answered=figures.answered,
            answered_in_time=figures.answered_in_time,
            abandoned=figures.abandoned,
            problems=await self._services.book.problems(),
            forecasts=self._services.floor.forecast_errors(),
        )

    def _agents(self) -> tuple[AgentView, ...]:
        file = self._services.edition().file
        return tuple(
            AgentView(
                a.id,
                file.agents[a.id].name,
                a.state.value,
                a.reason,
                a.since or self._opened_at,
                a.station or file.agents[a.id].station,
                dict(file.agents[a.id].skills),
                file.agents[a.id].languages,
                self._services.floor.desk_of(a.work) if a.work is not None else "",
            )
            for a in self._services.floor.agents()
            if a.id in file.agents
        )

    # --- cases and problems -----------------------------------------------------------------------------------------

    async def open_cases(self, category: str | None = None) -> tuple[Case, ...]:
        """Cases not solved yet, newest first, at most 200."""
        return (await self._services.book.open_cases(category))[:200]

    async def problems(self) -> tuple[Problem, ...]:
        """Problems not solved yet."""
        return await self._services.book.problems()

    async def open_problem(
        self, title: str, category: str, product: str | None, workaround: str, *, by: str = HOTLINE
    ) -> Problem:
        """Declare a known root cause."""
        if category not in self._services.edition().file.categories:
            raise NotFound(f"there is no category named {category}", remedy="choose one of the hotline file's")
        return await self._services.book.open_problem(
            title=title, category=category, product=product, workaround=workaround, by=by
        )

    async def link_case(self, problem: str, case: str, *, by: str = HOTLINE) -> Promise:
        """One more case has this root cause."""
        return await self._services.book.link_case(problem, case, by=by)

    async def solve_problem(self, problem: str, *, by: str = HOTLINE) -> int:
        """The problem is solved: every linked promise falls due."""
        promises = await self._services.book.solve_problem(problem, by=by)
        await self._keeper.tick()
        return len(promises)


def _contact_of(engagement: Engagement, promise: Promise | None) -> str:
    if promise is not None:
        return promise.contact
    return engagement.adopted.contact if engagement.adopted is not None else ""


def _can_serve(agent: Agent, promise: Promise) -> bool:
    speaks = promise.language in agent.languages
    serves = not agent.queues or promise.queue in agent.queues
    return speaks and serves and all(agent.skills.get(skill, 0) >= level for skill, level in promise.skills)
