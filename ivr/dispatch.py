"""Carries out what the floor decides: rings the agent's phone for a caller (here), or for a promise that fell due
(`ivr.attempts`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from ivr.attempts import PromiseCalls
from ivr.desk import Recording, Stage
from ivr.engagement import AgentSide, Engagement, why_hung_up
from ivr.flow.events import AgentAnswered, AgentLeft, TransferFailed
from ivr.messages import Play, StopPlaying
from ivr.outbound import OutboundLines
from ivr.services import Services
from ivr.session import CallSession
from ivr.stations import station_of
from ivr.transfers import Transfers, first_to_end
from prompts.catalogue import HOLD_MUSIC
from prompts.phrase import phrase
from routing.agents import AgentState
from routing.changes import AgentSignedIn, FailedWhy, LeftWhy, OfferFailed, WorkClaimed, WorkEnded, WorkLeft
from routing.outcomes import AgentChanged, OfferEnded, OfferMade, Outcome, WorkGone, WorkStarted
from routing.receipts import explain
from routing.work import Work, WorkKind

log = structlog.get_logger(__name__)

_AT_WORK = frozenset({AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})


class Dispatcher:
    """Keeps one engagement for each agent at work."""

    def __init__(self, services: Services, lines: OutboundLines, sessions: dict[str, CallSession]) -> None:
        self._services = services
        self._agent_side = AgentSide(services, lines)
        self._transfers = Transfers(services, lines)
        self._promise_calls = PromiseCalls(services, lines, self._agent_side, self._transfers)
        self._sessions = sessions
        self._engagements: dict[str, Engagement] = {}
        self._finished: dict[str, Engagement] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def engagement(self, agent: str) -> Engagement | None:
        """What the agent is offered or has in hand."""
        return self._engagements.get(agent)

    @property
    def engagements(self) -> tuple[Engagement, ...]:
        """What any agent is offered or has in hand."""
        return tuple(self._engagements.values())

    @property
    def under_way(self) -> int:
        """Engagements that are carried out; a wrap-up is not."""
        return len(self._tasks)

    def finished(self, agent: str) -> Engagement | None:
        """What the agent had in hand last, if nothing is noted of it and nothing else was offered to them since."""
        over = self._finished.get(agent)
        return None if over is None or over.noted else over

    async def on_outcome(self, outcome: Outcome) -> None:
        """Listen to the floor."""
        match outcome:
            case OfferMade(work=work, agent=agent, receipt=receipt):
                self._engage(agent, work, explain(receipt), Stage.OFFERED)
            case WorkStarted(work=work, agent=agent):
                engagement = self._engagements.get(agent)
                if engagement is None or engagement.work.id != work.id or engagement.stage is Stage.WRAP_UP:
                    self._engage(agent, work, "claimed by hand", Stage.RINGING)
            case OfferEnded(work_id=work_id, agent=agent, why=why):
                engagement = self._engagements.get(agent)
                if engagement is not None and engagement.work.id == work_id and engagement.stage is not Stage.TALKING:
                    engagement.refused = why
                    engagement.hang_up()
            case WorkGone(work=work, why=LeftWhy.STOOD_DOWN):
                self.stand_down(work.id)  # the contact may have rung in at another node
            case AgentChanged(agent=agent, state=state) if state not in _AT_WORK and not self._is_being_adopted(agent):
                over = self._engagements.pop(agent, None)
                if over is not None and over.stage is Stage.WRAP_UP and over.refused is None:
                    self._finished[agent] = over
            case _:
                pass

    def _engage(self, agent: str, work: Work, why: str, stage: Stage) -> None:
        session = self._sessions.get(work.id)
        engagement = Engagement(agent, work, why, stage, self._services.clock.now(), session)
        self._engagements[agent] = engagement
        self._finished.pop(agent, None)
        serve = self._serve_call if work.kind is WorkKind.CALL else self._promise_calls.serve
        task = asyncio.ensure_future(self._guarded(serve, engagement))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def adopt(self, engagement: Engagement) -> bool:
        """Take up a conversation that outlived its process: the agent is evidently at work. False if the agent has
        something else in hand."""
        agent, floor = engagement.agent, self._services.floor
        held = self._engagements.get(agent)
        if held is not None and held.stage is not Stage.WRAP_UP:
            return False
        self._engagements[agent] = engagement
        await floor.feed(AgentSignedIn(agent))
        await floor.feed(WorkClaimed(agent, engagement.work))
        return True

    def _is_being_adopted(self, agent: str) -> bool:
        """The agent is signed in only because they talk: that their shift begins with a pause means nothing."""
        held = self._engagements.get(agent)
        return held is not None and held.adopted is not None and held.stage is Stage.TALKING

    async def stop(self) -> None:
        """Carry nothing out any more. To be called before the telephones stop, or their end looks like people's doing.

        An attempt that has only rung the agent stands down: it does not count, and is due at once at the next start.
        One that has rung the contact is left to its lease, which ends as lost, with the next try a minute later: as
        soon as any true outcome allows, and never a second ring at once. Who rings back meanwhile is served.
        """
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hang_up(self, agent: str) -> None:
        """End the agent's conversation, or take back the ringing."""
        engagement = self._engagements.get(agent)
        if engagement is not None:
            engagement.hang_up()

    def stand_down(self, promise: str) -> bool:
        """The contact of this promise rings in: the outbound attempt ends. False when no agent has it in hand."""
        found = [engagement for engagement in self._engagements.values() if engagement.work.id == promise]
        for engagement in found:
            engagement.stood_down = True
            engagement.hang_up()
        return bool(found)

    def held(self, leg: str, on: bool) -> None:
        """Whoever talks with this leg is put on hold by it, and hears music meanwhile. Whom the agent holds at their
        desk goes on hearing it, whatever the phone's key does."""
        for engagement in self._engagements.values():
            agents, other = engagement.agents_line.leg if engagement.agents_line else None, engagement.other_leg
            waits = other if leg == agents else agents if leg == other else None
            if waits is not None and engagement.stage is Stage.TALKING and not engagement.on_hold:
                music = Play(waits, 0, (HOLD_MUSIC,), loop=True)
                self._services.edge.send(music if on else StopPlaying(waits))

    def is_on_the_line(self, contact: str) -> bool:
        """Whether the contact is calling us now."""
        adopted = (held.adopted for held in self._engagements.values() if held.stage is Stage.TALKING)
        return any(session.contact.id == contact for session in self._sessions.values()) or any(
            record is not None and record.contact == contact for record in adopted
        )

    def caller_left(self, call: str) -> None:
        """The caller hung up: whoever talked or was being rung for them is free."""
        for engagement in self._engagements.values():
            if engagement.work.id == call:
                engagement.hang_up()

    async def _guarded(self, serve: Callable[[Engagement], Awaitable[None]], engagement: Engagement) -> None:
        try:
            await serve(engagement)
        except Exception:  # whatever went wrong with this one, its agent must come free and the work must go on
            log.exception("engagement_failed", agent=engagement.agent, work=engagement.work.id)
            engagement.hang_up()
            await self._services.floor.feed(WorkEnded(engagement.agent, engagement.work.id))

    # --- a caller on the line ---------------------------------------------------------------------------------------

    async def _serve_call(self, engagement: Engagement) -> None:
        floor, agent, work = self._services.floor, engagement.agent, engagement.work
        session = engagement.session
        if session is None:
            await floor.feed(WorkLeft(work.id))
            return
        session.why_this_agent = engagement.why
        if self._services.edition().file.agents[agent].connect == "refer":
            await self._refer(engagement, session)
            return
        line = await self._agent_side.ring(engagement)
        if isinstance(line, FailedWhy):
            await floor.feed(OfferFailed(agent, work.id, line))
            return
        await line.play(
            self._agent_side.clips(phrase("whisper-call", category=session.category), session.spoken_language)
        )
        if line.ended.is_set():  # the agent or the caller hung up: these two have not talked
            await self._agent_side.at(engagement, Stage.WRAP_UP)
            await floor.feed(OfferFailed(agent, work.id, why_hung_up(line)))
            return
        if session.recording is not None:
            engagement.recording = Recording.ON
        session.tell(AgentAnswered(agent, line.leg))
        third = await self._transfers.until_agent_left(
            line, session.leg, session.ended, session.note_of(agent, line.leg)
        )
        if third is None:
            session.tell(AgentLeft())
        await self._agent_side.ended(engagement)
        if third is not None:
            await first_to_end(third.ended, session.ended)
            third.hang_up()
            session.tell(AgentLeft())

    async def _refer(self, engagement: Engagement, session: CallSession) -> None:
        await self._agent_side.taken(engagement)
        declared = self._services.edition().file.agents[engagement.agent]
        session.refer_to = station_of(self._services.floor, engagement.agent, declared)
        session.tell(AgentAnswered(engagement.agent, None))
        status = await session.referred.get()
        log.info("call_referred", call=session.call, agent=engagement.agent, status=status)
        if status is None:  # the caller hung up
            await self._agent_side.ended(engagement)
        elif status < 300:
            await session.connected(engagement.agent)
            session.hang_up()
            await self._agent_side.ended(engagement)
        else:  # the caller waits on at their place, for another agent
            session.tell(TransferFailed())
            await self._agent_side.at(engagement, Stage.WRAP_UP)
            await self._services.floor.feed(OfferFailed(engagement.agent, engagement.work.id, FailedWhy.UNREACHABLE))
